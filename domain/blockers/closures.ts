/** What closes an environment at the moment, read off what people are shown. */
import { type Override, passes } from '../environment/override.js'
import { SLIPWAY, type UserId } from '../identifiers.js'
import { policyOf } from '../release/policy.js'
import type { DeploymentView, EnvironmentView } from '../views.js'
import type { Subject } from './gates.js'

/** An environment closed by its windows: until when, and why. */
export interface ClosedWindow {
  /** ISO instant; null when no opening is in sight. */
  readonly until: string | null
  readonly reason: string
}

export interface Closure {
  readonly kind: 'lock' | 'freeze' | 'hold' | 'window'
  readonly owner: UserId | null
  readonly reason: string
  readonly since: string | null
  /** ISO instant at which it ends by itself; null when somebody has to end it. */
  readonly until: string | null
}

export function closuresOf(environment: EnvironmentView, window: ClosedWindow | null): readonly Closure[] {
  const { lock, freeze, hold } = environment
  return [
    ...(lock ? [{ kind: 'lock' as const, ...lock }] : []),
    ...(freeze ? [{ kind: 'freeze' as const, ...freeze }] : []),
    ...(hold ? [{ kind: 'hold' as const, ...hold, owner: hold.by, until: null }] : []),
    ...(window ? [{ kind: 'window' as const, ...window, owner: null, since: null }] : []),
  ].map(({ kind, owner, reason, since, until }) => ({ kind, owner, reason, since, until }))
}

/** Of the first attempt alone: a later one was ordered anew. */
const overrideIn = ({ override, attempt, preparedAt }: DeploymentView): Override | null =>
  override === null || attempt > 1 ? null : { reason: override, at: preparedAt }

/**
 * Those of them that the lane would let a deployment wait for: none for a rollback, none that was there when an override was given, no lock of the person
 * who asked, a hold for what nobody asked for. Without a deployment: for whoever promotes next.
 */
export function stopping(
  { app, view }: Pick<Subject, 'app' | 'view'>,
  closures: readonly Closure[],
  deployment: DeploymentView | null,
): readonly Closure[] {
  if (deployment?.kind === 'rollback') return []
  const override = deployment === null ? null : overrideIn(deployment)
  return closures.filter((closure) => {
    const { kind, owner } = closure
    if (passes(override, closure)) return false
    if (kind === 'hold') return deployment?.requestedBy === SLIPWAY
    if (kind === 'lock') return owner !== deployment?.requestedBy
    return kind === 'window' || policyOf({ app, type: view.type }).passesFreeze !== true
  })
}
