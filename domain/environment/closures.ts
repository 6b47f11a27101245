/** What closes an environment, for whom, and until when. The lane decides by it, and people are shown it. */
import type { FreezeState, HoldState, LockState } from '../change.js'
import { SLIPWAY, type UserId } from '../identifiers.js'
import type { Closure, LostHost } from '../reasons.js'
import type { Refusal } from '../refusal.js'
import type { DeploymentKind } from '../states.js'

/** An environment closed by its windows: until when, and why. */
export interface ClosedWindow {
  /** ISO instant; null when no opening is in sight. */
  readonly until: string | null
  readonly reason: string
}

/** The time-dependent facts about an environment: the instant, and whether its windows are closed then. */
export interface LaneNow {
  /** ISO instant. */
  readonly at: string
  readonly closed: ClosedWindow | null
}

/** The facts, from an environment's state (`closable` in `lost-host.ts`) or from what is shown of it. */
export interface Closable {
  readonly lock: LockState | null
  readonly freeze: FreezeState | null
  readonly hold: HoldState | null
  readonly detail: { readonly lostHost: LostHost | null }
}

/** A person's override applies to one order, and passes what was closed when it was given. */
export interface Override {
  readonly reason: string
  /** ISO instant at which it was given. */
  readonly at: string
}

/** What is to be deployed, with the facts that closures depend on. */
export interface Arrival {
  readonly kind: DeploymentKind
  /** Null: nobody in particular, e.g. whoever promotes next. */
  readonly requestedBy: UserId | null
  readonly override: Override | null
  /** True when the policy of the release's type lets it pass a freeze (S4.4). */
  readonly passesFreeze: boolean
}

/** Whether something that ends at `until` is over at an instant. */
export const isOver = (until: string | null, at: string): boolean => until !== null && until <= at

/** Everything that closes the environment, for anyone. In a record read through `at`, none of it has expired. */
export function closuresOf(
  { lock, freeze, hold, detail: { lostHost } }: Closable,
  window: ClosedWindow | null,
): readonly Closure[] {
  return [
    ...(lostHost ? [ofLostHost(lostHost)] : []),
    ...(lock ? [{ kind: 'lock' as const, ...lock, rollback: null }] : []),
    ...(freeze ? [{ kind: 'freeze' as const, ...freeze, rollback: null }] : []),
    ...(window ? [{ kind: 'window' as const, owner: null, since: null, ...window, rollback: null }] : []),
    ...(hold ? [{ ...hold, kind: 'hold' as const, owner: hold.by, until: null }] : []),
  ]
}

const ofLostHost = ({ host, since }: LostHost): Closure => ({
  ...{ kind: 'lost-host', reason: host, owner: null, since, until: null, rollback: null },
})

/** The same at an instant, for facts that may include expired closures. */
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

/** A window is known in advance; a closure made after the override could not have been considered. */
const isPassed = ({ since }: Closure, override: Override | null): boolean =>
  override !== null && (since === null || since <= override.at)

/**
 * A lock does not stop its owner; a hold stops only automatic deployments; a command that may still run on a lost host stops
 * everybody, or two commands would change one environment.
 */
function stops({ kind, owner }: Closure, { kind: what, requestedBy, passesFreeze }: Arrival): boolean {
  switch (kind) {
    case 'lock':
      return owner !== requestedBy
    case 'freeze':
      return !passesFreeze
    case 'hold':
      return what === 'push' || requestedBy === SLIPWAY
    case 'window':
    case 'lost-host':
      return true
  }
}

/** Why a promotion ordered now is refused there: a freeze refuses, while a lock or a window makes it wait. */
export function refuseFrozen(environment: Closable, arrival: Arrival, at: string): Refusal | null {
  const { freeze } = environment
  const closures = stopping(closuresAt(environment, { at, closed: null }), arrival)
  if (!freeze || !closures.some(({ kind }) => kind === 'freeze')) return null
  return { code: 'frozen', owner: freeze.owner, reason: freeze.reason, until: freeze.until }
}
