/** The way of a candidate to the top, tried on its recorded state without doing anything: gates, and the earliest times (U.10). */
import { sayDuration } from '../durations.js'
import {
  type Closable,
  type ClosedWindow,
  type Closure,
  closuresOf,
  stopping,
} from '../environment/closures.js'
import type { EnvironmentName, UserId } from '../identifiers.js'
import { after, earliest } from '../instant.js'
import { rolesFor } from '../permissions.js'
import { type EnvironmentDefinition, isFirstLevel } from '../pipeline.js'
import { type GatedDeployment, gatesAt, gatesOf, soakLasts } from '../release/gates.js'
import { acceptanceIn, gateFor, policyOf } from '../release/policy.js'
import { acceptedIn, isThere } from '../release/promotion.js'
import type { ReleaseDeployment, ReleaseState } from '../release/state.js'

export interface PlanStep {
  readonly environment: EnvironmentName
  readonly state: 'done' | 'under-way' | 'ahead'
  /** What has to happen before it goes there, in order. */
  readonly before: readonly string[]
  /** What judges it there. */
  readonly judged: string
  /** Earliest possible start and end, ISO; null when something has no known end, or nothing was measured yet. */
  readonly starts: string | null
  readonly ends: string | null
}

/** How long deployments to each environment usually take, in milliseconds. */
export type UsualTimes = ReadonlyMap<string, number>

export interface PlanFacts {
  readonly state: ReleaseState
  readonly candidate: number
  /** As they stand now. One that is missing was never written: nothing closes it. */
  readonly environments: readonly (Closable & { readonly name: EnvironmentName })[]
  /** Environments closed by their windows at an ISO instant. */
  readonly windows: (at: string) => ReadonlyMap<string, ClosedWindow>
  readonly usual: UsualTimes
  /** Who would promote it. */
  readonly asker: UserId
  /** ISO instant. */
  readonly now: string
}

/** One step for each environment, lowest first. People's own time is not in it: it is the earliest, not the likely. */
export function planOf(facts: PlanFacts): readonly PlanStep[] {
  const { environments } = facts.state.app
  const steps: PlanStep[] = []
  let ready: string | null = facts.now
  for (const level of [...new Set(environments.map((one) => one.level))].toSorted((a, b) => a - b)) {
    const planned = environments.filter((one) => one.level === level).map((one) => stepOf(facts, one, ready))
    steps.push(...planned)
    const above = environments.find((one) => one.level === level + 1)
    ready = together(planned, above?.requires ?? 'all')
  }
  return steps
}

/** When the level has let the candidate go. */
function together(steps: readonly PlanStep[], requires: 'all' | 'any'): string | null {
  const ends = steps.map(({ ends: end }) => end)
  if (requires === 'any') return earliest(ends)
  return ends.reduce((last, end) => (last === null || end === null ? null : last > end ? last : end))
}

function stepOf(facts: PlanFacts, target: EnvironmentDefinition, ready: string | null): PlanStep {
  const { state, candidate, now } = facts
  const environment = target.name
  const byCheck = acceptanceIn(state, target, null) === 'by-check'
  const judged = byCheck
    ? 'its passing check accepts'
    : `accepted by ${rolesFor(state.app, 'accept', target).join(', ')}`
  if (acceptedIn(state, candidate, environment)) {
    return { environment, state: 'done', before: [], judged, starts: now, ends: now }
  }
  const deployment = state.deployments.findLast((one) => isThere(one, { candidate, environment })) ?? null
  const waits = deployment === null || deployment.state === 'prepared'
  const closed = waits ? closuresIn(facts, environment, deployment) : []
  const { starts, windows } = startOf(facts, target, { ready, closed, deployment })
  const takes = deployment?.state === 'awaiting_acceptance' ? 0 : (facts.usual.get(environment) ?? null)
  return {
    environment,
    state: deployment === null ? 'ahead' : 'under-way',
    before: waits ? beforeIt(facts, target, { deployment, closed: [...closed, ...windows] }) : [],
    judged,
    starts,
    ends: starts === null || takes === null ? null : after(starts, takes),
  }
}

/** What closes it now for the deployment, or for who asks; windows depend on when it comes. */
function closuresIn(
  { state, environments, asker }: PlanFacts,
  name: EnvironmentName,
  deployment: ReleaseDeployment | null,
): readonly Closure[] {
  const environment = environments.find((one) => one.name === name)
  if (!environment) return []
  return stopping(closuresOf(environment, null), {
    kind: 'promote',
    requestedBy: deployment?.requestedBy ?? asker,
    override: deployment?.override ?? null,
    passesFreeze: policyOf(state).passesFreeze ?? false,
  })
}

/** More windows than that one after the other, and nobody waits for the last. */
const MOST_WINDOWS = 50

interface Start {
  readonly starts: string | null
  /** The windows that are closed when it could start otherwise. */
  readonly windows: readonly Closure[]
}

interface From {
  readonly ready: string | null
  readonly closed: readonly Closure[]
  readonly deployment: ReleaseDeployment | null
}

function startOf(facts: PlanFacts, target: EnvironmentDefinition, from: From): Start {
  const { ready, closed, deployment } = from
  if (ready === null || closed.some(({ until }) => until === null)) return { starts: null, windows: [] }
  if ((deployment?.override ?? null) !== null) return { starts: ready, windows: [] }
  const ends = closed.map(({ until }) => until ?? ready)
  const free = [
    ready,
    soakEnd(facts, target, from.deployment) ?? after(ready, soakLasts(facts.state, target)),
    ...ends,
  ]
  const latest = free.toSorted().at(-1) ?? ready
  return deployment === null || deployment.state === 'prepared' || deployment.state === 'queued'
    ? opening(facts, target, latest)
    : { starts: latest, windows: [] }
}

/** The first instant from then on at which no window closes the environment. */
function opening(facts: PlanFacts, target: EnvironmentDefinition, from: string): Start {
  const windows: Closure[] = []
  let starts = from
  for (let looked = 0; looked < MOST_WINDOWS; looked++) {
    const closed = facts.windows(starts).get(target.name)
    if (closed === undefined) return { starts, windows }
    windows.push({ kind: 'window', owner: null, since: null, ...closed })
    if (closed.until === null || closed.until <= starts) break
    starts = closed.until
  }
  return { starts: null, windows }
}

/** The deployment, or the one that promoting now would prepare. */
const gated = (
  { state, candidate, asker, now }: PlanFacts,
  target: EnvironmentDefinition,
  deployment: ReleaseDeployment | null,
): GatedDeployment =>
  deployment ?? {
    environment: target.name,
    candidate,
    requestedBy: asker,
    preparedAt: now,
    gate: gateFor(state, target),
    approvals: [],
    override: null,
  }

/** When its soak time is over; null while it has not begun, or there is none. */
function soakEnd(
  facts: PlanFacts,
  target: EnvironmentDefinition,
  deployment: ReleaseDeployment | null,
): string | null {
  const gates = gatesOf(facts.state, gated(facts, target, deployment))
  return gates.find((gate) => gate.kind === 'soak')?.until ?? null
}

function beforeIt(
  facts: PlanFacts,
  target: EnvironmentDefinition,
  { deployment, closed }: Pick<From, 'deployment' | 'closed'>,
): readonly string[] {
  const { state, now } = facts
  const byItself = deployment !== null || isFirstLevel(target) || target.mode === 'continuous'
  const gates = gatesOf(state, gated(facts, target, deployment))
  const lasts = soakLasts(state, target)
  const soaksLater = lasts > 0 && deployment === null && !gates.some(({ kind }) => kind === 'soak')
  return [
    ...(byItself ? [] : ['somebody promotes it']),
    ...gatesAt(gates, now).flatMap(sayAhead),
    ...(soaksLater ? [`soaks ${sayDuration(lasts)} once accepted below`] : []),
    ...closed.map(
      ({ kind, reason, until }) => `${kind}${until === null ? '' : ` until ${until}`}: ${reason}`,
    ),
  ]
}

function sayAhead(gate: ReturnType<typeof gatesOf>[number]): readonly string[] {
  switch (gate.kind) {
    case 'approvals':
      return [`${gate.need - gate.have} of ${gate.need} approvals by ${gate.roles.join(', ')}`]
    case 'checklist':
      return gate.items.map(({ item, role }) => `"${item}" ticked by ${role}`)
    case 'ticket':
      return [`a change ticket like ${gate.pattern}`]
    case 'soak':
      return [`soaks until ${gate.until}`]
    case 'checks':
      return gate.reading.checks
        .filter(({ state }) => state !== 'success')
        .map(({ name, state, word }) => `check ${name} green (it is ${state === 'failure' ? word : state})`)
  }
}
