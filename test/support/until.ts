/**
 * How long a test waits for something to happen, in milliseconds. Waiting costs nothing if it happens immediately, so this
 * is as long as the slowest machine may need, and still shorter than the time limit of a test.
 */
const PATIENCE_MS = 180_000
const FIRST_LOOK_MS = 15
const LONGEST_LOOK_MS = 150

/** Polls until something is there, less often with time; the error shows what was seen last. Never a fixed pause. */
export async function until<Value>(
  what: string,
  look: () => Promise<Value | null | undefined | false> | Value | null | undefined | false,
  patienceMs = PATIENCE_MS,
): Promise<Value> {
  const end = Date.now() + patienceMs
  let error: unknown = null
  for (let pauseMs = FIRST_LOOK_MS; Date.now() < end; pauseMs = Math.min(pauseMs * 1.5, LONGEST_LOOK_MS)) {
    try {
      const seen = await look()
      if (seen) return seen
      error = null
    } catch (caught) {
      error = caught
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  const reason = error instanceof Error ? `: ${error.message}` : ''
  throw new Error(`Waited ${patienceMs} ms in vain for ${what}${reason}`)
}

/** Waits until something holds. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  await until(holds.toString(), holds)
}

/** Reads until the state is as wanted, and returns it; the error shows the last one. */
export function stateUntil<State>(
  read: () => Promise<State> | State,
  holds: (state: State) => boolean,
): Promise<State> {
  return until('a state', async () => {
    const state = await read()
    if (holds(state)) return { state }
    throw new Error(`it is ${JSON.stringify(state)?.slice(0, 2_000)}`)
  }).then(({ state }) => state)
}
