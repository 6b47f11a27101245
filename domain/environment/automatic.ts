/** The automatic rollback of an environment, if it is configured. */
import { type Failure, isVerdict } from '../reasons.js'
import type { DeploymentResult } from './attempt-end.js'
import type { EnvironmentState } from './state.js'

/**
 * The failure that triggers an automatic rollback, null when it must not. The rules: only a check that found the deployment bad
 * counts, not one that was inconclusive or broke; the target must have been accepted and have run there before; and neither a
 * rollback nor what a person deployed again is undone.
 */
export function automaticRollback(before: EnvironmentState, result: DeploymentResult): Failure | null {
  const order = before.running?.entry.order
  if (!order?.rollbackOnFailedCheck || result.kind !== 'failed') return null
  const found = result.stage === 'check' && isVerdict(result.failure)
  const isNew = order.kind === 'promote' || order.kind === 'push'
  const settled = before.current?.acceptance === 'accepted' && before.current.order.commit !== order.commit
  return found && isNew && settled ? result.failure : null
}
