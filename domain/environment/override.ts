import type { Override } from './closures.js'
import type { DeploymentRequest } from './state.js'

/** The same bytes by another order, which passes nothing but by an override of its own. */
export const reordered = <Order extends DeploymentRequest>(
  order: Order,
  override: Override | null = null,
): Order => ({
  ...order,
  override,
  passesFreeze: false,
})
