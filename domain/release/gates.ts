/** What still keeps a prepared deployment from being queued. */
import { ruleStandings } from '../approval-rules.js'
import { isGreen } from '../forge/checks.js'
import { after } from '../instant.js'
import { type EnvironmentDefinition, environmentsBelow, findEnvironment } from '../pipeline.js'
import type { Gate } from '../reasons.js'
import { missingTicket } from './change-ticket.js'
import { openItems } from './checklist.js'
import { policyOf } from './policy.js'
import { checksGate } from './required-checks.js'
import type { ReleaseDeployment, ReleaseState } from './state.js'

/** A deployment that is prepared, or would be. */
export type GatedDeployment = Omit<ReleaseDeployment, 'id' | 'state' | 'decision' | 'replaced' | 'note'>

/** What keeps a deployment from starting, and until when, regardless of the present time. */
export function gatesOf(state: ReleaseState, deployment: GatedDeployment): readonly Gate[] {
  const gates: Gate[] = []
  const counts = deployment.approvals.map((approval) => approval.counts)
  for (const { rule, have } of ruleStandings(deployment.gate, counts)) {
    if (have < rule.count) gates.push({ kind: 'approvals', have, need: rule.count, roles: rule.from })
  }
  const items = openItems(state, deployment)
  if (items.length > 0) gates.push({ kind: 'checklist', items })
  const pattern = missingTicket(state, deployment)
  if (pattern !== null) gates.push({ kind: 'ticket', pattern })
  const soak = passesSoak(deployment.override) ? null : soakOf(state, deployment)
  if (soak !== null) gates.push({ kind: 'soak', ...soak })
  const checks = checksGate(state, deployment)
  if (checks !== null) gates.push(checks)
  return gates
}

/** An override that skips acceptance below also skips its soak time. */
const passesSoak = (override: ReleaseDeployment['override']): boolean =>
  override?.passes.some((rule) => rule === 'soak' || rule === 'not-accepted-below') ?? false

/** The gates that are closed at an ISO instant. */
export const gatesAt = (gates: readonly Gate[], now: string): readonly Gate[] =>
  gates.filter((gate) => {
    if (gate.kind === 'soak') return gate.until > now
    return gate.kind !== 'checks' || gate.staleAt === null || gate.staleAt < now
  })

/** Empty when nothing is missing: the deployment may be queued. `now` is an ISO instant. */
export const openGates = (state: ReleaseState, deployment: ReleaseDeployment, now: string): readonly Gate[] =>
  gatesAt(gatesOf(state, deployment), now)

/** Whose checks must be queried: those that are not green, and stale green ones once no other gate is closed. */
export function unreadChecks(state: ReleaseState, now: string): readonly ReleaseDeployment[] {
  return state.deployments.filter((one) => {
    if (one.state !== 'prepared') return false
    const gates = openGates(state, one, now)
    const closed = gates.some(({ kind }) => kind === 'checks')
    return closed && (!one.checks || !isGreen(one.checks) || gates.length === 1)
  })
}

/** How long a candidate of this release soaks below before it may come here, in milliseconds. */
export const soakLasts = (state: ReleaseState, target: EnvironmentDefinition): number =>
  policyOf(state).soak ? target.soakMs : 0

/** When a candidate's soak time began and ends, regardless of overrides; null when none has begun. */
export function soakOf(
  state: ReleaseState,
  deployment: Pick<ReleaseDeployment, 'candidate' | 'environment'>,
): { readonly since: string; readonly until: string } | null {
  const target = findEnvironment(state.app, deployment.environment)
  const lasts = target ? soakLasts(state, target) : 0
  if (!target || lasts === 0) return null
  const below = new Set<string>(environmentsBelow(state.app, target).map((environment) => environment.name))
  const accepted = state.deployments
    .filter(
      (one) =>
        one.candidate === deployment.candidate && one.state === 'accepted' && below.has(one.environment),
    )
    .flatMap((one) => (one.decision ? [one.decision.at] : []))
    .toSorted()
  // If any environment below is enough, the first acceptance counts.
  const since = target.requires === 'any' ? accepted.at(0) : accepted.at(-1)
  return since === undefined ? null : { since, until: after(since, lasts) }
}
