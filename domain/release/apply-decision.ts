/** What an acceptance or a rejection changes, and when a release is released. */
import type { Decide, Decision } from './decide.js'
import {
  type ActorSnapshot,
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
  type ReleaseEffect,
  type ReleaseStep,
  releaseEvent,
  releaseStep,
} from './step.js'
import { nameOf, wantTag } from './tags.js'

/** Records an acceptance or a rejection, here and in the environment. */
export function applyVerdict(
  state: ReleaseState,
  decision: Extract<Decision, { kind: 'apply' }>,
  order: Decide,
): ReleaseStep {
  const { deployment } = decision
  const accepted = deployment.state === 'accepted'
  const before = findReleaseDeployment(state, deployment.id)
  const name = nameOfCandidate(state, deployment.candidate)
  const { user, at } = order.by
  const verb = accepted ? 'accepted in' : before?.state === 'prepared' ? 'not approved for' : 'rejected in'
  const moved = withDeployment(state, deployment.id, deployment)
  const judged =
    !accepted && before?.state === 'awaiting_acceptance'
      ? withCandidate(moved, deployment.candidate, { state: 'rejected' })
      : moved
  const step: ReleaseStep = {
    ...releaseStep(judged),
    candidates: candidateChange(judged, moved, deployment.candidate),
    moves: [
      {
        id: deployment.id,
        to: deployment.state,
        at,
        by: user,
        attempt: null,
        failedStage: null,
        note: order.comment,
      },
    ],
    events: [
      releaseEvent(state, {
        kind: `deployment.${deployment.state}`,
        at,
        actor: user,
        deploymentId: deployment.id,
        environment: deployment.environment,
        says: `${name} was ${verb} ${deployment.environment}.`,
        data: { comment: order.comment },
        tell: accepted ? 'thread' : 'broadcast',
      }),
    ],
    effects: before?.state === 'prepared' ? [] : [tellEnvironment(deployment, accepted)],
  }
  if (judged !== moved) return joinSteps(step, withdraw(step.state, deployment, order.by))
  return decision.releases ? joinSteps(step, releasedStep(step.state, order.by)) : step
}

/** A candidate that was rejected is not deployed to where it was prepared for before (S3.13). */
function withdraw(state: ReleaseState, rejected: ReleaseDeployment, by: ActorSnapshot): ReleaseStep {
  const { user, at } = by
  const name = nameOfCandidate(state, rejected.candidate)
  const note = `${name} was rejected in ${rejected.environment}`
  return state.deployments
    .filter((one) => one.state === 'prepared' && one.candidate === rejected.candidate)
    .reduce(
      (step, { id, environment }) =>
        joinSteps(step, {
          ...releaseStep(withDeployment(step.state, id, { state: 'aborted', note })),
          moves: [{ id, to: 'aborted', at, by: user, attempt: null, failedStage: null, note }],
          events: [
            releaseEvent(state, {
              ...{ kind: 'deployment.aborted', at, actor: user, deploymentId: id, environment },
              says: `${name} is not deployed to ${environment} any more: it was rejected in ${rejected.environment}.`,
              tell: 'broadcast',
            }),
          ],
        }),
      releaseStep(state),
    )
}

const tellEnvironment = (deployment: ReleaseDeployment, accepted: boolean): ReleaseEffect => ({
  kind: 'tell-environment',
  deploymentId: deployment.id,
  environment: deployment.environment,
  acceptance: accepted ? 'accepted' : 'rejected',
})

/** A candidate reached the users; a later acceptance of a released one only lifts the mark of a rollback. */
export function releasedStep(
  state: ReleaseState,
  by: Pick<ActorSnapshot, 'user' | 'at' | 'name'>,
): ReleaseStep {
  if (state.lifecycle !== 'open') return releaseStep({ ...state, rolledBack: false })
  const released: ReleaseState = { ...state, lifecycle: 'released', releasedAt: by.at, rolledBack: false }
  const candidate = state.deployments.findLast((one) => one.state === 'accepted')?.candidate ?? 1
  const says = `Released by ${nameOf(by)}`
  return {
    ...releaseStep(wantTag(released, { candidate, ofVersion: true, says, at: by.at })),
    events: [
      releaseEvent(state, {
        kind: 'release.released',
        at: by.at,
        actor: by.user,
        says: `${state.version ?? state.title} is released.`,
        tell: 'broadcast',
      }),
    ],
  }
}
