/** A way to the database that can stop carrying what it says, as a broken network does. */
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net'

export interface StallingProxy {
  readonly url: string
  /** Requests still arrive, answers do not. */
  stallAnswers(): void
  /** Neither arrives. */
  stallAll(): void
  /** Everything held up arrives after all. */
  flow(): void
  stop(): Promise<void>
}

export async function startStallingProxy(url: string): Promise<StallingProxy> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  const answers = new Set<Socket>()
  const requests = new Set<Socket>()
  const server = createServer((client) => {
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
    upstream.on('data', (data) => client.write(data))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const through = new URL(url)
  through.port = String((server.address() as AddressInfo).port)
  return {
    url: through.href,
    stallAnswers: () => answers.forEach((socket) => socket.pause()),
    stallAll: () => [...answers, ...requests].forEach((socket) => socket.pause()),
    flow: () => sockets.forEach((socket) => socket.resume()),
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
