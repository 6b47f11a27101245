/** Texts about trains: what one would take, and what stops it. */
import { unreachable } from '../../../domain/exhaustive.js'
import { shortCommit } from '../../../domain/identifiers.js'
import type { TrainEnd, TrainHow, TrainLook, TrainSkipped } from '../../../domain/train/state.js'
import type { Markup } from '../markup.js'

const SUBJECT = 100

/** `12 commits since 2026.11.2`; if nothing came before, all commits. */
export function loadWords({ total, since }: Pick<TrainLook, 'total' | 'since'>, m: Markup): string {
  const count = total === 0 ? 'nothing new' : `${total} ${total === 1 ? 'commit' : 'commits'}`
  return since === null ? count : `${count} since ${m.text(since, 80)}`
}

/** `leaves Tuesday 10:00 with 12 commits since 2026.11.2.` `look` null: what it takes is unknown. */
export const leavesWords = (
  departs: string,
  look: Pick<TrainLook, 'total' | 'since'> | null,
  m: Markup,
): string => `leaves ${m.date(departs)}${look === null ? '' : ` with ${loadWords(look, m)}`}.`

/** The newest commits, one line each, and how many more there are. */
export function loadLines(
  { commits, total }: Pick<TrainLook, 'commits' | 'total'>,
  m: Markup,
): readonly string[] {
  const shown = total === 0 ? [] : commits
  const more = total - shown.length
  return [
    ...shown.map(
      ({ sha, subject, author }) =>
        `${m.code(shortCommit(sha))} ${m.text(subject, SUBJECT)} · ${m.text(author, 60)}`,
    ),
    ...(more > 0 ? [`…and ${more} more`] : []),
  ]
}

/** What stops a train, as the end of `It does not leave: …`. */
export function skippedWords(why: TrainSkipped, m: Markup): string {
  switch (why.kind) {
    case 'empty':
      return why.since === null ? 'there is nothing to cut' : `nothing is new since ${m.text(why.since, 80)}`
    case 'frozen':
      return `promotion is frozen until ${m.date(why.until)} (${m.text(why.reason, 150)})`
    case 'holiday':
      return `it is a holiday (${m.text(why.name, 80)})`
    default:
      return unreachable(why)
  }
}

/** When the following train leaves. */
export const nextWords = (next: string | null, m: Markup): string =>
  next === null ? 'No other is planned.' : `The next one leaves ${m.date(next)}.`

const hows: Readonly<Record<TrainHow, string>> = {
  'on-time': 'left',
  early: 'left before its time',
  'caught-up': 'left after its time',
}

/** `left before its time`. */
export const howWords = (how: TrainHow): string => hows[how]

/** The result of an announced departure. */
export function endWords(end: TrainEnd, m: Markup): string {
  switch (end.kind) {
    case 'left':
      return `It ${hows[end.how]} as ${end.version}.`
    case 'skipped':
      return `It did not leave: ${skippedWords(end.why, m)}.`
    case 'stood':
      return `It did not leave at its time: ${m.person(end.by)} holds it.`
    case 'late':
      return 'Its time passed while Slipway did not run.'
    case 'moved':
      return 'Its timetable was changed.'
    case 'not-cut':
      return 'It could not be cut.'
    default:
      return unreachable(end)
  }
}
