import { createServer } from 'node:net'

/** The interface everything embedded listens on. */
export const LOOPBACK = '127.0.0.1'

export interface PickedPort {
  readonly port: number
  /** True when the preferred port was taken, so that people can be told. */
  readonly moved: boolean
}

/**
 * The preferred port of the loopback interface, or one the system finds free when it is taken. Preferring 0 asks for
 * any free port and never counts as moved. The port is free at this moment only: listen on it at once.
 */
export async function pickPort(preferred: number): Promise<PickedPort> {
  const port = await tryPort(preferred)
  if (port !== null) return { port, moved: false }
  const other = await tryPort(0)
  if (other === null) throw new Error('No free port is left on the loopback interface.')
  return { port: other, moved: true }
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(null))
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      const address = server.address()
      const found = address !== null && typeof address === 'object' ? address.port : null
      server.close(() => resolve(found))
    })
  })
}
