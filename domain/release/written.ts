/** What was not yet reported to a release: an environment records what it did a moment before it reports it. */
import type { DeploymentReport } from '../environment/state.js'
import { SLIPWAY } from '../identifiers.js'
import type { DeploymentState } from '../states.js'
import type { DeploymentView } from '../views.js'
import { phaseOf, releaseRecord } from './record.js'
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

/** The release as it will be once everything recorded is reported to it. Its own decisions stand. */
export function withWritten(state: ReleaseState, written: readonly DeploymentView[]): ReleaseState {
  return {
    ...state,
    deployments: state.deployments.map((one) =>
      asWritten(
        one,
        written.find(({ id }) => id === one.id),
      ),
    ),
  }
}

function asWritten(known: ReleaseDeployment, written: DeploymentView | undefined): ReleaseDeployment {
  if (!written || known.decision !== null || !ofEnvironments.has(written.state)) return known
  const { state, decidedBy, decidedAt } = written
  const decision = decidedBy === null || decidedAt === null ? null : { by: decidedBy, at: decidedAt }
  return { ...known, state, decision }
}

/**
 * Whether the only change is the progress of deployments, which their environments wrote: then the release need not be written
 * before its next change.
 */
export function isWritten(before: ReleaseState, after: ReleaseState): boolean {
  const deployments = after.deployments.map((one) => {
    const { state, reportedAt } = before.deployments.find(({ id }) => id === one.id) ?? {}
    return { ...one, state, reportedAt }
  })
  return (
    isSame({ ...after, deployments }, before) &&
    phaseOf(after) === phaseOf(before) &&
    isSame(releaseRecord(after), releaseRecord(before))
  )
}

const isSame = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other)

/**
 * The reports that a release never got, e.g. because its environment's workflow was ended before it sent them: on deployments
 * that it knows in another state, and on those that it does not know.
 */
export function missingReports(
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
