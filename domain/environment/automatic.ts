/** The rollback that an environment gives itself, where its configuration says so. */
import { type Failure, isVerdict } from '../reasons.js'
import type { DeploymentResult } from './attempt-end.js'
import type { EnvironmentState } from './state.js'

/**
 * The failure for which the environment goes back by itself, null when it must not. Only a check that found the deployment bad counts,
 * not one that could not tell or did not work; only what was accepted and ran there before is gone back to; and
 * neither a rollback nor what a person put there again is undone.
 */
export function automaticRollback(before: EnvironmentState, result: DeploymentResult): Failure | null {
  const order = before.running?.entry.order
  if (!order?.rollbackOnFailedCheck || result.kind !== 'failed') return null
  const found = result.stage === 'check' && isVerdict(result.failure)
  const isNew = order.kind === 'promote' || order.kind === 'push'
  const settled = before.current?.acceptance === 'accepted' && before.current.order.commit !== order.commit
  return found && isNew && settled ? result.failure : null
}
