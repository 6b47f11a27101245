/** Seals the audit trail: what was written since the last run, as soon as nobody can write a line before it any more. */
import { type Horizon, isSettled, sealHorizon, sealThrough } from '../../../db/audit-seals.js'
import type { PublisherDatabase } from '../publisher-options.js'

/**
 * One run; call it again and again. A line is sealed by the first run, or the next when others are writing meanwhile. Runs do not overlap.
 */
export function createAuditSealer(db: PublisherDatabase): () => Promise<void> {
  let horizon: Horizon | null = null
  let turn = Promise.resolve()

  async function run(): Promise<void> {
    horizon ??= await sealHorizon(db)
    if (!(await isSettled(db, horizon))) return
    const settled = horizon
    horizon = null
    await sealThrough(db, settled)
  }

  return () => {
    turn = turn.then(run, run)
    return turn
  }
}
