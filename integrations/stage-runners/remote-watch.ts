/** What runners of work elsewhere share: beats, one growing log, and an end that is known or thrown. */
import { setTimeout as delay } from 'node:timers/promises'
import type { StageContact, StageOrder } from '../../domain/ports.js'
import type { StageExit, StageReport } from '../../domain/stage.js'
import { findSecrets } from './redact.js'
import { DetachedError } from './runner-errors.js'

const HEARTBEAT_MS = 500
const TAIL = 2_000

export interface RemoteLog {
  /** Adds a line, or several; secrets are blanked out. */
  say(lines: string): Promise<void>
}

/**
 * Runs the work with heartbeats; what it returns becomes the report. The log goes on where an earlier watch of the same
 * key left it: from its beginning, other words would be written over those that are there.
 */
export async function watchRemote(
  order: StageOrder,
  contact: StageContact,
  work: (
    log: RemoteLog,
  ) => Promise<{ readonly exit: StageExit; readonly outputs: Readonly<Record<string, string>> }>,
): Promise<StageReport> {
  const startedAt = new Date().toISOString()
  const { redact } = findSecrets(order.redact)
  let text = await contact.logged()
  const log: RemoteLog = {
    say: async (lines) => {
      const piece = `${redact(lines)}\n`
      const offset = text.length
      text += piece
      await contact.log(offset, piece)
    },
  }
  const beat = setInterval(() => contact.heartbeat(), HEARTBEAT_MS)
  try {
    const { exit, outputs } = await work(log)
    return { exit, outputs, tail: text.slice(-TAIL), startedAt, finishedAt: new Date().toISOString() }
  } finally {
    clearInterval(beat)
  }
}

/** Waits, unless the worker goes down (then it throws) or the stage is to end (then it returns at once). */
export async function pauseBetweenLooks(order: StageOrder, contact: StageContact, ms: number): Promise<void> {
  const interrupted = AbortSignal.any([contact.cancelled, contact.detached])
  await delay(ms, undefined, { signal: interrupted }).catch(() => undefined)
  if (contact.detached.aborted) throw new DetachedError(order.key)
}
