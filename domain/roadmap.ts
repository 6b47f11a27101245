/** The planned releases of an app together: when each should go out, what it waits for, and what is in its way (S4.17). */
import type { AppName, EnvironmentName, ReleaseId, UserId } from './identifiers.js'
import { dayIn, daysBetween, hourIn } from './schedule.js'
import type { ReleaseLifecycle } from './states.js'
import type { TrainState } from './train/state.js'
import type { EnvironmentView, ReleaseView } from './views.js'

/** The current state of a release that another one waits for. */
export interface Dependency {
  readonly releaseId: ReleaseId
  readonly name: string
  /** Null: it can't be found any more. */
  readonly state: ReleaseLifecycle | null
  readonly plannedFor: string | null
  /** It was released, so it is no longer waited for. */
  readonly done: boolean
  /** It is planned for a later day than the release that waits for it, or was abandoned: the plan can't be kept as it is. */
  readonly endangers: boolean
}

export interface PlannedRelease {
  readonly app: AppName
  readonly id: ReleaseId
  /** Null for a draft. */
  readonly version: string | null
  readonly title: string
  readonly owner: UserId
  readonly state: ReleaseLifecycle
  readonly phase: ReleaseView['phase']
  /** A day, `2026-12-24`; null when none was set. */
  readonly plannedFor: string | null
  /** Whole days since the planned day; 0 on that day and before. */
  readonly daysLate: number
  readonly scope: string
  /** External items it is linked to. */
  readonly requirements: readonly string[]
  readonly waitsFor: readonly Dependency[]
}

/** A period in which environments are closed, or the only one in which they are open; or the moment at which a train leaves. */
export interface Milestone {
  readonly kind: 'freeze' | 'closed' | 'open' | 'train'
  readonly environments: readonly EnvironmentName[]
  /** ISO instants. */
  readonly from: string
  readonly until: string
  readonly reason: string
}

/** When a window of one environment begins next, or the current one that is not over. */
export interface WindowAhead extends Omit<Milestone, 'environments' | 'kind'> {
  readonly kind: 'closed' | 'open'
  readonly environment: EnvironmentName
}

export interface Roadmap {
  readonly app: AppName
  readonly timezone: string
  /** Today's date in the app's time zone. */
  readonly today: string
  /** Planned day has passed; longest overdue first. */
  readonly overdue: readonly PlannedRelease[]
  /** By planned day. */
  readonly ahead: readonly PlannedRelease[]
  /** Without a planned day; oldest first. */
  readonly unplanned: readonly PlannedRelease[]
  /** By start. */
  readonly milestones: readonly Milestone[]
}

export interface RoadmapFacts {
  readonly app: AppName
  readonly timezone: string
  /** Drafts and open releases. */
  readonly releases: readonly ReleaseView[]
  /** The other releases they wait for. */
  readonly others: readonly ReleaseView[]
  readonly environments: readonly EnvironmentView[]
  readonly windows: readonly WindowAhead[]
  /** Null: no train is scheduled. */
  readonly train: TrainState | null
  /** ISO instant. */
  readonly now: string
}

export function roadmapOf(facts: RoadmapFacts): Roadmap {
  const today = dayIn(facts.timezone, facts.now)
  const known = new Map([...facts.others, ...facts.releases].map((view) => [view.id, view]))
  const all = facts.releases.map((view) => plannedRelease(view, { today, known }))
  const dated = all
    .filter(({ plannedFor }) => plannedFor !== null)
    .toSorted((one, other) => order(one.plannedFor ?? '', other.plannedFor ?? '') || order(one.id, other.id))
  return {
    app: facts.app,
    timezone: facts.timezone,
    today,
    overdue: dated.filter(({ daysLate }) => daysLate > 0),
    ahead: dated.filter(({ daysLate }) => daysLate === 0),
    unplanned: all
      .filter(({ plannedFor }) => plannedFor === null)
      .toSorted((one, other) => order(one.id, other.id)),
    milestones: milestonesOf(facts),
  }
}

const order = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** The day that a release is planned for; plans have no time of day. */
const dayOf = ({ plannedAt }: ReleaseView): string | null => plannedAt?.slice(0, 10) ?? null

function plannedRelease(
  view: ReleaseView,
  { today, known }: { readonly today: string; readonly known: ReadonlyMap<ReleaseId, ReleaseView> },
): PlannedRelease {
  const plannedFor = dayOf(view)
  return {
    app: view.app,
    id: view.id,
    version: view.version,
    title: view.title,
    owner: view.requestedBy,
    state: view.state,
    phase: view.phase,
    plannedFor,
    daysLate: plannedFor === null ? 0 : Math.max(0, daysBetween(plannedFor, today)),
    scope: view.detail.scope,
    requirements: view.detail.links,
    waitsFor: view.detail.after.map(({ releaseId, name }) => {
      const other = known.get(releaseId) ?? null
      return dependency(other, { releaseId, name: other?.version ?? other?.title ?? name, plannedFor })
    }),
  }
}

function dependency(
  other: ReleaseView | null,
  of: { readonly releaseId: ReleaseId; readonly name: string; readonly plannedFor: string | null },
): Dependency {
  const { releaseId, name } = of
  const state = other?.state ?? null
  const itsDay = other === null ? null : dayOf(other)
  const done = state === 'released'
  const givenUp = state === null || state === 'deleted' || state === 'abandoned'
  const later = itsDay !== null && of.plannedFor !== null && itsDay > of.plannedFor
  return { releaseId, name, state, plannedFor: itsDay, done, endangers: !done && (givenUp || later) }
}

/** Freezes and windows; the same one in several environments at the same time is merged. */
function milestonesOf({ environments, windows, train, now }: RoadmapFacts): readonly Milestone[] {
  const freezes = environments.flatMap(({ name, freeze }) =>
    freeze === null || freeze.until <= now
      ? []
      : [
          {
            kind: 'freeze' as const,
            environment: name,
            from: freeze.since,
            until: freeze.until,
            reason: freeze.reason,
          },
        ],
  )
  const together = new Map<string, Milestone>()
  for (const { environment, ...rest } of [...freezes, ...windows]) {
    const key = [rest.kind, rest.kind === 'freeze' ? '' : rest.from, rest.until, rest.reason].join('\n')
    const before = together.get(key)
    together.set(key, { ...rest, environments: [...(before?.environments ?? []), environment] })
  }
  return [...together.values(), ...trainsAhead(train)].toSorted((one, other) => order(one.from, other.from))
}

/** The reason for the hold is shown, if one was given. */
function trainsAhead(train: TrainState | null): readonly Milestone[] {
  const departs = train?.departure ?? null
  if (departs === null) return []
  return [
    { kind: 'train', environments: [], from: departs, until: departs, reason: train?.held?.reason ?? '' },
  ]
}

/** The hour for reminders, in the app's time zone: nobody wants one at midnight. */
const MORNING = 9

export interface PlanReminder {
  /** The planned day. */
  readonly day: string
  /** Whole days since then; 0 on the day. */
  readonly daysLate: number
  /** Stays the same until the next reminder is due. */
  readonly name: string
}

/** The reminder due at an instant: on the day from the morning on, then after 1, 2, 4, 8 … days; null before. */
export function planReminder(
  plannedAt: string | null,
  { now, timezone }: { readonly now: string; readonly timezone: string },
): PlanReminder | null {
  if (plannedAt === null) return null
  const day = plannedAt.slice(0, 10)
  const today = dayIn(timezone, now)
  // A reminder that was due yesterday and not sent yet waits for the morning.
  const daysLate = daysBetween(day, today)
  if (daysLate < 0 || hourIn(timezone, now) < MORNING) return null
  return { day, daysLate, name: daysLate === 0 ? 'due' : `late-${1 + Math.floor(Math.log2(daysLate))}` }
}
