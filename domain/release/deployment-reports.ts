/** What the environment and the build report, taken over into the release's state. */
import type { DeploymentReport, EnvironmentReport } from '../environment/state.js'
import { type EnvironmentName, SLIPWAY } from '../identifiers.js'
import { findEnvironment, isFirstLevel } from '../pipeline.js'
import type { Failure } from '../reasons.js'
import { releasedStep } from './apply-decision.js'
import { endsTheWay } from './decide.js'
import {
  findReleaseDeployment,
  type ReleaseDeployment,
  type ReleaseState,
  withCandidate,
  withDeployment,
} from './state.js'
import {
  candidateChange,
  joinSteps,
  nameOfCandidate,
  type ReleaseStep,
  releaseEvent,
  releaseStep,
} from './step.js'

/** Applies what an environment reports. A report may arrive twice, even after newer ones: then it changes nothing back. */
export function applyEnvironmentReport(
  state: ReleaseState,
  { at, deployments }: EnvironmentReport,
): ReleaseStep {
  return deployments.reduce((step, report) => {
    const { reportedAt = '' } = findReleaseDeployment(step.state, report.deploymentId) ?? {}
    if (at !== null && at < reportedAt) return step
    const next = joinSteps(step, applyReport(step.state, report))
    return at === null
      ? next
      : { ...next, state: withDeployment(next.state, report.deploymentId, { reportedAt: at }) }
  }, releaseStep(state))
}

/** Applies one report on a deployment; the environment has already written it. */
export function applyReport(before: ReleaseState, report: DeploymentReport): ReleaseStep {
  const state = withKnown(before, report)
  const deployment = findReleaseDeployment(state, report.deploymentId)
  if (!deployment) return releaseStep(state)
  const to = stateAfter(deployment, report)
  const decision =
    to === 'accepted' && !deployment.decision ? { by: report.by, at: report.at } : deployment.decision
  const note = report.note ?? deployment.note
  const changed = withDeployment(state, deployment.id, {
    state: to,
    note,
    decision,
    replaced: deployment.replaced || report.replaced,
  })
  const next: ReleaseState = {
    ...changed,
    rolledBack: changed.rolledBack || (report.rolledBack && endsTheWay(state, deployment)),
    linked: report.touched ? linkedBy(changed, deployment) : changed.linked,
  }
  const accepted = report.to === 'accepted' && deployment.state !== 'accepted'
  return accepted && endsTheWay(next, deployment)
    ? releasedStep(next, deployment, { user: report.by, name: null, at: report.at })
    : releaseStep(next)
}

/** A decision is kept, even if something else runs in its place since, or if an earlier state is reported late. */
function stateAfter(deployment: ReleaseDeployment, report: DeploymentReport): ReleaseDeployment['state'] {
  const decided = deployment.state === 'accepted' || deployment.state === 'rejected'
  return report.to === null || decided ? deployment.state : report.to
}

/** A rollback creates a deployment that this release never prepared. */
function withKnown(state: ReleaseState, report: DeploymentReport): ReleaseState {
  if (findReleaseDeployment(state, report.deploymentId) || report.to === null) return state
  const deployment: ReleaseDeployment = {
    id: report.deploymentId,
    environment: report.environment,
    candidate: report.candidate,
    state: report.to,
    requestedBy: report.requestedBy,
    preparedAt: report.at,
    gate: [],
    approvals: [],
    decision: null,
    replaced: false,
    note: null,
    override: null,
    again: null,
    checks: null,
  }
  return { ...state, deployments: [...state.deployments, deployment] }
}

function linkedBy(state: ReleaseState, deployment: ReleaseDeployment): readonly EnvironmentName[] {
  const environment = findEnvironment(state.app, deployment.environment)
  if (!environment || isFirstLevel(environment) || state.linked.includes(environment.name))
    return state.linked
  return [...state.linked, environment.name]
}

/** The build ended: a candidate is `ready` only with a digest (S5.4). */
export function applyBuilt(
  state: ReleaseState,
  number: number,
  built:
    | {
        readonly kind: 'ready'
        readonly digest: ReleaseState['candidates'][number]['artifactDigest']
        readonly reference: string | null
      }
    | { readonly kind: 'failed'; readonly failure: Failure },
  at: string,
): ReleaseStep {
  const next =
    built.kind === 'ready'
      ? withCandidate(state, number, {
          state: 'ready',
          artifactDigest: built.digest,
          artifactReference: built.reference,
        })
      : withCandidate(state, number, { state: 'build_failed' })
  const name = nameOfCandidate(state, number)
  return {
    ...releaseStep(next),
    candidates: candidateChange(next, state, number),
    events: [
      releaseEvent(state, {
        ...(built.kind === 'ready'
          ? { kind: 'candidate.ready', facts: { name, digest: built.digest } }
          : { kind: 'candidate.build_failed', facts: { name, failure: built.failure } }),
        at,
        actor: SLIPWAY,
      }),
    ],
  }
}
