/** A proxy to a server that can stop forwarding, like a broken network, or break connections. */
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net'

export interface StallingProxy {
  readonly url: string
  /** Requests still arrive, answers do not. */
  stallAnswers(): void
  /** Neither arrives. */
  stallAll(): void
  /** Every connection breaks, and no new one is accepted. */
  breakAll(): void
  /** Everything delayed arrives after all, and connections are accepted again. */
  flow(): void
  stop(): Promise<void>
}

/** With `named`, the server's own address in its answers is replaced by the proxy's. */
export async function startStallingProxy(
  url: string,
  { named = false }: { readonly named?: boolean } = {},
): Promise<StallingProxy> {
  const target = new URL(url)
  const through = new URL(url)
  let isBroken = false
  const sockets = new Set<Socket>()
  const answers = new Set<Socket>()
  const requests = new Set<Socket>()
  const server = createServer((client) => {
    if (isBroken) return void client.destroy()
    const upstream = dial(Number(target.port), target.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        client.destroy()
        upstream.destroy()
      })
    }
    requests.add(client)
    answers.add(upstream)
    client.on('data', (data) => upstream.write(data))
    upstream.on('data', (data) => client.write(named ? renamed(data, target.host, through.host) : data))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  through.port = String((server.address() as AddressInfo).port)
  return {
    url: through.href,
    stallAnswers: () => answers.forEach((socket) => socket.pause()),
    stallAll: () => [...answers, ...requests].forEach((socket) => socket.pause()),
    breakAll: () => {
      isBroken = true
      for (const socket of sockets) socket.destroy()
    },
    flow: () => {
      isBroken = false
      sockets.forEach((socket) => socket.resume())
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Of the same length, so that byte counts stay correct. */
function renamed(data: Buffer, host: string, other: string): Buffer {
  if (host.length !== other.length) throw new Error(`${host} and ${other} differ in length`)
  return Buffer.from(data.toString('latin1').replaceAll(host, other), 'latin1')
}
