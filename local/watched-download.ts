import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type ProcessPlan, startProcess } from './processes.js'

export interface Download {
  /** The process that writes it. */
  readonly plan: ProcessPlan
  /** Where it writes it, subfolders included. */
  readonly folder: string
  /** Its name for people, e.g. `Temporal server`. */
  readonly what: string
  /** How long nothing at all may arrive: an unknown host fails immediately, but a firewall may never answer. */
  readonly beginsWithinMs: number
  /** Reports the progress. */
  readonly say: (line: string) => void
}

const STALLED_MS = 20_000
const PROGRESS_EVERY_MS = 5000
const LOOK_EVERY_MS = 100

/** Runs a download until it ends, and stops one that does not start or gets stuck. Its folder shows whether it worked. */
export async function watchDownload(download: Download): Promise<void> {
  const { folder, what, say } = download
  const before = megabytesIn(folder)
  const running = await startProcess(download.plan)
  let grewAt = Date.now()
  let saidAt = grewAt
  let last = 0
  while (!running.hasEnded() && Date.now() - grewAt < (last > 0 ? STALLED_MS : download.beginsWithinMs)) {
    await Promise.race([running.ended, delay(LOOK_EVERY_MS, undefined, { ref: false })])
    const now = megabytesIn(folder) - before
    if (now > last) grewAt = Date.now()
    last = Math.max(last, now)
    if (last < 1 || Date.now() - saidAt < PROGRESS_EVERY_MS) continue
    saidAt = Date.now()
    say(`${what}: ${last.toFixed(0)} MB downloaded so far.`)
  }
  await running.stop()
}

function megabytesIn(folder: string): number {
  const bytes = filesIn(folder).map((name) => {
    const found = statSync(join(folder, name), { throwIfNoEntry: false })
    return found?.isFile() ? found.size : 0
  })
  return bytes.reduce((sum, size) => sum + size, 0) / 1e6
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch {
    // A subfolder disappeared while it was read.
    return []
  }
}
