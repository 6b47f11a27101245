/** What a release has not heard yet: an environment writes what it did a moment before it tells the release. */
import type { DeploymentReport } from '../environment/state.js'
import { SLIPWAY } from '../identifiers.js'
import type { DeploymentState } from '../states.js'
import type { DeploymentView } from '../views.js'
import type { ReleaseDeployment, ReleaseState } from './state.js'

/** The states that environments write. */
const ofEnvironments: ReadonlySet<DeploymentState> = new Set([
  'queued',
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

/**
 * The reports that a release never got, e.g. since its environment's workflow was ended before it told them: of what it
 * knows otherwise, and of what it does not know at all. Empty while it only has not heard yet, a moment later.
 */
export function unheard(
  state: ReleaseState,
  written: readonly DeploymentView[],
): readonly DeploymentReport[] {
  const now = withWritten(state, written).deployments
  return written.flatMap((view): readonly DeploymentReport[] => {
    const known = state.deployments.find(({ id }) => id === view.id)
    const differs = known
      ? now.find(({ id }) => id === view.id)?.state !== known.state
      : ofEnvironments.has(view.state)
    return differs && view.candidateNumber !== null ? [reportOf(state, view, view.candidateNumber)] : []
  })
}

function reportOf({ id }: ReleaseState, view: DeploymentView, candidate: number): DeploymentReport {
  const { state: to, environment, requestedBy, note, decidedBy, startedAt } = view
  return {
    ...{ releaseId: id, deploymentId: view.id, environment, candidate, requestedBy, to, note },
    at: view.decidedAt ?? view.finishedAt ?? startedAt ?? view.preparedAt,
    by: decidedBy ?? SLIPWAY,
    touched: startedAt !== null,
    replaced: to === 'superseded' && startedAt !== null,
    rolledBack: false,
  }
}
