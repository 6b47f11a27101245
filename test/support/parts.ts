/** What surrounds Slipway in a stack, made unreachable or ended the hard way. */
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
 * Takes a part away while something happens: its connections stay open and nobody answers, as when the network
 * swallows every packet. It comes back in any case.
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
