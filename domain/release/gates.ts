/** What still keeps a prepared deployment from being queued. */
import { isGreen } from '../forge/checks.js'
import { environmentsBelow, findEnvironment } from '../pipeline.js'
import type { OpenGate } from '../reasons.js'
import { missingTicket } from './change-ticket.js'
import { openItems } from './checklist.js'
import { policyOf } from './policy.js'
import { closedChecks } from './required-checks.js'
import type { ReleaseDeployment, ReleaseState } from './state.js'

/** Empty when nothing is missing any more: the deployment may be queued. `now` is an ISO instant. */
export function openGates(
  state: ReleaseState,
  deployment: ReleaseDeployment,
  now: string,
): readonly OpenGate[] {
  const gates: OpenGate[] = []
  const { gate } = deployment
  if (gate && deployment.approvals.length < gate.count) {
    gates.push({ kind: 'approvals', have: deployment.approvals.length, need: gate.count, roles: gate.from })
  }
  const items = openItems(state, deployment)
  if (items.length > 0) gates.push({ kind: 'checklist', items })
  const pattern = missingTicket(state, deployment)
  if (pattern !== null) gates.push({ kind: 'ticket', pattern })
  const until = soakUntil(state, deployment)
  if (until !== null && until > now) gates.push({ kind: 'soak', until })
  const reading = closedChecks(state, deployment, now)
  if (reading !== null) gates.push({ kind: 'checks', reading })
  return gates
}

/** Whose checks are to be asked for: what is not green, and at last what was green too long ago. */
export function unreadChecks(state: ReleaseState, now: string): readonly ReleaseDeployment[] {
  return state.deployments.filter((one) => {
    if (one.state !== 'prepared') return false
    const gates = openGates(state, one, now)
    const closed = gates.some(({ kind }) => kind === 'checks')
    return closed && (!one.checks || !isGreen(one.checks) || gates.length === 1)
  })
}

function soakUntil(state: ReleaseState, deployment: ReleaseDeployment): string | null {
  return deployment.override === null ? soakEnd(state, deployment) : null
}

/** When the soak time of a candidate is over, whether or not somebody overrides it; null when none has begun. */
export function soakEnd(
  state: ReleaseState,
  deployment: Pick<ReleaseDeployment, 'candidate' | 'environment'>,
): string | null {
  const target = findEnvironment(state.app, deployment.environment)
  if (!target || target.soakMs === 0 || !policyOf(state).soak) return null
  const below = new Set<string>(environmentsBelow(state.app, target).map((environment) => environment.name))
  const accepted = state.deployments
    .filter(
      (one) =>
        one.candidate === deployment.candidate && one.state === 'accepted' && below.has(one.environment),
    )
    .flatMap((one) => (one.decision ? [one.decision.at] : []))
    .toSorted()
  // Where any one below suffices, the first did.
  const since = target.requires === 'any' ? accepted.at(0) : accepted.at(-1)
  return since === undefined ? null : new Date(Date.parse(since) + target.soakMs).toISOString()
}
