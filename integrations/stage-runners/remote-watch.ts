/** Shared by runners of remote work: heartbeats, one growing log, and a result that is returned or thrown. */

import type { StageContact, StageOrder } from '../../domain/ports.js'
import type { StageExit, StageReport } from '../../domain/stage.js'
import { pause } from '../host/pause.js'
import { findSecrets } from './redact.js'
import { DetachedError } from './runner-errors.js'

const HEARTBEAT_MS = 500
const TAIL = 2_000

export interface RemoteLog {
  /** Adds one or several lines; secrets are redacted. */
  say(lines: string): Promise<void>
}

/**
 * Runs the work with heartbeats; its return value becomes the report. The log continues where an earlier watch of the same
 * key ended: from its beginning, it would overwrite existing text with different text.
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

/** Waits; throws if the worker shuts down, and returns immediately if the stage is to end. */
export async function pauseBetweenLooks(order: StageOrder, contact: StageContact, ms: number): Promise<void> {
  await pause(ms, [contact.cancelled, contact.detached])
  if (contact.detached.aborted) throw new DetachedError(order.key)
}
