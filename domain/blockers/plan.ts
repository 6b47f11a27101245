/** The way of a candidate to the top, tried without doing anything: gates, and the earliest times (U.10). */
import { isAccepted } from '../card-standing.js'
import { sayDuration } from '../durations.js'
import type { EnvironmentName } from '../identifiers.js'
import type { EnvironmentDefinition } from '../pipeline.js'
import type { DeploymentView } from '../views.js'
import type { Outlook } from './blocker.js'
import { type Closure, closuresOf, stopping } from './closures.js'
import { approvalsOf, checksMissing, judgesOf, openBoxes, soaking, soakOf, ticketMissing } from './gates.js'

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

const busy: ReadonlySet<string> = new Set(['prepared', 'queued', 'running', 'failed', 'awaiting_acceptance'])

/** One step for each environment, lowest first. People's own time is not in it: it is the earliest, not the likely. */
export function planOf(outlook: Outlook, usual: UsualTimes): readonly PlanStep[] {
  const steps: PlanStep[] = []
  let ready: string | null = outlook.now
  const levels = [...new Set(outlook.app.environments.map(({ level }) => level))].toSorted((a, b) => a - b)
  for (const level of levels) {
    const here = outlook.app.environments.filter((one) => one.level === level)
    const above = outlook.app.environments.find((one) => one.level === level + 1)
    const planned = here.map((one) => stepOf(outlook, one, { ready, usual: usual.get(one.name) ?? null }))
    steps.push(...planned)
    ready = together(planned, above?.requires ?? 'all')
  }
  return steps
}

/** When the level has let the candidate go. */
function together(steps: readonly PlanStep[], requires: 'all' | 'any'): string | null {
  const ends = steps.map(({ ends: end }) => end)
  const known = ends.filter((end) => end !== null).toSorted()
  if (requires === 'any') return known[0] ?? null
  return known.length === ends.length ? (known.at(-1) ?? null) : null
}

function stepOf(
  outlook: Outlook,
  target: EnvironmentDefinition,
  time: { readonly ready: string | null; readonly usual: number | null },
): PlanStep {
  const { view, candidate, now } = outlook
  const environment = view.environments.find(({ name }) => name === target.name)
  const judges = judgesOf(outlook, target)
  const judged = judges === null ? 'its passing check accepts' : `accepted by ${judges.join(', ')}`
  if (environment && isAccepted(view, candidate, environment)) {
    return { environment: target.name, state: 'done', before: [], judged, starts: now, ends: now }
  }
  const deployment = underWay(outlook, target)
  const waits = deployment === null || deployment.state === 'prepared'
  const closed = environment && waits ? stopping(outlook, closuresOf(environment, null), deployment) : []
  const { starts, windows } = startOf(outlook, target, { ready: time.ready, closed, deployment })
  const takes = deployment?.state === 'awaiting_acceptance' ? 0 : time.usual
  return {
    environment: target.name,
    state: deployment === null ? 'ahead' : 'under-way',
    before: waits ? gatesOf(outlook, { target, closed: [...closed, ...windows], deployment }) : [],
    judged,
    starts,
    ends: starts === null || takes === null ? null : later(starts, takes),
  }
}

function underWay({ view, candidate }: Outlook, target: EnvironmentDefinition): DeploymentView | null {
  return (
    view.deployments.findLast(
      (one) =>
        one.environment === target.name && one.candidateNumber === candidate.number && busy.has(one.state),
    ) ?? null
  )
}

/** More windows than that one after the other, and nobody waits for the last. */
const MOST_WINDOWS = 50

interface Start {
  readonly starts: string | null
  /** The windows that are closed when it could start otherwise. */
  readonly windows: readonly Closure[]
}

function startOf(
  outlook: Outlook,
  target: EnvironmentDefinition,
  from: {
    readonly ready: string | null
    readonly closed: readonly Closure[]
    readonly deployment: DeploymentView | null
  },
): Start {
  const { ready, closed, deployment } = from
  if (ready === null || closed.some(({ until }) => until === null)) return { starts: null, windows: [] }
  const open = [ready, ...closed.map(({ until }) => until ?? '')].toSorted().at(-1) ?? ready
  if ((deployment?.override ?? null) !== null) return { starts: open, windows: [] }
  const free = [open, soakEnd(outlook, target, ready)].toSorted().at(-1) ?? open
  return deployment === null || deployment.state === 'prepared' || deployment.state === 'queued'
    ? opening(outlook, target, free)
    : { starts: free, windows: [] }
}

/** When its soak time is over: what has not begun begins at the earliest when it is ready. */
function soakEnd(outlook: Outlook, target: EnvironmentDefinition, ready: string): string {
  const ms = soakOf(outlook, target)
  return soaking(outlook, target)?.until ?? (ms === 0 ? ready : later(ready, ms))
}

/** The first instant from then on at which no window closes the environment. */
function opening(outlook: Outlook, target: EnvironmentDefinition, from: string): Start {
  const windows: Closure[] = []
  let starts = from
  for (let looked = 0; looked < MOST_WINDOWS; looked++) {
    const closed = outlook.windows(starts).get(target.name)
    if (closed === undefined) return { starts, windows }
    windows.push({ kind: 'window', owner: null, since: null, ...closed })
    if (closed.until === null || closed.until <= starts) break
    starts = closed.until
  }
  return { starts: null, windows }
}

const later = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString()

function gatesOf(
  outlook: Outlook,
  of: {
    readonly target: EnvironmentDefinition
    readonly closed: readonly Closure[]
    readonly deployment: DeploymentView | null
  },
): readonly string[] {
  const { target, closed, deployment } = of
  const { count, from } = approvalsOf(outlook, target)
  const have = deployment?.approvals.length ?? 0
  const ticket = ticketMissing(outlook, target, deployment)
  const promoted = deployment !== null || target.level === 0
  return [
    ...(promoted ? [] : ['somebody promotes it']),
    ...(count > have ? [`${count - have} of ${count} approvals by ${from.join(', ')}`] : []),
    ...openBoxes(outlook, target.name, deployment).map(({ item, role }) => `"${item}" ticked by ${role}`),
    ...(ticket === null ? [] : [`a change ticket like ${ticket}`]),
    ...checksAhead(outlook, target, deployment),
    ...soakAhead(outlook, target, deployment),
    ...closed.map(
      ({ kind, reason, until }) => `${kind}${until === null ? '' : ` until ${until}`}: ${reason}`,
    ),
  ]
}

function checksAhead(
  outlook: Outlook,
  target: EnvironmentDefinition,
  deployment: DeploymentView | null,
): readonly string[] {
  return (checksMissing(outlook, target, deployment)?.checks ?? [])
    .filter(({ state }) => state !== 'success')
    .map(({ name, state, word }) => `check ${name} green (it is ${state === 'failure' ? word : state})`)
}

function soakAhead(
  outlook: Outlook,
  target: EnvironmentDefinition,
  deployment: DeploymentView | null,
): readonly string[] {
  const soak = deployment?.override ? null : soaking(outlook, target)
  if (soak !== null) return soak.until > outlook.now ? [`soaks until ${soak.until}`] : []
  const lasts = soakOf(outlook, target)
  return lasts > 0 && deployment === null ? [`soaks ${sayDuration(lasts)} once accepted below`] : []
}
