/** What a release has not heard yet: an environment writes what it did a moment before it tells the release. */
import type { DeploymentState } from '../states.js'
import type { DeploymentView } from '../views.js'
import type { ReleaseDeployment, ReleaseState } from './state.js'

/** The states that environments write. */
const ofEnvironments: ReadonlySet<DeploymentState> = new Set([
  'running',
  'failed',
  'awaiting_acceptance',
  'accepted',
  'superseded',
  'aborted',
])

/** The release as it will be once it has heard of what is written. Its own decisions stand. */
export function withWritten(state: ReleaseState, written: readonly DeploymentView[]): ReleaseState {
  return {
    ...state,
    deployments: state.deployments.map((one) =>
      heard(
        one,
        written.find(({ id }) => id === one.id),
      ),
    ),
  }
}

function heard(known: ReleaseDeployment, written: DeploymentView | undefined): ReleaseDeployment {
  if (!written || known.decision !== null || !ofEnvironments.has(written.state)) return known
  const { state, decidedBy, decidedAt } = written
  const decision = decidedBy === null || decidedAt === null ? null : { by: decidedBy, at: decidedAt }
  return { ...known, state, decision }
}
