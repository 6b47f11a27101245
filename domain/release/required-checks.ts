/** The checks a commit must pass before its candidate goes above the first environment: a gate that opens automatically. */

import { type CheckReading, isGreen, sameChecks, unknownChecks, withSince } from '../forge/checks.js'
import type { DeploymentId } from '../identifiers.js'
import { after } from '../instant.js'
import { type AppDefinition, type EnvironmentDefinition, findEnvironment, isFirstLevel } from '../pipeline.js'
import type { Gate } from '../reasons.js'
import { findReleaseDeployment, type ReleaseDeployment, type ReleaseState, withDeployment } from './state.js'
import { deploymentEvent, nameOfCandidate, type ReleaseStep, releaseStep } from './step.js'

/** Checks may turn red again: a green result older than this is queried again before anything starts. */
const FRESH_MS = 300_000

/** The names of the required checks; none on the first level, where new changes are tested. */
export function requiredChecks(app: AppDefinition, target: EnvironmentDefinition): readonly string[] {
  return isFirstLevel(target) ? [] : app.github.requiredChecks
}

/** The checks of a prepared deployment; none if an override of its promotion passed them. */
export function checksOf(
  state: ReleaseState,
  deployment: Pick<ReleaseDeployment, 'environment' | 'override'>,
): readonly string[] {
  const target = findEnvironment(state.app, deployment.environment)
  return target === null || deployment.override?.passes.includes('checks')
    ? []
    : requiredChecks(state.app, target)
}

/** Null when no checks are required. A check that was never queried is unknown, and unknown is closed. */
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

/** Applies a reading of the checks; reported once when the wait begins and once when it is over. */
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
