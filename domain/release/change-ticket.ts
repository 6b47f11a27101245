/** The hook for change management: an external ticket that must be linked before a deployment (S4.13). */
import { type EnvironmentDefinition, findEnvironment } from '../pipeline.js'
import type { ReleaseDeployment, ReleaseState } from './state.js'

/** The release's link to a ticket in the environment's format, null while there is none. */
export function changeTicket(
  state: Pick<ReleaseState, 'references'>,
  target: EnvironmentDefinition,
): string | null {
  const pattern = target.change?.pattern
  if (pattern === undefined) return null
  const wanted = new RegExp(`^(?:${pattern})$`, 'u')
  return state.references.find((link) => wanted.test(link)) ?? null
}

/** True when the environment requires a ticket that the release does not have. */
export function lacksTicket(state: Pick<ReleaseState, 'references'>, target: EnvironmentDefinition): boolean {
  return (target.change ?? null) !== null && changeTicket(state, target) === null
}

/** The ticket format that a prepared deployment lacks; null when nothing is missing, or it was overridden. */
export function missingTicket(
  state: ReleaseState,
  deployment: Pick<ReleaseDeployment, 'environment' | 'override'>,
): string | null {
  const target = findEnvironment(state.app, deployment.environment)
  if (!target?.change || deployment.override?.passes.includes('no-ticket')) return null
  return lacksTicket(state, target) ? target.change.pattern : null
}
