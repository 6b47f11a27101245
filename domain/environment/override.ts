import type { Override } from './closures.js'
import type { DeploymentRequest } from './state.js'

/** The same bytes under another order, which passes a closure only by its own override. */
export const reordered = <Order extends DeploymentRequest>(
  order: Order,
  override: Override | null = null,
): Order => ({
  ...order,
  override,
  passesFreeze: false,
})
