import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** The interface everything embedded listens on. */
export const LOOPBACK = '127.0.0.1'

export interface PickedPort {
  readonly port: number
  /** Whether the preferred port was taken, so that people can be told. */
  readonly moved: boolean
}

/**
 * The range for free ports: above what people choose, and below the ports for outgoing connections (32768
 * and up on Linux), one of which may take it before anybody listens.
 */
const FIRST = 20_000
const LAST = 32_700
const MOST_TRIES = 200
/** Ports that this process was given but may not listen on yet. */
const given = new Set<number>()

/**
 * The preferred port of the loopback interface, or any other if it is taken. Preferring 0 asks for any free port and
 * never counts as moved. On Linux no other process using this function gets it while this one lives; other programs may still
 * take it, so listen on it soon.
 */
export async function pickPort(preferred: number): Promise<PickedPort> {
  if (preferred !== 0 && (await take(preferred))) return { port: preferred, moved: false }
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const port = randomInt(FIRST, LAST + 1)
    if (!given.has(port) && (await take(port))) return { port, moved: preferred !== 0 }
  }
  throw new Error('No free port is left on the loopback interface.')
}

const take = async (port: number): Promise<boolean> => (await isFree(port)) && (await reserve(port))

/** By a name that only one process of the machine can have at a time and that is freed with it. Only Linux has such names. */
function reserve(port: number): Promise<boolean> {
  if (given.has(port)) return Promise.resolve(true)
  return new Promise((resolve) => {
    const taken = (): void => {
      given.add(port)
      resolve(true)
    }
    if (process.platform !== 'linux') return taken()
    const name = createServer()
    name.once('error', () => resolve(false))
    name.unref().listen({ path: `\0slipway/port/${port}`, exclusive: true }, taken)
  })
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
