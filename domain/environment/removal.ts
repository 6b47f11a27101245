/**
 * The teardown of a permanent environment: requested by its name, approved like a deployment there, announced, and only then
 * started. Until it starts, the environment works as before and the teardown can be stopped.
 */
import { approvalsNeeded, rolesAsked, rulesOpenTo } from '../approval-rules.js'
import { after } from '../instant.js'
import { done, type Refusal, refuse } from '../refusal.js'
import { refuseApprover } from '../release/decide.js'
import { awaitTeardown } from './await-teardown.js'
import { environmentEvent } from './deployment-events.js'
import type { Removal } from './lifecycle.js'
import type { Answered, By } from './retry-skip-abort.js'
import {
  type EnvironmentState,
  isClosing,
  type LaneStep,
  nameOfOrder,
  step,
  withLifecycle,
  withNotice,
} from './state.js'

/** How long approvals may take; then the request expires. */
const APPROVED_WITHIN_MS = 86_400_000

/** It was not created for a limited time: it has no expiry and is not a preview. */
export const isPermanent = ({ definition, lifecycle }: EnvironmentState): boolean =>
  lifecycle.preview === null && definition.expiresMs === null

/** S2.15, T.5: the person has to type the name of what was set up, not only point at it. */
export function requestRemoval(
  state: EnvironmentState,
  { by, at, typed }: By & { readonly typed: string | null },
): Answered {
  const environment = state.name
  const { removal, teardown } = state.lifecycle
  // An approved teardown that already started is continued.
  if (teardown?.phase === 'failed') return begin(state, { by, at })
  if (typed !== environment) return no(state, { code: 'teardown-needs-name', environment, typed })
  if (removal !== null)
    return no(state, { code: 'teardown-asked', environment, by: removal.by, at: removal.at })
  const { approve } = state.definition
  const asked: Removal = {
    ...{ by, at, approve, approvals: [], announced: false, until: after(at, APPROVED_WITHIN_MS) },
  }
  if (approve.length === 0) return announce(state, asked, at)
  const next = withLifecycle(state, { removal: asked })
  const need = approvalsNeeded(approve)
  const roles = rolesAsked(approve)
  const facts = { runs: runsThere(state), need, roles, until: asked.until }
  return {
    step: {
      ...step(withNotice(next, { kind: 'teardown-asked', asked: at, by, ...facts }, at)),
      events: [environmentEvent(next, { kind: 'environment.teardown_asked', facts, at, by })],
    },
    outcome: done({ code: 'environment', environment, task: { kind: 'teardown-asked', need, roles } }),
  }
}

export interface ApproveRemoval extends By {
  /** The configured roles the person held when approving. */
  readonly roles: readonly string[]
}

/** Adds one person's approval; the last one needed announces the teardown. */
export function approveRemoval(state: EnvironmentState, { by, at, roles }: ApproveRemoval): Answered {
  const environment = state.name
  const { removal } = state.lifecycle
  if (removal === null || removal.announced || removal.approve.length === 0) return no(state, notAsked(state))
  const { approve: rules, approvals, by: requestedBy } = removal
  // Nothing ships, so authorship does not matter.
  const refusal = refuseApprover({ requestedBy, rules, approvals, authors: null }, { user: by, roles })
  if (refusal) return no(state, refusal)
  const counts = rulesOpenTo(rules, { user: by, roles }, requestedBy)
  const next: Removal = { ...removal, approvals: [...approvals, { user: by, at, counts }] }
  const [have, need] = [next.approvals.length, approvalsNeeded(rules)]
  const event = environmentEvent(state, {
    kind: 'environment.teardown_approved',
    facts: { have, need },
    at,
    by,
  })
  if (have < need) {
    return {
      step: { ...step(withLifecycle(state, { removal: next })), events: [event] },
      outcome: done({ code: 'environment', environment, task: { kind: 'teardown-approved', have, need } }),
    }
  }
  const { step: announced, outcome } = announce(state, next, at)
  return { step: { ...announced, events: [event, ...announced.events] }, outcome }
}

function announce(state: EnvironmentState, removal: Removal, at: string): Answered {
  const until = after(at, state.definition.teardownNoticeMs)
  const next = withLifecycle(state, { removal: { ...removal, announced: true, until } })
  const { by, at: asked } = removal
  const facts = {
    asker: by,
    approvers: removal.approvals.map(({ user }) => user),
    until,
    runs: runsThere(state),
  }
  return {
    step: {
      ...step(withNotice(next, { kind: 'teardown-announced', asked, ...facts }, at)),
      events: [environmentEvent(next, { kind: 'environment.teardown_announced', facts, at, by })],
    },
    outcome: done({
      code: 'environment',
      environment: state.name,
      task: { kind: 'teardown-announced', until },
    }),
  }
}

/** Cancels it before it has started: the environment was never touched. */
export function stopRemoval(state: EnvironmentState, { by, at }: By): Answered {
  const { removal } = state.lifecycle
  if (removal === null) return no(state, notAsked(state))
  return {
    step: withdrawn(state, { removal, by, at }),
    outcome: done({ code: 'environment', environment: state.name, task: { kind: 'teardown-stopped' } }),
  }
}

function withdrawn(
  state: EnvironmentState,
  { removal, by, at }: By & { readonly removal: Removal },
): LaneStep {
  const next = withLifecycle(state, { removal: null, stopped: { by, at, asked: removal.at } })
  const facts = { asker: removal.by }
  return {
    ...step(next),
    events: [environmentEvent(next, { kind: 'environment.teardown_stopped', facts, at, by })],
  }
}

/** The teardown is due: it starts or, if approvals are missing, the request expires. */
export function advanceRemoval(state: EnvironmentState, removal: Removal, at: string): LaneStep {
  const { by } = removal
  if (removal.announced) return begin(state, { by, at }).step
  const next = withLifecycle(state, { removal: null })
  const facts = { asker: by }
  return {
    ...step(next),
    events: [environmentEvent(next, { kind: 'environment.teardown_lapsed', facts, at, by })],
  }
}

function begin(state: EnvironmentState, { by, at }: By): Answered {
  const cause = state.lifecycle.teardown?.cause ?? { kind: 'asked' }
  return {
    step: awaitTeardown(withLifecycle(state, { removal: null }), { cause, by, at }),
    outcome: done({ code: 'environment', environment: state.name, task: { kind: 'torn-down' } }),
  }
}

const runsThere = ({ current }: EnvironmentState): string | null => current && nameOfOrder(current.order)

const notAsked = (state: EnvironmentState): Refusal =>
  isClosing(state)
    ? { code: 'tearing-down', environment: state.name }
    : { code: 'no-teardown-asked', environment: state.name, announced: state.lifecycle.removal !== null }

const no = (state: EnvironmentState, refusal: Refusal): Answered => ({
  step: step(state),
  outcome: refuse(refusal),
})
