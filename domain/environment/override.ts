import type { Override } from './closures.js'
import type { DeploymentFacts } from './state.js'

/** The same bytes by another order, which passes nothing but by an override of its own. */
export const reordered = <Order extends DeploymentFacts>(
  order: Order,
  override: Override | null = null,
): Order => ({
  ...order,
  override,
  passesFreeze: false,
})
