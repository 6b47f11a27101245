/** What the record says against what the workflow holds (R.10). The workflow is right; the record is written again. */
import type { EnvironmentRecord } from '../change.js'
import type { DeploymentId } from '../identifiers.js'
import { environmentRecord } from './record.js'
import type { EnvironmentState } from './state.js'

/** The part of the record that is compared. */
export type Recorded = Pick<
  EnvironmentRecord,
  'state' | 'setupRequired' | 'currentDeployment' | 'generation' | 'expiresAt' | 'seq'
>

export interface Difference {
  /** One sentence's part each. */
  readonly found: readonly string[]
  /** Deployments recorded as waiting or running here of which the workflow knows nothing. */
  readonly orphans: readonly DeploymentId[]
}

const compared = ['state', 'setupRequired', 'currentDeployment', 'generation', 'expiresAt', 'seq'] as const

/** Null when both agree. */
export function differences(
  state: EnvironmentState,
  row: Recorded,
  unfinished: readonly DeploymentId[],
): Difference | null {
  const truth = environmentRecord(state)
  const found = compared
    .filter((key) => truth[key] !== row[key])
    .map((key) => `${key} is recorded as ${String(row[key])} and is ${String(truth[key])}`)
  const known = [state.running?.entry.order.id, ...state.queue.map(({ order }) => order.id)]
  const orphans = unfinished.filter((id) => !known.includes(id))
  const lost = orphans.map((id) => `deployment ${id} is recorded as unfinished and is unknown`)
  return found.length + lost.length === 0 ? null : { found: [...found, ...lost], orphans }
}
