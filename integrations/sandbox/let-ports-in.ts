import type { ChildProcess } from 'node:child_process'
import { connect, Server, type Socket } from 'node:net'

const LOOPBACK = '127.0.0.1'

/**
 * Runs inside the other network: opens each port there and passes the listening socket out; it then belongs to
 * the process that started this one. Inline text, because loading a module would take longer than the rest.
 */
const LISTEN = `
const { createServer } = require('node:net')
process.on('disconnect', () => process.exit())
for (const port of process.argv.slice(1)) {
  const server = createServer()
  server.listen(Number(port), '${LOOPBACK}', () => process.send(Number(port), server))
}`

/** The command line of the process that opens these ports in the network in which it runs. */
export const portsOpener = (ports: readonly number[]): readonly string[] => [
  ...[process.execPath, '-e', LISTEN],
  ...ports.map(String),
]

/**
 * Lets the network of a {@link portsOpener} reach as many ports of this machine's loopback interface under the same address,
 * `127.0.0.1`. Resolves when they are open, with a function that closes them; rejects when the opener ends before.
 */
export async function letPortsIn(opener: ChildProcess, count: number): Promise<() => void> {
  const servers: Server[] = []
  const callers = new Set<Socket>()
  await new Promise<void>((resolve, reject) => {
    opener.once('error', reject)
    opener.once('exit', () => reject(new Error('the ports could not be opened')))
    opener.on('message', (port, server) => {
      if (typeof port !== 'number' || !(server instanceof Server)) return
      servers.push(forwarding(server, port, callers))
      if (servers.length === count) resolve()
    })
  })
  return () => {
    for (const server of servers) server.close()
    for (const caller of callers) caller.destroy()
  }
}

function forwarding(server: Server, port: number, callers: Set<Socket>): Server {
  // One side may have finished sending and still receive.
  Object.assign(server, { allowHalfOpen: true })
  return server.on('connection', (inner: Socket) => {
    const outer = connect({ host: LOOPBACK, port, allowHalfOpen: true })
    join(inner, outer)
    join(outer, inner)
    callers.add(inner)
    inner.once('close', () => {
      callers.delete(inner)
      outer.destroy()
    })
  })
}

function join(from: Socket, to: Socket): void {
  from.pipe(to)
  from.on('error', () => to.destroy())
}
