/** Planned against actual: the day a release was planned for, the day it went out, and how long its phases took (S4.15). */
import type { ReleaseDetail } from './change.js'
import { quantile } from './quantile.js'
import type { Phase } from './states.js'

/** The known times of a release. */
export interface Timed {
  readonly plannedAt: string | null
  readonly releasedAt: string | null
  readonly phases: ReleaseDetail['phases']
}

export interface PhaseTook {
  readonly phase: Phase
  /** Milliseconds; null while it lasts. */
  readonly ms: number | null
}

export interface Schedule {
  /** A day, `2026-12-24`: plans have no time of day. Null when nothing was planned. */
  readonly plannedFor: string | null
  /** The day it was released in the app's time zone. */
  readonly releasedOn: string | null
  /** Whole days from the plan to the release, negative when early; null unless both are known. */
  readonly slipDays: number | null
  /** From the cut to the release, in milliseconds; null until it is released. Excludes planning. */
  readonly tookMs: number | null
  /** In the order they were first entered; repeated visits to a phase are added up. */
  readonly phases: readonly PhaseTook[]
}

/** `timezone` is the app's, an IANA name. */
export function scheduleOf({ plannedAt, releasedAt, phases }: Timed, timezone: string): Schedule {
  const plannedFor = plannedAt?.slice(0, 10) ?? null
  const releasedOn = releasedAt === null ? null : dayIn(timezone, releasedAt)
  const cutAt = phases.find(({ phase }) => phase !== 'planning')?.enteredAt ?? null
  return {
    plannedFor,
    releasedOn,
    slipDays: plannedFor === null || releasedOn === null ? null : daysBetween(plannedFor, releasedOn),
    tookMs: cutAt === null || releasedAt === null ? null : between(cutAt, releasedAt),
    phases: phaseTimes(phases, releasedAt),
  }
}

/** Phases of older releases have no end: they end with the release. */
function phaseTimes(phases: Timed['phases'], releasedAt: string | null): readonly PhaseTook[] {
  const took = new Map<Phase, number | null>()
  for (const { phase, enteredAt, leftAt } of phases) {
    const end = leftAt ?? releasedAt
    const before = took.get(phase) ?? 0
    took.set(phase, end === null ? null : before + between(enteredAt, end))
  }
  return [...took].map(([phase, ms]) => ({ phase, ms }))
}

const DAY_MS = 86_400_000
const between = (from: string, to: string): number => Math.max(0, Date.parse(to) - Date.parse(from))
/** Whole days from one day to another, negative when the second is earlier. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS)

/** The date there, `2026-12-24`. */
export function dayIn(timezone: string, instant: string): string {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(new Date(instant))
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}`
}

/** The hour of the local time there, 0 to 23. */
export const hourIn = (timezone: string, instant: string): number =>
  Number(
    new Intl.DateTimeFormat('en', { timeZone: timezone, hour: 'numeric', hourCycle: 'h23' }).format(
      new Date(instant),
    ),
  )

/** `on the day`, `2 days late`, `1 day early`. */
export function saySlip(days: number): string {
  if (days === 0) return 'on the day'
  const count = Math.abs(days)
  return `${count} ${count === 1 ? 'day' : 'days'} ${days > 0 ? 'late' : 'early'}`
}

/** A release with the fields counted in the schedule figures. */
export interface ScheduleRow extends Timed {
  readonly version: string | null
  readonly title: string
}

/** How well plans were kept, and how long releases take. */
export interface ScheduleMetrics {
  /** Releases that reached users in the period, and how many of them had a planned day. */
  readonly released: number
  readonly planned: number
  /** Share of the planned ones that came on their day or earlier, 0 to 1; null when there are none. */
  readonly onTime: number | null
  readonly medianSlipDays: number | null
  readonly medianTookMs: number | null
  readonly phases: readonly { readonly phase: Phase; readonly medianMs: number | null }[]
  /** Not released although the planned day has passed: all are counted; the named ones are the most overdue, longest first. */
  readonly overdue: number
  readonly late: readonly {
    readonly version: string | null
    readonly title: string
    readonly plannedFor: string
    readonly daysLate: number
  }[]
  /** The newest releases with a plan, newest first. */
  readonly latest: readonly (Pick<Schedule, 'plannedFor' | 'releasedOn' | 'slipDays'> & {
    readonly version: string | null
  })[]
}

const LATEST = 5

/** `rows`: what was released in the period, oldest first, and what is planned and not released yet. */
export function measureSchedule(
  rows: readonly ScheduleRow[],
  { timezone, now }: { readonly timezone: string; readonly now: string },
): ScheduleMetrics {
  const all = rows.map((row) => ({ version: row.version, title: row.title, ...scheduleOf(row, timezone) }))
  const released = all.filter(({ releasedOn }) => releasedOn !== null)
  const slips = released.flatMap(({ slipDays }) => slipDays ?? [])
  const today = dayIn(timezone, now)
  const late = all
    .flatMap(({ version, title, plannedFor, releasedOn }) =>
      releasedOn === null && plannedFor !== null && plannedFor < today
        ? [{ version, title, plannedFor, daysLate: daysBetween(plannedFor, today) }]
        : [],
    )
    .toSorted((one, other) => other.daysLate - one.daysLate)
  const names = [...new Set(released.flatMap(({ phases }) => phases.map(({ phase }) => phase)))]
  return {
    released: released.length,
    planned: slips.length,
    onTime: slips.length === 0 ? null : slips.filter((days) => days <= 0).length / slips.length,
    medianSlipDays: quantile(slips, 0.5),
    medianTookMs: quantile(
      released.flatMap(({ tookMs }) => tookMs ?? []),
      0.5,
    ),
    phases: names.map((phase) => ({ phase, medianMs: quantile(timesOf(phase, released), 0.5) })),
    overdue: late.length,
    late: late.slice(0, LATEST),
    latest: released
      .filter(({ slipDays }) => slipDays !== null)
      .slice(-LATEST)
      .toReversed()
      .map(({ version, plannedFor, releasedOn, slipDays }) => ({
        ...{ version, plannedFor, releasedOn, slipDays },
      })),
  }
}

const timesOf = (wanted: Phase, schedules: readonly Pick<Schedule, 'phases'>[]): readonly number[] =>
  schedules.flatMap(({ phases }) =>
    phases.flatMap(({ phase, ms }) => (phase === wanted && ms !== null ? [ms] : [])),
  )
