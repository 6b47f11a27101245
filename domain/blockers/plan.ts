/** A candidate's path to the last environment, computed from its recorded state: gates, and the earliest times (U.10). */

import { type Closable, type ClosedWindow, closuresOf, stopping } from '../environment/closures.js'
import type { TornDown } from '../environment/lifecycle.js'
import type { EnvironmentName, UserId } from '../identifiers.js'
import { after, earliest } from '../instant.js'
import { rolesFor } from '../permissions.js'
import { type EnvironmentDefinition, isFirstLevel } from '../pipeline.js'
import type { Closure, Gate } from '../reasons.js'
import { overrideFor } from '../release/deployment-request.js'
import { type GatedDeployment, gatesAt, gatesOf, soakLasts } from '../release/gates.js'
import { acceptanceIn, gateFor, passesFreeze, promotesItself } from '../release/policy.js'
import { acceptedIn, isThere } from '../release/promotion.js'
import type { ReleaseDeployment, ReleaseState } from '../release/state.js'
import { type Quorums, withQuorum } from './blocker.js'

/** Something that has to happen before a deployment. */
export type PlanGate =
  | { readonly kind: 'promoted' }
  | Gate
  /** Once accepted below, it soaks for this long; in milliseconds. */
  | { readonly kind: 'soaks'; readonly ms: number }
  | { readonly kind: 'closed'; readonly closure: Closure }

export interface PlanStep {
  readonly environment: EnvironmentName
  readonly state: 'done' | 'under-way' | 'ahead'
  /** What has to happen before it is deployed there, in order. */
  readonly before: readonly PlanGate[]
  /** The roles that accept it there; null: its passing check does. */
  readonly judges: readonly string[] | null
  /** Earliest possible start and end, ISO; null when a blocker has no known end, or there are no measurements yet. */
  readonly starts: string | null
  readonly ends: string | null
}

interface PlannedPlace extends Closable {
  readonly name: EnvironmentName
  readonly current: object | null
  readonly detail: Closable['detail'] & { readonly tornDown: TornDown | null }
}

/** How long deployments to each environment usually take, in milliseconds. */
export type UsualTimes = ReadonlyMap<string, number>

export interface PlanFacts {
  readonly state: ReleaseState
  readonly candidate: number
  /** In their current state. A missing one was never recorded: nothing closes it. */
  readonly environments: readonly PlannedPlace[]
  /** Environments closed by their windows at an ISO instant. */
  readonly windows: (at: string) => ReadonlyMap<string, ClosedWindow>
  readonly usual: UsualTimes
  /** Why approvals cannot be obtained; missing: not checked. */
  readonly quorums?: Quorums
  /** Who would promote it. */
  readonly asker: UserId
  /** ISO instant. */
  readonly now: string
}

/** One step per environment, lowest first. The time people take is not included: it is the earliest time, not the likely one. */
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

/** When the level lets the candidate pass. */
function together(steps: readonly PlanStep[], requires: 'all' | 'any'): string | null {
  const ends = steps.map(({ ends: end }) => end)
  if (requires === 'any') return earliest(ends)
  return ends.reduce((last, end) => (last === null || end === null ? null : last > end ? last : end))
}

function stepOf(facts: PlanFacts, target: EnvironmentDefinition, ready: string | null): PlanStep {
  const { state, candidate, now } = facts
  const environment = target.name
  const byCheck = acceptanceIn(state, target, null) === 'by-check'
  const judges = byCheck ? null : rolesFor(state.app, 'accept', target)
  if (acceptedIn(state, candidate, environment) && !isGone(facts, environment)) {
    return { environment, state: 'done', before: [], judges, starts: now, ends: now }
  }
  const way = wayInto(facts, target)
  const { starts, windows } = startOf(facts, way, ready)
  const takes = way.progress === 'awaiting_acceptance' ? 0 : (facts.usual.get(environment) ?? null)
  return {
    environment,
    state: way.progress === null ? 'ahead' : 'under-way',
    before: way.waits ? beforeIt(facts, way, windows) : [],
    judges,
    starts,
    ends: starts === null || takes === null ? null : after(starts, takes),
  }
}

/** It was accepted there, but the last thing that ran there was this candidate, and it went with its environment. */
function isGone({ state, candidate, environments }: PlanFacts, name: EnvironmentName): boolean {
  const place = environments.find((one) => one.name === name)
  const ran = place?.current === null ? (place.detail.tornDown?.ran ?? null) : null
  return state.deployments.some((one) => one.id === ran && one.candidate === candidate)
}

/** How the candidate would get into an environment. */
interface Way {
  readonly target: EnvironmentDefinition
  /** The deployment in progress, or the one that promoting now would prepare. */
  readonly deployment: GatedDeployment
  /** Null when none is in progress. */
  readonly progress: ReleaseDeployment['state'] | null
  /** Whether it has not begun yet. */
  readonly waits: boolean
  readonly gates: readonly Gate[]
  /** Its total soak time, in milliseconds. */
  readonly soaks: number
  /** What closes it now, except windows, which depend on when it arrives. */
  readonly closed: readonly Closure[]
}

function wayInto(
  { state, candidate, environments, asker, now }: PlanFacts,
  target: EnvironmentDefinition,
): Way {
  const place = { candidate, environment: target.name }
  const known = state.deployments.findLast((one) => isThere(one, place)) ?? null
  const gate = gateFor(state, target)
  const deployment: GatedDeployment = known ?? {
    ...{
      ...place,
      requestedBy: asker,
      preparedAt: now,
      gate,
      approvals: [],
      override: null,
      again: null,
      checks: null,
    },
  }
  const waits = known === null || known.state === 'prepared'
  const { requestedBy } = deployment
  const override = overrideFor(deployment)
  const arrival = { kind: 'promote', requestedBy, override, passesFreeze: passesFreeze(state) } as const
  const environment = environments.find(({ name }) => name === target.name)
  return {
    ...{ target, deployment, waits, progress: known?.state ?? null },
    gates: gatesOf(state, deployment),
    soaks: soakLasts(state, target),
    closed: environment && waits ? stopping(closuresOf(environment, null), arrival) : [],
  }
}

/** If more windows than this follow each other, nobody waits for the last. */
const MOST_WINDOWS = 50

interface Start {
  readonly starts: string | null
  /** The windows that are closed when it could otherwise start. */
  readonly windows: readonly Closure[]
}

function startOf(facts: PlanFacts, way: Way, ready: string | null): Start {
  const { deployment, progress, waits, closed, soaks } = way
  if (ready === null || closed.some(({ until }) => until === null)) return { starts: null, windows: [] }
  const overridden = deployment.override !== null
  const soaked = overridden ? ready : (soakOf(way)?.until ?? after(ready, soaks))
  const latest = [soaked, ...closed.map(({ until }) => until ?? ready)].reduce(
    (one, other) => (one > other ? one : other),
    ready,
  )
  if (overridden) return { starts: latest, windows: [] }
  return waits || progress === 'queued' ? opening(facts, way, latest) : { starts: latest, windows: [] }
}

const soakOf = ({ gates }: Way) => gates.find((gate) => gate.kind === 'soak')

/** The first instant from `from` on at which no window closes the environment. */
function opening({ windows: windowsAt }: PlanFacts, { target }: Way, from: string): Start {
  const windows: Closure[] = []
  let starts = from
  for (let looked = 0; looked < MOST_WINDOWS; looked++) {
    const closed = windowsAt(starts).get(target.name)
    if (closed === undefined) return { starts, windows }
    windows.push({ kind: 'window', owner: null, since: null, rollback: null, ...closed })
    if (closed.until === null || closed.until <= starts) break
    starts = closed.until
  }
  return { starts: null, windows }
}

function beforeIt(
  { state, now, quorums }: PlanFacts,
  way: Way,
  windows: readonly Closure[],
): readonly PlanGate[] {
  const { target, gates, progress, soaks, closed } = way
  const byItself = progress !== null || isFirstLevel(target) || promotesItself(state, target)
  const soaksLater = soaks > 0 && progress === null && soakOf(way) === undefined
  return [
    ...(byItself ? [] : [{ kind: 'promoted' } as const]),
    ...gatesAt(gates, now).map((gate) => withQuorum(gate, quorums?.get(target.name))),
    ...(soaksLater ? [{ kind: 'soaks', ms: soaks } as const] : []),
    ...[...closed, ...windows].map((closure) => ({ kind: 'closed', closure }) as const),
  ]
}
