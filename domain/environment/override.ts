/** A person's override is for one order, and passes what was closed when it was given. */
import type { DeploymentRequest } from './state.js'

export interface Override {
  readonly reason: string
  /** ISO instant at which it was given. */
  readonly at: string
}

/** Whether it passes what is closed; what somebody closed later was not there to be thought of. */
export const passes = (override: Override | null, closed: { readonly since: string | null }): boolean =>
  override !== null && (closed.since === null || closed.since <= override.at)

/** The override that an order was given with, null when there is none. */
export function overrideOf({
  override = null,
  overriddenAt,
  requestedAt,
}: Pick<DeploymentRequest, 'override' | 'overriddenAt' | 'requestedAt'>): Override | null {
  return override === null ? null : { reason: override, at: overriddenAt ?? requestedAt }
}

/** The same bytes by another order, which passes nothing but by an override of its own. */
export function reordered(order: DeploymentRequest, override: Override | null = null): DeploymentRequest {
  return {
    ...order,
    override: override?.reason ?? null,
    overriddenAt: override?.at ?? null,
    passesFreeze: false,
  }
}
