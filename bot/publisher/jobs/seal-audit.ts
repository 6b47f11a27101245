/** Seals the audit trail: all lines since the last run, once no earlier line can be written any more. */
import { type Horizon, isSettled, sealHorizon, sealThrough } from '../../../db/audit-seals.js'
import type { PublisherDatabase } from '../publisher-options.js'

/**
 * Runs once; call it repeatedly. A line is sealed by the first run, or by the next when others are writing in the meantime. Runs
 * do not overlap.
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
