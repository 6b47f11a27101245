import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** The interface everything embedded listens on. */
export const LOOPBACK = '127.0.0.1'

export interface PickedPort {
  readonly port: number
  /** True when the preferred port was taken, so that people can be told. */
  readonly moved: boolean
}

/**
 * Any free port is one of these: above the last that `fetch` refuses to call (10080), and below those that systems give to
 * outgoing connections (32768 and up on Linux), one of which may sit on it before anybody listens.
 */
const FIRST = 10_100
const LAST = 32_700
const MOST_TRIES = 200
/** Processes that start at the same time look in different places: none takes what another is about to listen on. */
const NEARBY = 200
const nearby = FIRST + (process.pid % Math.floor((LAST - FIRST) / NEARBY)) * NEARBY
/** What this process was given already and may not listen on yet. */
const given = new Set<number>()

/**
 * The preferred port of the loopback interface, or any other when it is taken. Preferring 0 asks for any free port and
 * never counts as moved. The port is free at this moment only: listen on it at once.
 */
export async function pickPort(preferred: number): Promise<PickedPort> {
  if (preferred !== 0 && (await isFree(preferred))) return { port: preferred, moved: false }
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const isNear = tries < MOST_TRIES / 2
    const port = isNear ? randomInt(nearby, nearby + NEARBY) : randomInt(FIRST, LAST + 1)
    if (given.has(port) || !(await isFree(port))) continue
    given.add(port)
    return { port, moved: preferred !== 0 }
  }
  throw new Error('No free port is left on the loopback interface.')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
