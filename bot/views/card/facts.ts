/** What the release is, and what is in it. */
import { environmentOf, newestCandidate } from '../../../domain/card-standing.js'
import { sayDuration } from '../../../domain/durations.js'
import { shortCommit } from '../../../domain/identifiers.js'
import { saySlip, scheduleOf } from '../../../domain/schedule.js'
import type { ReleaseView } from '../../../domain/views.js'
import { code, date, link, mention, outside } from '../escape.js'
import { marks } from '../marks.js'
import { mrkdwn } from '../markup.js'
import { ruleWords } from '../words/gate-words.js'
import type { CardOptions } from './card-options.js'

/** How much of the optional text is shown: 3 is all of it, each step down takes some away until the card fits. */
export type Detail = 0 | 1 | 2 | 3

const titleLength: Readonly<Record<Detail, number>> = { 0: 80, 1: 120, 2: 200, 3: 200 }
const descriptionLength: Readonly<Record<Detail, number>> = { 0: 0, 1: 0, 2: 120, 3: 300 }
const commitLines: Readonly<Record<Detail, number>> = { 0: 1, 1: 3, 2: 5, 3: 5 }
const SUBJECT = 90
const AUTHOR = 40
const LINKS = 3

/** Title, what it replaces, commit, type. All else is in {@link detailLines}. */
export function factLines(view: ReleaseView, detail: Detail): string {
  const description = outside(view.description, Math.max(1, descriptionLength[detail]))
  return [
    `*${outside(view.title, titleLength[detail]).replaceAll('*', '∗') || 'Untitled'}*`,
    ...(descriptionLength[detail] > 0 && view.description.trim() !== '' ? [description] : []),
    [...commitWords(view), outside(view.type, 40), ...bound(view), ...replaces(view), ...planned(view)].join(
      ' · ',
    ),
    ...specials(view),
    ...(detail > 1 ? scope(view) : []),
  ].join('\n')
}

/** What only some readers look for, whole: behind the card's Details. */
export function detailLines(view: ReleaseView, options: CardOptions): string {
  const candidate = newestCandidate(view)
  const earlier = view.candidates.slice(0, -1).slice(-5)
  const workflow = options.links.workflow(view)
  return [
    ...(candidate === null ? [] : [`*Commit* \`${candidate.commit}\``]),
    ...(candidate === null || candidate.artifactDigest === null
      ? []
      : [`*Artifact* \`${candidate.artifactDigest}\``]),
    ...(earlier.length === 0
      ? []
      : [
          `*Earlier* ${earlier.map(({ number, commit }) => `rc.${number} \`${shortCommit(commit)}\``).join(', ')}`,
        ]),
    `*Phase* ${view.phase}`,
    ...schedule(view, options),
    ...(workflow === null ? [] : [link(workflow, 'Workflow')]),
  ].join('\n')
}

function commitWords(view: ReleaseView): string[] {
  const candidate = newestCandidate(view)
  if (candidate === null) return []
  const { commit, number, picked } = candidate
  const which = view.candidates.length > 1 ? ` (rc.${number})` : ''
  const listed = picked.slice(0, 3).map((sha) => `\`${shortCommit(sha)}\``)
  const more = picked.length - listed.length
  const picks =
    listed.length === 0 ? [] : [`picked ${listed.join(', ')}${more > 0 ? ` and ${more} more` : ''}`]
  return [`\`${shortCommit(commit)}\`${which}`, ...picks]
}

/** What runs where it goes next, or at the end of its way. */
function replaces(view: ReleaseView): string[] {
  if (view.state !== 'open') return []
  const gate = view.deployments.findLast(({ state }) => state === 'prepared' || state === 'queued')
  const place = gate?.environment ?? view.detail.bound.at(-1)?.name
  const current = place === undefined ? null : (environmentOf(view, { environment: place })?.current ?? null)
  if (place === undefined || current === null || current.releaseId === view.id) return []
  return [`replaces ${current.candidate ?? `\`${shortCommit(current.commit)}\``} on ${place}`]
}

/** Where its way ends. */
function bound(view: ReleaseView): string[] {
  const last = view.detail.bound.at(-1)
  return last && view.state === 'open' ? [`on its way to *${last.name}*`] : []
}

function planned(view: ReleaseView): string[] {
  if (view.releasedAt !== null) return [`released ${date(view.releasedAt)}`]
  // A plan is a day: as an instant it would be another day in half of the world.
  return view.plannedAt === null ? [] : [`planned ${view.plannedAt.slice(0, 10)}`]
}

/** S4.15: what became of the plan, and where the time went. */
function schedule(view: ReleaseView, { definition }: CardOptions): string[] {
  if (view.releasedAt === null) return []
  const { plannedFor, slipDays, tookMs, phases } = scheduleOf(
    { ...view, phases: view.detail.phases },
    definition?.timezone ?? 'UTC',
  )
  const spans = phases.flatMap(({ phase, ms }) => (ms === null ? [] : [`${phase} ${sayDuration(ms)}`]))
  const inside = spans.length === 0 ? '' : ` (${spans.join(', ')})`
  const line = [
    ...(plannedFor === null || slipDays === null ? [] : [`*Planned* ${plannedFor}, ${saySlip(slipDays)}`]),
    ...(tookMs === null ? [] : [`*From cut to release* ${sayDuration(tookMs)}${inside}`]),
  ]
  return line.length === 0 ? [] : [line.join(' · ')]
}

function specials(view: ReleaseView): string[] {
  const { hotfix, overrides, passesFreeze } = view.detail
  const shown = overrides
    .slice(-2)
    .map(
      ({ rule, by, reason }) =>
        `${marks.overridden} *Override* by ${mention(by)}: ${ruleWords(rule, mrkdwn)}. ${outside(reason, 80)}`,
    )
  return [
    ...(hotfix
      ? [`${marks.hotfix} *Hotfix*: goes first in line${passesFreeze ? ', passes a freeze' : ''}`]
      : []),
    ...shown,
  ]
}

function scope(view: ReleaseView): string[] {
  const { scope: text, links } = view.detail
  const listed = links.slice(0, LINKS).map((one) => code(one, 80))
  return [
    ...(text.trim() === '' ? [] : [`*Scope* ${outside(text, 120)}`]),
    ...(listed.length === 0 ? [] : [`*Requirements* ${listed.join(', ')}`]),
  ]
}

/** The newest commits, and how many more; null when nothing is known yet. */
export function contents(view: ReleaseView, detail: Detail): string | null {
  const { commits } = view.detail
  if (commits === null) return null
  const shown = commits.newest.slice(0, commitLines[detail])
  const more = commits.total - shown.length
  const since = commits.since === null ? '' : ` since ${outside(commits.since, 40)}`
  const count = `${commits.total} ${commits.total === 1 ? 'commit' : 'commits'}`
  const authors = `${commits.authors} ${commits.authors === 1 ? 'author' : 'authors'}`
  return [
    `*What's in it*${since}: ${count}, ${authors}`,
    ...shown.map(({ subject, author }) => `• ${outside(subject, SUBJECT)} — ${outside(author, AUTHOR)}`),
    ...(more > 0 ? [`• …and ${more} more`] : []),
  ].join('\n')
}
