/** When an environment expires, who is notified before, and how people extend it (S2.15, S2.19, S2.20). */
import { LONGEST_MS } from '../durations.js'
import { SLIPWAY, type UserId } from '../identifiers.js'
import { after, earliest } from '../instant.js'
import type { EndCause, ExtensionCap } from '../reasons.js'
import { done, type Refusal, refuse } from '../refusal.js'
import { awaitTeardown } from './await-teardown.js'
import { environmentEvent } from './deployment-events.js'
import { type Expiry } from './lifecycle.js'
import { advanceRemoval } from './removal.js'
import type { Answered } from './retry-skip-abort.js'
import {
  andThen,
  type EnvironmentState,
  isClosing,
  type LaneStep,
  step,
  withLifecycle,
  withNotice,
} from './state.js'

const DAY_MS = 86_400_000

interface By {
  readonly by: UserId
  readonly at: string
}

/** A person's answer to a notice, or a typed order. */
export interface ExtendOrder extends By {
  /** Null: one day. */
  readonly durationMs: number | null
  /** The expiry that the notice named: a second click on the same button finds another one. Null: typed. */
  readonly until: string | null
}
export interface KeepOrder extends By {
  readonly until: string | null
}

/** The expiry of an environment that starts now; none for a permanent one (S2.20). */
export function withExpiry(state: EnvironmentState, at: string): EnvironmentState {
  const { expiresMs } = state.definition
  if (expiresMs === null || state.lifecycle.expiry !== null) return state
  return withLifecycle(state, {
    expiry: { startedAt: at, at: after(at, expiresMs), extensions: 0, noticed: [] },
  })
}

/** The notices still to be given before the expiry, as instants. */
function openNotices(state: EnvironmentState, expiry: Expiry): readonly { ms: number; at: string }[] {
  return state.definition.noticesMs
    .filter((ms) => !expiry.noticed.includes(ms))
    .map((ms) => ({ ms, at: after(expiry.at, -ms) }))
    .filter(({ at }) => at >= expiry.startedAt)
}

/** When the next notice or end is due; null when none is. */
export function nextExpiryStep(state: EnvironmentState): string | null {
  const { expiry, closing, teardown, removal } = state.lifecycle
  if (teardown !== null) return null
  const notices = expiry === null ? [] : openNotices(state, expiry).map(({ at }) => at)
  return earliest([...notices, expiry?.at, closing?.until, removal?.until])
}

/** Gives the notices that are due, and starts the teardown that is due. */
export function advanceExpiry(state: EnvironmentState, at: string): LaneStep {
  const { expiry, closing, teardown, removal } = state.lifecycle
  if (teardown !== null) return step(state)
  if (removal !== null && removal.until <= at) return advanceRemoval(state, removal, at)
  if (closing !== null && closing.until <= at) return beginEnd(state, { cause: closing.cause, at })
  if (expiry === null) return step(state)
  if (expiry.at <= at) return beginEnd(state, { cause: { kind: 'expired' }, at })
  const due = openNotices(state, expiry).filter((notice) => notice.at <= at)
  return due.length === 0 ? step(state) : warn(state, { expiry, due: due.map(({ ms }) => ms), at })
}

function beginEnd(state: EnvironmentState, why: { readonly cause: EndCause; readonly at: string }): LaneStep {
  return awaitTeardown(state, { ...why, by: SLIPWAY })
}

function warn(
  state: EnvironmentState,
  { expiry, due, at }: { readonly expiry: Expiry; readonly due: readonly number[]; readonly at: string },
): LaneStep {
  const noticed = withLifecycle(state, { expiry: { ...expiry, noticed: [...expiry.noticed, ...due] } })
  const facts = { until: expiry.at }
  const next = withNotice(noticed, { kind: 'expiring', ...facts }, at)
  return {
    ...step(next),
    events: [environmentEvent(next, { kind: 'environment.expiring', facts, at, by: SLIPWAY })],
  }
}

/** Adds a day, or the requested time: a limited number of times, never past the maximum age, and once per notice. */
export function extend(state: EnvironmentState, order: ExtendOrder): Answered {
  const { expiry } = state.lifecycle
  const refusal = cannotPutOff(state, order.until)
  if (refusal !== null || expiry === null)
    return no(state, refusal ?? { code: 'permanent', environment: state.name })
  const { extensions, maxAgeMs } = state.definition
  if (expiry.extensions >= extensions) {
    return no(state, cap(state, { kind: 'count', most: extensions }))
  }
  const more = order.durationMs ?? DAY_MS
  if (!(more > 0 && more <= LONGEST_MS)) {
    return no(state, cap(state, { kind: 'age', ms: LONGEST_MS }))
  }
  const until = after(expiry.at, more)
  if (maxAgeMs !== null && until > after(expiry.startedAt, maxAgeMs)) {
    return no(state, cap(state, { kind: 'age', ms: maxAgeMs }))
  }
  const left = extensions - expiry.extensions - 1
  const next = { ...expiry, at: until, extensions: expiry.extensions + 1, noticed: [] }
  return {
    step: putOff(state, { expiry: next, order, decision: 'extended' }),
    outcome: done({ code: 'extended', environment: state.name, until, left }),
  }
}

/** Extends it to the maximum age, or permanently if there is no limit; a closing preview is kept. */
export function keep(state: EnvironmentState, order: KeepOrder): Answered {
  const { expiry } = state.lifecycle
  const refusal = cannotPutOff(state, order.until)
  if (refusal !== null) return no(state, refusal)
  const { maxAgeMs } = state.definition
  const until = expiry === null || maxAgeMs === null ? null : after(expiry.startedAt, maxAgeMs)
  if (until !== null && expiry !== null && until <= expiry.at && state.lifecycle.closing === null) {
    return no(state, cap(state, { kind: 'kept' }))
  }
  const next = expiry === null || until === null ? null : { ...expiry, at: until, noticed: [] }
  return {
    step: putOff(state, { expiry: next, order, decision: 'kept' }),
    outcome: done({ code: 'environment', environment: state.name, task: { kind: 'kept', until } }),
  }
}

function putOff(
  state: EnvironmentState,
  {
    expiry,
    order,
    decision,
  }: { readonly expiry: Expiry | null; readonly order: By; readonly decision: 'extended' | 'kept' },
): LaneStep {
  const { by, at } = order
  const next = withLifecycle(state, { expiry, closing: null, teardown: null, answered: { by, at, decision } })
  const facts = { until: expiry?.at ?? null }
  return {
    ...step(next),
    events: [environmentEvent(next, { kind: `environment.${decision}`, facts, at, by })],
  }
}

/** Null when the expiry may still be extended. */
function cannotPutOff(state: EnvironmentState, until: string | null): Refusal | null {
  const { expiry, closing, teardown, answered } = state.lifecycle
  if (teardown?.phase === 'running') return { code: 'tearing-down', environment: state.name }
  if (teardown?.phase === 'failed')
    return { code: 'teardown-failed', environment: state.name, failure: teardown.failure }
  const spokenOf = closing?.until ?? expiry?.at ?? null
  if (until !== null && until !== spokenOf && answered !== null)
    return { code: 'already-decided', ...answered }
  return spokenOf === null ? { code: 'permanent', environment: state.name } : null
}

const cap = (state: EnvironmentState, why: ExtensionCap): Refusal => ({
  code: 'extension-cap',
  environment: state.name,
  cap: why,
})

const no = (state: EnvironmentState, refusal: Refusal): Answered => ({
  step: step(state),
  outcome: refuse(refusal),
})

/** A deployment started: the lifetime of an absent environment begins now. */
export const afterStart = (started: LaneStep, at: string): LaneStep =>
  andThen(started, (state) => step(withExpiry(state, at)))

/** True while a teardown waits only for the running stage. */
export const mayTearDown = (state: EnvironmentState): boolean =>
  isClosing(state) && state.lifecycle.teardown?.phase === 'waiting' && state.running === null
