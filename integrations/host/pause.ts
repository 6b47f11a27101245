import { setTimeout as sleep } from 'node:timers/promises'

/** Sleeps for so many milliseconds, or until one of the signals is aborted. */
export async function pause(ms: number, signals: readonly AbortSignal[]): Promise<void> {
  try {
    await sleep(ms, undefined, { signal: AbortSignal.any([...signals]) })
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) throw error
  }
}
