/** The hook for change management: a ticket from outside that must be linked before a deployment (S4.13). */
import { type EnvironmentDefinition, findEnvironment } from '../pipeline.js'
import type { ReleaseDeployment, ReleaseState } from './state.js'

/** The link of the release that is a ticket as the environment wants it, null while there is none. */
export function changeTicket(
  state: Pick<ReleaseState, 'references'>,
  target: EnvironmentDefinition,
): string | null {
  const pattern = target.change?.pattern
  if (pattern === undefined) return null
  const wanted = new RegExp(`^(?:${pattern})$`, 'u')
  return state.references.find((link) => wanted.test(link)) ?? null
}

/** True when the environment wants a ticket that the release does not have. */
export function lacksTicket(state: Pick<ReleaseState, 'references'>, target: EnvironmentDefinition): boolean {
  return (target.change ?? null) !== null && changeTicket(state, target) === null
}

/** What a prepared deployment misses: the wanted form of the ticket; null when nothing, or it was overridden. */
export function missingTicket(
  state: ReleaseState,
  deployment: Pick<ReleaseDeployment, 'environment' | 'override'>,
): string | null {
  const target = findEnvironment(state.app, deployment.environment)
  if (!target?.change || deployment.override?.passes.includes('no-ticket')) return null
  return lacksTicket(state, target) ? target.change.pattern : null
}
