/** Compares the record with what the workflow holds (R.10). The workflow is right; the record is rewritten. */
import type { EnvironmentRecord } from '../change.js'
import type { DeploymentId } from '../identifiers.js'
import type { RecordDifference } from '../reasons.js'
import { environmentRecord } from './record.js'
import type { EnvironmentState } from './state.js'

/** The part of the record that is compared. */
export type Recorded = Pick<
  EnvironmentRecord,
  'state' | 'setupRequired' | 'currentDeployment' | 'generation' | 'expiresAt' | 'seq'
>

const compared = ['state', 'setupRequired', 'currentDeployment', 'generation', 'expiresAt', 'seq'] as const

/** Null when both agree. */
export function differences(
  state: EnvironmentState,
  row: Recorded,
  unfinished: readonly DeploymentId[],
): RecordDifference | null {
  const truth = environmentRecord(state)
  const fields = compared
    .filter((field) => truth[field] !== row[field])
    .map((field) => ({ field, recorded: row[field], actual: truth[field] }))
  const known = [state.running?.entry.order.id, ...state.queue.map(({ order }) => order.id)]
  const orphans = unfinished.filter((id) => !known.includes(id))
  return fields.length + orphans.length === 0 ? null : { fields, orphans }
}
