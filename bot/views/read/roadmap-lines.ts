/** A roadmap as text: by day, overdue first, with each release's dependencies and the closures ahead of it. */
import { unreachable } from '../../../domain/exhaustive.js'
import type { Dependency, Milestone, PlannedRelease, Roadmap } from '../../../domain/roadmap.js'
import { dayIn, daysBetween, saySlip } from '../../../domain/schedule.js'
import { marks } from '../marks.js'
import { type Markup, plain } from '../markup.js'

export interface RoadmapPart {
  readonly heading: string
  readonly lines: readonly string[]
}

/** The parts in order; empty when nothing is planned, drafted or in progress. */
export function roadmapParts(roadmap: Roadmap, m: Markup): readonly RoadmapPart[] {
  const { today, timezone, milestones } = roadmap
  const dayOf = ({ from }: Milestone): string => {
    const day = dayIn(timezone, from)
    return day < today ? today : day
  }
  const days = [
    ...new Set([...roadmap.ahead.flatMap(({ plannedFor }) => plannedFor ?? []), ...milestones.map(dayOf)]),
  ].toSorted()
  const part = (heading: string, releases: readonly PlannedRelease[]): readonly RoadmapPart[] =>
    releases.length === 0 ? [] : [{ heading, lines: releases.map((release) => releaseLine(release, m)) }]
  return [
    ...part(`${marks.expires} Overdue`, roadmap.overdue),
    ...days.map((day) => ({
      heading: dayWords(day, today),
      lines: [
        ...milestones.filter((one) => dayOf(one) === day).map((one) => milestoneLine(one, m)),
        ...roadmap.ahead
          .filter(({ plannedFor }) => plannedFor === day)
          .map((release) => releaseLine(release, m)),
      ],
    })),
    ...part('No day yet', roadmap.unplanned),
  ]
}

/** What its picture shows, in words, for people who cannot see it. */
export const roadmapInWords = (roadmap: Roadmap): string =>
  roadmapParts(roadmap, plain)
    .map(({ heading, lines }) => `${heading}: ${lines.join('; ')}.`)
    .join(' ')

const weekday = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'UTC' })

/** `Fri 2026-12-04, in 6 days`. */
export function dayWords(day: string, today: string): string {
  const ahead = daysBetween(today, day)
  const name = `${weekday.format(new Date(day))} ${day}`
  if (ahead === 0) return `${name}, today`
  if (ahead === 1) return `${name}, tomorrow`
  return ahead > 0 ? `${name}, in ${ahead} days` : `${name}, ${-ahead} days ago`
}

/** The name of a release in a list of several. */
export const plannedName = ({ version, title }: PlannedRelease, m: Markup): string =>
  version === null ? `“${m.text(title, 80)}”` : `${version} “${m.text(title, 80)}”`

/** One release on one line; its day is shown only if it has passed. */
export function releaseLine(release: PlannedRelease, m: Markup): string {
  const { state, phase, owner, plannedFor, daysLate, scope, waitsFor } = release
  const waits = waitsFor.filter(({ done }) => !done)
  const parts = [
    `${state === 'draft' ? marks.drafted : marks.running} ${plannedName(release, m)}`,
    state === 'draft' ? 'a draft' : phase,
    m.person(owner),
    ...(daysLate > 0 ? [`planned ${plannedFor ?? ''}, ${saySlip(daysLate)}`] : []),
    ...(waits.length === 0 ? [] : [`waits for ${waits.map((one) => dependencyWords(one, m)).join(', ')}`]),
    ...(scope.trim() === '' ? [] : [`scope: ${m.text(scope, 100)}`]),
  ]
  return parts.join(' · ')
}

/** A release it waits for, and any problem with it. */
function dependencyWords({ name, state, plannedFor, endangers }: Dependency, m: Markup): string {
  const day = plannedFor === null ? '' : `, planned ${plannedFor}`
  const how = state === null ? 'gone' : state === 'open' ? 'under way' : state === 'draft' ? 'a draft' : state
  return `${m.text(name, 80)} (${how}${day}${endangers ? ` ${marks.overridden} which does not fit` : ''})`
}

function milestoneLine({ kind, environments, from, until, reason }: Milestone, m: Markup): string {
  const where = environments.join(', ')
  const why = reason === '' ? '' : `: ${m.text(reason, 100)}`
  switch (kind) {
    case 'freeze':
      return `${marks.frozen} ${where} frozen until ${m.date(until)}${why}`
    case 'closed':
      return `${marks.window} ${where} closed from ${m.date(from)} to ${m.date(until)}${why}`
    case 'open':
      return `${marks.window} ${where} open from ${m.date(from)} to ${m.date(until)}${why}`
    case 'train':
      return `${marks.train} A train leaves ${m.date(from)}${why}`
    default:
      return unreachable(kind)
  }
}

/** For readers outside of Slack. */
export function roadmapText(roadmap: Roadmap, m: Markup): string {
  const parts = roadmapParts(roadmap, m)
  const shown = parts.flatMap(({ heading, lines }) => ['', heading, ...lines.map((line) => `  ${line}`)])
  const body = shown.length === 0 ? ['', 'Nothing is planned.'] : shown
  return `${[`Roadmap of ${roadmap.app}, ${roadmap.today}`, ...body].join('\n')}\n`
}
