/** What an acceptance or a rejection changes, and when a release counts as released. */
import type { AuditEvent, Said } from '../events.js'
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
  deploymentEvent,
  joinSteps,
  type ReleaseEffect,
  type ReleaseStep,
  releaseEvent,
  releaseStep,
  subjectOf,
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
  const { user, at } = order.by
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
        note: deployment.note,
      },
    ],
    events: verdictLines(state, before ?? deployment, { ...order, accepted }),
    effects: before?.state === 'prepared' ? [] : [tellEnvironment(deployment, accepted)],
  }
  if (judged !== moved) return joinSteps(step, withdraw(step.state, deployment, order.by))
  return decision.releases ? joinSteps(step, releasedStep(step.state, deployment, order.by)) : step
}

function verdictLines(
  state: ReleaseState,
  deployment: ReleaseDeployment,
  { by, comment, accepted }: Decide & { readonly accepted: boolean },
): readonly AuditEvent[] {
  const subject = subjectOf(state, deployment)
  if (subject === null) return []
  const gate = deployment.state === 'prepared' ? 'approval' : 'acceptance'
  const said: Said = accepted
    ? { kind: 'deployment.accepted', facts: { ...subject, by: 'person', comment, tookMs: null } }
    : { kind: 'deployment.rejected', facts: { ...subject, gate, comment } }
  return [deploymentEvent(state, deployment, { ...said, at: by.at, actor: by.user })]
}

/** A rejected candidate is not deployed to where it was already prepared (S3.13). */
function withdraw(state: ReleaseState, rejected: ReleaseDeployment, by: ActorSnapshot): ReleaseStep {
  const { user, at } = by
  const cause = { kind: 'rejected', environment: rejected.environment } as const
  const note = { kind: 'aborted', cause } as const
  return state.deployments
    .filter((one) => one.state === 'prepared' && one.candidate === rejected.candidate)
    .reduce((step, deployment) => {
      const { id } = deployment
      const subject = subjectOf(state, deployment)
      return joinSteps(step, {
        ...releaseStep(withDeployment(step.state, id, { state: 'aborted', note })),
        moves: [{ id, to: 'aborted', at, by: user, attempt: null, failedStage: null, note }],
        events: subject
          ? [
              deploymentEvent(state, deployment, {
                ...{ kind: 'deployment.aborted', facts: { ...subject, cause }, at, actor: user },
              }),
            ]
          : [],
      })
    }, releaseStep(state))
}

const tellEnvironment = (deployment: ReleaseDeployment, accepted: boolean): ReleaseEffect => ({
  kind: 'tell-environment',
  deploymentId: deployment.id,
  environment: deployment.environment,
  acceptance: accepted ? 'accepted' : 'rejected',
})

/** A candidate reached the users; a later acceptance of a released one only clears the mark of a rollback. */
export function releasedStep(
  state: ReleaseState,
  { candidate }: Pick<ReleaseDeployment, 'candidate'>,
  by: Pick<ActorSnapshot, 'user' | 'at' | 'name'>,
): ReleaseStep {
  if (state.lifecycle !== 'open') return releaseStep({ ...state, rolledBack: false })
  const released: ReleaseState = { ...state, lifecycle: 'released', releasedAt: by.at, rolledBack: false }
  const says = `Released by ${nameOf(by)}`
  return {
    ...releaseStep(wantTag(released, { candidate, ofVersion: true, says, at: by.at })),
    events: [
      releaseEvent(state, {
        kind: 'release.released',
        at: by.at,
        actor: by.user,
        facts: { name: state.version ?? state.title },
      }),
    ],
  }
}
