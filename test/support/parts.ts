/** The services around Slipway in a stack, made unreachable or killed. */
import { join } from 'node:path'
import { livingHolder } from '../../local/process-lock.js'

/** Each keeps its data, its log and its lock in a folder of its name. */
export type Part = 'postgres' | 'temporal' | 'slack'

/** Sends a signal to the part's whole process group. */
export function signalPart(dataFolder: string, part: Part, signal: NodeJS.Signals): void {
  const holder = livingHolder(join(dataFolder, part, `${part}.lock`))
  if (holder === null) throw new Error(`${part} does not run`)
  process.kill(-holder.pid, signal)
}

/**
 * Suspends a part while something happens: its connections stay open and nobody answers, as when the network
 * drops every packet. It always comes back.
 */
export async function whileAway<Result>(
  dataFolder: string,
  part: Part,
  work: () => Promise<Result>,
): Promise<Result> {
  signalPart(dataFolder, part, 'SIGSTOP')
  try {
    return await work()
  } finally {
    signalPart(dataFolder, part, 'SIGCONT')
  }
}
