/** What closes an environment, for what, and until when. The lane decides by it, and people are shown it. */
import type { FreezeState, HoldState, LockState } from '../change.js'
import { SLIPWAY, type UserId } from '../identifiers.js'
import type { Closure } from '../reasons.js'
import type { Refusal } from '../refusal.js'
import type { DeploymentKind } from '../states.js'

/** An environment closed by its windows: until when, and why. */
export interface ClosedWindow {
  /** ISO instant; null when no opening is in sight. */
  readonly until: string | null
  readonly reason: string
}

/** What the clock says about an environment: the instant, and whether its windows are closed then. */
export interface LaneNow {
  /** ISO instant. */
  readonly at: string
  readonly closed: ClosedWindow | null
}

/** The facts: an environment's state, its record, or what is shown of it. */
export interface Closable {
  readonly lock: LockState | null
  readonly freeze: FreezeState | null
  readonly hold: HoldState | null
}

/** A person's override is for one order, and passes what was closed when it was given. */
export interface Override {
  readonly reason: string
  /** ISO instant at which it was given. */
  readonly at: string
}

/** What is to be deployed, as far as closures ask. */
export interface Arrival {
  readonly kind: DeploymentKind
  /** Null: nobody in particular, as for whoever comes next. */
  readonly requestedBy: UserId | null
  readonly override: Override | null
  /** True when the policy of the release's type lets it pass a freeze (S4.4). */
  readonly passesFreeze: boolean
}

/** Whether something with that end is over at an instant. */
export const isOver = (until: string | null, at: string): boolean => until !== null && until <= at

/** All that closes the environment, whoever comes. Of a record that was read with `at`, nothing of it is over. */
export function closuresOf(
  { lock, freeze, hold }: Closable,
  window: ClosedWindow | null,
): readonly Closure[] {
  return [
    ...(lock ? [{ kind: 'lock' as const, ...lock, rollback: null }] : []),
    ...(freeze ? [{ kind: 'freeze' as const, ...freeze, rollback: null }] : []),
    ...(window ? [{ kind: 'window' as const, owner: null, since: null, ...window, rollback: null }] : []),
    ...(hold ? [{ ...hold, kind: 'hold' as const, owner: hold.by, until: null }] : []),
  ]
}

/** The same at an instant, of facts that may hold what has ended. */
export const closuresAt = (environment: Closable, { at, closed }: LaneNow): readonly Closure[] =>
  closuresOf(environment, closed).filter(({ until }) => !isOver(until, at))

/** Those that this deployment has to wait for: a rollback waits for none, an override for what was closed later. */
export const stopping = (closures: readonly Closure[], arrival: Arrival): readonly Closure[] =>
  arrival.kind === 'rollback'
    ? []
    : closures.filter((closure) => stops(closure, arrival) && !isPassed(closure, arrival.override))

/** Those that it passes only because of its override. */
export const passedBy = (closures: readonly Closure[], arrival: Arrival): readonly Closure[] =>
  arrival.kind === 'rollback'
    ? []
    : closures.filter((closure) => stops(closure, arrival) && isPassed(closure, arrival.override))

/** A window is known beforehand; what somebody closed later was not there to be thought of. */
const isPassed = ({ since }: Closure, override: Override | null): boolean =>
  override !== null && (since === null || since <= override.at)

/** A lock does not stop its owner; a hold stops what nobody asked for. */
function stops({ kind, owner }: Closure, { kind: what, requestedBy, passesFreeze }: Arrival): boolean {
  switch (kind) {
    case 'lock':
      return owner !== requestedBy
    case 'freeze':
      return !passesFreeze
    case 'hold':
      return what === 'push' || requestedBy === SLIPWAY
    case 'window':
      return true
  }
}

/** Why a promotion that is ordered now is refused there: a freeze refuses, a lock and a window make wait. */
export function refuseFrozen(environment: Closable, arrival: Arrival, at: string): Refusal | null {
  const { freeze } = environment
  const closures = stopping(closuresAt(environment, { at, closed: null }), arrival)
  if (!freeze || !closures.some(({ kind }) => kind === 'freeze')) return null
  return { code: 'frozen', owner: freeze.owner, reason: freeze.reason, until: freeze.until }
}
