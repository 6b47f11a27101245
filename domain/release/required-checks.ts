/** The checks a commit must have passed before its candidate goes above the first environment: a gate that opens by itself. */

import { type CheckReading, isGreen, sameChecks, unknownChecks, withSince } from '../forge/checks.js'
import type { DeploymentId } from '../identifiers.js'
import { after } from '../instant.js'
import { type AppDefinition, type EnvironmentDefinition, findEnvironment, isFirstLevel } from '../pipeline.js'
import type { Gate } from '../reasons.js'
import { findReleaseDeployment, type ReleaseDeployment, type ReleaseState, withDeployment } from './state.js'
import { deploymentEvent, nameOfCandidate, type ReleaseStep, releaseStep } from './step.js'

/** Checks may turn red again: what was green longer ago than this is asked again before anything starts. */
const FRESH_MS = 300_000

/** The names that are waited for; none on the first level, which tests what comes. */
export function requiredChecks(app: AppDefinition, target: EnvironmentDefinition): readonly string[] {
  return isFirstLevel(target) ? [] : app.github.requiredChecks
}

/** Of a prepared deployment; none where an override of its promotion passed them. */
export function checksOf(
  state: ReleaseState,
  deployment: Pick<ReleaseDeployment, 'environment' | 'override'>,
): readonly string[] {
  const target = findEnvironment(state.app, deployment.environment)
  return target === null || deployment.override?.passes.includes('checks')
    ? []
    : requiredChecks(state.app, target)
}

/** Null where no checks are waited for. What was never asked is unknown, and unknown is closed. */
export function checksGate(
  state: ReleaseState,
  deployment: Pick<ReleaseDeployment, 'environment' | 'override' | 'checks' | 'preparedAt'>,
): Extract<Gate, { kind: 'checks' }> | null {
  const names = checksOf(state, deployment)
  if (names.length === 0) return null
  const { checks } = deployment
  const reading = checks ?? unknownChecks(names, { kind: 'not-asked' }, deployment.preparedAt)
  return { kind: 'checks', reading, staleAt: isGreen(reading) ? after(reading.at, FRESH_MS) : null }
}

/** Takes over what a look at the checks came to; told once when it begins to wait and once when it is over. */
export function applyChecks(state: ReleaseState, id: DeploymentId, reading: CheckReading): ReleaseStep {
  const deployment = findReleaseDeployment(state, id)
  if (deployment?.state !== 'prepared') return releaseStep(state)
  const before = deployment.checks ?? null
  const step = releaseStep(withDeployment(state, id, { checks: withSince(reading, before) }))
  if (before !== null && sameChecks(before, reading)) return step
  const name = nameOfCandidate(state, deployment.candidate)
  const waited = before !== null && !isGreen(before)
  return {
    ...step,
    events: [
      deploymentEvent(state, deployment, {
        kind: isGreen(reading) ? 'checks.passed' : 'checks.waits',
        facts: { name, reading, waited },
        at: reading.at,
        actor: deployment.requestedBy,
      }),
    ],
  }
}
