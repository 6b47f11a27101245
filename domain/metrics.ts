/** The four DORA figures and the cost of each environment, from the deployments in a period. Definitions are beside each. */

import type { EnvironmentName } from './identifiers.js'
import { quantile } from './quantile.js'
import { measureSchedule, type ScheduleMetrics, type ScheduleRow } from './schedule.js'
import type { DeploymentKind, DeploymentState } from './states.js'

/** A deployment that started, as counted in the figures. */
export interface RunRow {
  readonly environment: EnvironmentName
  readonly kind: DeploymentKind
  readonly state: DeploymentState
  readonly commit: string
  readonly failedStage: string | null
  /** ISO instants. */
  readonly startedAt: string
  readonly finishedAt: string | null
  /** When Slipway first saw the commit: at its cut, its push or its first build. */
  readonly seenAt: string
}

export interface EnvironmentMetrics {
  readonly environment: EnvironmentName
  readonly deployments: number
  readonly failed: number
  /** 0 to 1, null without a deployment. */
  readonly failureRate: number | null
  readonly medianMs: number | null
  readonly p90Ms: number | null
}

export interface DayMetrics {
  /** `2026-11-21`, UTC. */
  readonly day: string
  readonly succeeded: number
  readonly failed: number
}

export interface Metrics {
  readonly from: string
  readonly to: string
  /** Where the four figures are measured: the environments of the last level. */
  readonly measuredIn: readonly EnvironmentName[]
  /** Successful deployments per day there. */
  readonly deploymentFrequency: { readonly count: number; readonly perDay: number }
  /** From the moment Slipway first saw a commit to the end of its first successful deployment there. */
  readonly leadTime: { readonly medianMs: number | null }
  /** Share of the deployments there that failed, were rejected, or were followed by a rollback. */
  readonly changeFailureRate: number | null
  /** From the end of a failed or rejected deployment there to the end of the next successful one. */
  readonly timeToRestore: { readonly medianMs: number | null }
  readonly environments: readonly EnvironmentMetrics[]
  /** For all environments. */
  readonly days: readonly DayMetrics[]
  /** Planned against actual, and how long releases take (S4.15). */
  readonly schedule: ScheduleMetrics
}

const DAY_MS = 86_400_000

/** All lists are oldest first; `names` is in pipeline order. */
export function measure(
  { rows, releases }: { readonly rows: readonly RunRow[]; readonly releases: readonly ScheduleRow[] },
  place: {
    readonly names: readonly EnvironmentName[]
    readonly last: readonly EnvironmentName[]
    readonly from: Date
    readonly to: Date
    /** The app's time zone: planned days are days there. */
    readonly timezone: string
  },
): Metrics {
  const top = rows.filter((row) => place.last.includes(row.environment))
  const good = top.filter(isGood)
  const days = Math.max(1, (place.to.getTime() - place.from.getTime()) / DAY_MS)
  return {
    from: place.from.toISOString(),
    to: place.to.toISOString(),
    measuredIn: place.last,
    deploymentFrequency: { count: good.length, perDay: good.length / days },
    leadTime: { medianMs: quantile(leadTimes(good), 0.5) },
    changeFailureRate: rate(
      top.filter((row, index) => isBad(row) || wasRolledBack(top, index)),
      top,
    ),
    timeToRestore: { medianMs: quantile(restoreTimes(top), 0.5) },
    environments: place.names.map((name) => environmentMetrics(name, rows)),
    days: byDay(rows),
    schedule: measureSchedule(releases, { timezone: place.timezone, now: place.to.toISOString() }),
  }
}

const isBad = ({ state, failedStage }: RunRow): boolean =>
  state === 'failed' || state === 'rejected' || failedStage !== null
const isGood = (row: RunRow): boolean => !isBad(row) && row.finishedAt !== null && row.state !== 'aborted'

/** The next deployment in the same environment is a rollback of something else. */
function wasRolledBack(rows: readonly RunRow[], index: number): boolean {
  const row = rows[index]
  const next = rows.slice(index + 1).find((one) => one.environment === row?.environment)
  return next?.kind === 'rollback' && next.commit !== row?.commit
}

function leadTimes(good: readonly RunRow[]): readonly number[] {
  const firsts = new Map<string, number>()
  for (const { commit, kind, seenAt, finishedAt } of good) {
    if (kind === 'rollback' || finishedAt === null || firsts.has(commit)) continue
    firsts.set(commit, Math.max(0, Date.parse(finishedAt) - Date.parse(seenAt)))
  }
  return [...firsts.values()]
}

function restoreTimes(rows: readonly RunRow[]): readonly number[] {
  return rows.flatMap((row, index) => {
    const broken = isBad(row) || wasRolledBack(rows, index)
    // A second failure in a row belongs to the same outage.
    const before = rows.slice(0, index).findLast((one) => one.environment === row.environment)
    if (!broken || row.finishedAt === null || (before && isBad(before))) return []
    const next = rows.slice(index + 1).find((one) => one.environment === row.environment && isGood(one))
    return next?.finishedAt ? [Date.parse(next.finishedAt) - Date.parse(row.finishedAt)] : []
  })
}

function environmentMetrics(environment: EnvironmentName, rows: readonly RunRow[]): EnvironmentMetrics {
  const own = rows.filter((row) => row.environment === environment)
  const bad = own.filter(isBad)
  const durations = own.flatMap(({ startedAt, finishedAt }) =>
    finishedAt === null ? [] : [Date.parse(finishedAt) - Date.parse(startedAt)],
  )
  return {
    environment,
    deployments: own.length,
    failed: bad.length,
    failureRate: rate(bad, own),
    medianMs: quantile(durations, 0.5),
    p90Ms: quantile(durations, 0.9),
  }
}

function byDay(rows: readonly RunRow[]): readonly DayMetrics[] {
  const days = new Map<string, { succeeded: number; failed: number }>()
  for (const row of rows) {
    const day = row.startedAt.slice(0, 10)
    const count = days.get(day) ?? { succeeded: 0, failed: 0 }
    if (isBad(row)) count.failed++
    else if (isGood(row)) count.succeeded++
    days.set(day, count)
  }
  return [...days]
    .map(([day, count]) => ({ day, ...count }))
    .toSorted((one, other) => (one.day < other.day ? -1 : 1))
}

const rate = (some: readonly unknown[], all: readonly unknown[]): number | null =>
  all.length === 0 ? null : some.length / all.length
