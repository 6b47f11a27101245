import { type ChildProcess, spawn } from 'node:child_process'
import { connect, Server, type Socket } from 'node:net'
import type { BwrapConfinement } from './confinement.js'

const LOOPBACK = '127.0.0.1'

/**
 * Runs inside the other network: opens each port there and passes the listening socket out; it then belongs to
 * this process. Inline text, because loading a module would take longer than the rest.
 */
const LISTEN = `
const { createServer } = require('node:net')
for (const port of process.argv.slice(1)) {
  const server = createServer()
  server.listen(Number(port), '${LOOPBACK}', () => process.send(Number(port), server))
}`

/**
 * Lets the command reach ports of this machine's loopback interface under the same address, `127.0.0.1`. Resolves when
 * they are open, with a function that closes them.
 */
export async function letPortsIn(pid: number, { tools, uid, ports }: BwrapConfinement): Promise<() => void> {
  if (ports.length === 0) return () => undefined
  const inside = [
    ...['--target', String(pid), ...(uid === null ? ['--user', '--preserve-credentials'] : []), '--net'],
    ...['--', process.execPath, '-e', LISTEN, ...ports.map(String)],
  ]
  const helper = spawn(tools.nsenter, inside, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env: {} })
  try {
    const servers = await receive(helper, ports.length)
    return () => {
      for (const server of servers) server.close()
    }
  } finally {
    helper.kill('SIGKILL')
  }
}

function receive(helper: ChildProcess, count: number): Promise<readonly Server[]> {
  const servers: Server[] = []
  let said = ''
  helper.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-500)
  })
  return new Promise((resolve, reject) => {
    helper.once('error', reject)
    helper.once('exit', () => reject(new Error(`the ports could not be opened: ${said.trim()}`)))
    helper.on('message', (port, server) => {
      if (typeof port !== 'number' || !(server instanceof Server)) return
      servers.push(forwarding(server, port))
      if (servers.length === count) resolve(servers)
    })
  })
}

function forwarding(server: Server, port: number): Server {
  // One side may have finished sending and still receive.
  Object.assign(server, { allowHalfOpen: true })
  return server.on('connection', (inner: Socket) => {
    const outer = connect({ host: LOOPBACK, port, allowHalfOpen: true })
    join(inner, outer)
    join(outer, inner)
  })
}

function join(from: Socket, to: Socket): void {
  from.pipe(to)
  from.on('error', () => to.destroy())
}
