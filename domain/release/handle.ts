/** Every order to a release: the decision, its changes, and the answer to the person. */
import { approvalsNeeded, rolesAsked } from '../approval-rules.js'
import { environmentsBelow, findEnvironment } from '../pipeline.js'
import type { Gate } from '../reasons.js'
import { done, type Outcome, refuse } from '../refusal.js'
import { applyVerdict } from './apply-decision.js'
import { applyTick, decideTick, type TickOrder } from './checklist.js'
import { type Decide, decideAcceptance, decideApproval, decideRejection } from './decide.js'
import { refuseCutDraft } from './draft.js'
import { applyEdit, type EditOrder, refuseEdit } from './editing.js'
import { type CutDraftOrder, type PickOrder } from './effect-orders.js'
import { refuseAbandoning, refuseDeletion, refuseWhileCutting } from './end-release.js'
import { openGates } from './gates.js'
import { beginPick, decidePick } from './picking.js'
import { applyApproval, applyPromotion } from './prepare.js'
import { decidePromotion, type PromoteOrder } from './promotion.js'
import type { ActorSnapshot, ReleaseDeployment, ReleaseState } from './state.js'
import { withCandidate } from './state.js'
import { candidateChange, nameOfCandidate, type ReleaseStep, releaseEvent, releaseStep } from './step.js'
import { missingTags, retryTags } from './tags.js'

export interface AnsweredRelease {
  readonly step: ReleaseStep
  readonly outcome: Outcome
}

const no = (state: ReleaseState, refusal: Parameters<typeof refuse>[0]): AnsweredRelease => ({
  step: releaseStep(state),
  outcome: refuse(refusal),
})

export function promote(state: ReleaseState, order: PromoteOrder): AnsweredRelease {
  const decision = decidePromotion(state, order)
  if (decision.kind === 'refuse') return no(state, decision.refusal)
  const { deployment } = decision
  const place = {
    candidate: nameOfCandidate(state, deployment.candidate),
    environment: deployment.environment,
  }
  const step = applyPromotion(state, decision, order)
  const open = openGates(step.state, deployment, order.by.at)
  const gate = { needs: approvalsNeeded(deployment.gate), roles: rolesAsked(deployment.gate) }
  return {
    step,
    outcome:
      open.length > 0
        ? done({ code: 'prepared', ...place, ...gate, conditions: conditionsOf(open) })
        : done({ code: 'queued', ...place }),
  }
}

/** The open conditions besides approvals. */
const conditionsOf = (open: readonly Gate[]): readonly Gate[] =>
  open.filter(({ kind }) => kind !== 'approvals')

export function approve(state: ReleaseState, order: Decide): AnsweredRelease {
  const decision = decideApproval(state, order)
  if (decision.kind === 'refuse') return no(state, decision.refusal)
  const { approvals, gate } = decision.deployment
  const step = applyApproval(state, decision, order)
  return {
    step,
    outcome: done({
      code: 'approved',
      ...placeOf(state, decision.deployment),
      have: approvals.length,
      need: approvalsNeeded(gate),
      conditions: conditionsOf(openGates(step.state, decision.deployment, order.by.at)),
    }),
  }
}

export function accept(state: ReleaseState, order: Decide): AnsweredRelease {
  const decision = decideAcceptance(state, order)
  if (decision.kind === 'refuse') return no(state, decision.refusal)
  const { environment } = decision.deployment
  const next = state.app.environments
    .filter((one) => environmentsBelow(state.app, one).some((below) => below.name === environment))
    .map((one) => one.name)
  return {
    step: applyVerdict(state, decision, order),
    outcome: done({ code: 'accepted', ...placeOf(state, decision.deployment), next }),
  }
}

export function reject(state: ReleaseState, order: Decide): AnsweredRelease {
  const decision = decideRejection(state, order)
  if (decision.kind === 'refuse') return no(state, decision.refusal)
  return {
    step: applyVerdict(state, decision, order),
    outcome: done({ code: 'rejected', ...placeOf(state, decision.deployment) }),
  }
}

/** Builds a candidate again whose build failed; a succeeded build is never repeated (S5.11). */
export function rebuild(
  state: ReleaseState,
  order: { readonly candidate: number; readonly by: ActorSnapshot },
): AnsweredRelease {
  const candidate = state.candidates.find((one) => one.number === order.candidate)
  const name = nameOfCandidate(state, order.candidate)
  if (!candidate) return no(state, { code: 'unknown-release', text: name, nearest: [] })
  if (candidate.state !== 'build_failed' || state.lifecycle !== 'open') {
    return no(state, { code: 'nothing-to-decide', state: candidate.state })
  }
  const next = withCandidate(state, order.candidate, { state: 'building' })
  return {
    step: {
      ...releaseStep(next),
      candidates: candidateChange(next, state, order.candidate),
      effects: [{ kind: 'build', candidate: order.candidate }],
      events: [
        releaseEvent(state, {
          kind: 'candidate.rebuilding',
          facts: { name },
          at: order.by.at,
          actor: order.by.user,
        }),
      ],
    },
    outcome: done({ code: 'building-again', candidate: name }),
  }
}

/** Begins a pick; its result is reported when git has answered. */
export function pick(state: ReleaseState, order: PickOrder): AnsweredRelease {
  const decision = decidePick(state, order)
  if (decision.kind === 'refuse') return no(state, decision.refusal)
  const number = (state.candidates.at(-1)?.number ?? 0) + 1
  return {
    step: beginPick(state, order, decision.plan),
    outcome: done({ code: 'picking', candidate: nameOfCandidate(state, number) }),
  }
}

/** G.3: retries every tag that is missing from the remote. */
export function tagAgain(state: ReleaseState, by: ActorSnapshot): AnsweredRelease {
  const tags = missingTags(state.tags)
  if (tags.length === 0) return no(state, { code: 'tags-pushed' })
  return { step: retryTags(state, by), outcome: done({ code: 'tagging', tags }) }
}

/** S4.5: ticks an item of the checklist, or unticks it. */
export function tick(state: ReleaseState, order: TickOrder): AnsweredRelease {
  const decision = decideTick(state, order)
  if (decision.kind === 'refuse') return no(state, decision.refusal)
  return {
    step: applyTick(state, order, decision),
    outcome: done({ code: 'ticked', item: decision.item.item, done: order.done }),
  }
}

/** S1.1, S4.2. */
export function edit(state: ReleaseState, order: EditOrder): AnsweredRelease {
  const refusal = refuseEdit(state, order)
  if (refusal) return no(state, refusal)
  const step = applyEdit(state, order)
  return { step, outcome: done({ code: 'edited', name: step.state.version ?? step.state.title }) }
}

/** Begins the cut of a draft; it is answered once there is a version. */
export function cutDraft(state: ReleaseState, order: CutDraftOrder): AnsweredRelease {
  const refusal = refuseCutDraft(state, order)
  if (refusal) return no(state, refusal)
  return {
    step: {
      ...releaseStep({ ...state, busy: { kind: 'cut' } }),
      effects: [{ kind: 'cut-draft', order }],
    },
    outcome: done({ code: 'drafted', title: state.title }),
  }
}

export function remove(state: ReleaseState, by: ActorSnapshot): AnsweredRelease {
  const refusal = refuseWhileCutting(state) ?? refuseDeletion(state)
  if (refusal) return no(state, refusal)
  return {
    step: { ...releaseStep({ ...state, lifecycle: 'deleted' }), effects: [{ kind: 'delete', by }] },
    outcome: done({ code: 'deleted', name: state.version ?? state.title, drafted: state.version === null }),
  }
}

export function abandon(state: ReleaseState, by: ActorSnapshot): AnsweredRelease {
  const refusal = refuseWhileCutting(state) ?? refuseAbandoning(state)
  if (refusal) return no(state, refusal)
  const version = state.version ?? state.title
  return {
    step: {
      ...releaseStep({ ...state, lifecycle: 'abandoned' }),
      events: [
        releaseEvent(state, {
          kind: 'release.abandoned',
          at: by.at,
          actor: by.user,
          facts: { name: version },
        }),
      ],
    },
    outcome: done({ code: 'abandoned', version }),
  }
}

function placeOf(
  state: ReleaseState,
  deployment: ReleaseDeployment,
): { readonly candidate: string; readonly environment: ReleaseDeployment['environment'] } {
  const environment = findEnvironment(state.app, deployment.environment)?.name ?? deployment.environment
  return { candidate: nameOfCandidate(state, deployment.candidate), environment }
}
