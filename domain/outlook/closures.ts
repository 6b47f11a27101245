/** What closes an environment at the moment, read off what people are shown. */
import type { UserId } from '../identifiers.js'
import type { EnvironmentView } from '../views.js'

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
