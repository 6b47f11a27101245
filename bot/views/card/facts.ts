/** Basic facts of a release, and its contents. */
import {
  environmentOf,
  missingFromTrunk,
  newestCandidate,
  troubledTags,
} from '../../../domain/card-standing.js'
import type { CandidateGain, CommitSummary, CountedCommits } from '../../../domain/change.js'
import { sayDuration } from '../../../domain/durations.js'
import { type CommitSha, shortCommit } from '../../../domain/identifiers.js'
import type { ShownCommit } from '../../../domain/ports.js'
import { saySlip, scheduleOf } from '../../../domain/schedule.js'
import type { ReleaseView } from '../../../domain/views.js'
import { code, date, link, mention, outside } from '../escape.js'
import { listed } from '../listed.js'
import { marks } from '../marks.js'
import { mrkdwn } from '../markup.js'
import { ruleWords } from '../words/gate-words.js'
import { missingWords } from '../words/missing-words.js'
import { tagWords } from '../words/tag-words.js'
import { waitWords } from '../words/wait-words.js'
import type { CardOptions } from './card-options.js'

/** How much optional text is shown: 3 is all of it, and each step down removes some until the card fits. */
export type Detail = 0 | 1 | 2 | 3

const titleLength: Readonly<Record<Detail, number>> = { 0: 80, 1: 120, 2: 200, 3: 200 }
const descriptionLength: Readonly<Record<Detail, number>> = { 0: 0, 1: 0, 2: 120, 3: 300 }
const commitLines: Readonly<Record<Detail, number>> = { 0: 1, 1: 3, 2: 5, 3: 5 }
const SUBJECT = 90
const AUTHOR = 40
const LINKS = 3

/** Title, what it replaces, commit, type; once released, how it kept its plan. The rest is in {@link detailLines}. */
export function factLines(view: ReleaseView, options: CardOptions, detail: Detail): string {
  const description = outside(view.description, Math.max(1, descriptionLength[detail]))
  return [
    `*${outside(view.title, titleLength[detail]).replaceAll('*', '∗') || 'Untitled'}*`,
    ...(descriptionLength[detail] > 0 && view.description.trim() !== '' ? [description] : []),
    [...commitWords(view), outside(view.type, 40), ...bound(view), ...replaces(view), ...planned(view)].join(
      ' · ',
    ),
    ...schedule(view, options),
    ...specials(view),
    ...waitLines(view),
    ...tagLines(view),
    ...trunkLines(view),
    ...(detail > 1 ? scope(view) : []),
  ].join('\n')
}

/** Complete details that only some readers need, shown by the card's Details. */
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
    ...(view.state === 'open' || view.state === 'draft' ? [`*Phase* ${view.phase}`] : []),
    ...(workflow === null ? [] : [link(workflow, 'Workflow')]),
  ].join('\n')
}

function commitWords(view: ReleaseView): string[] {
  const candidate = newestCandidate(view)
  if (candidate === null) return []
  const { commit, number, picked } = candidate
  const which = view.candidates.length > 1 ? ` (rc.${number})` : ''
  const picks = picked.length === 0 ? [] : [`picked ${shas(picked)}`]
  return [`\`${shortCommit(commit)}\`${which}`, ...picks]
}

const SHAS = 3

/** The first three, and how many more there are. */
function shas(list: readonly CommitSha[]): string {
  const shown = list.slice(0, SHAS).map((sha) => `\`${shortCommit(sha)}\``)
  return `${shown.join(', ')}${list.length > SHAS ? ` and ${list.length - SHAS} more` : ''}`
}

/** What is stalled because no worker takes it. */
function waitLines(view: ReleaseView): string[] {
  const build = newestCandidate(view)?.waits ?? null
  const waiting = view.deployments.flatMap(({ environment, waits }) =>
    waits === null ? [] : [{ what: `The deployment to *${environment}*`, waits }],
  )
  return [...(build === null ? [] : [{ what: 'The build', waits: build }]), ...waiting].map(
    ({ what, waits }) => `${marks.queued} ${what} ${waitWords(waits, mrkdwn)}, since ${date(waits.since)}`,
  )
}

function tagLines(view: ReleaseView): string[] {
  const troubled = troubledTags(view)
  const shown = troubled
    .slice(-2)
    .map((tag) => `${marks.tagged} *Tag* ${code(tag.name, 60)} ${tagWords(tag, mrkdwn)}`)
  return troubled.length > 2
    ? [...shown, `${marks.tagged} ${troubled.length - 2} more tags are not pushed`]
    : shown
}

/** G.11. */
function trunkLines(view: ReleaseView): string[] {
  const missing = missingFromTrunk(view)
  if (missing === null) return []
  const shown = missing.commits.slice(0, SHAS).map((one) => missingWords(one, mrkdwn))
  return [`${marks.picked} *Not on ${code(missing.trunk, 60)}* ${listed(shown, SHAS, missing.total)}`]
}

/** What runs in its next environment, or in its last one. */
function replaces(view: ReleaseView): string[] {
  if (view.state !== 'open') return []
  const gate = view.deployments.findLast(({ state }) => state === 'prepared' || state === 'queued')
  const place = gate?.environment ?? view.detail.bound.at(-1)?.name
  const current = place === undefined ? null : (environmentOf(view, { environment: place })?.current ?? null)
  if (place === undefined || current === null || current.releaseId === view.id) return []
  return [`replaces ${current.candidate ?? `\`${shortCommit(current.commit)}\``} on ${place}`]
}

/** Its last environment. */
function bound(view: ReleaseView): string[] {
  const last = view.detail.bound.at(-1)
  return last && view.state === 'open' ? [`on its way to *${last.name}*`] : []
}

function planned(view: ReleaseView): string[] {
  if (view.releasedAt !== null) return [`released ${date(view.releasedAt)}`]
  // A planned day is not an instant: shown as one, it would be another day in half of the world.
  return view.plannedAt === null ? [] : [`planned ${view.plannedAt.slice(0, 10)}`]
}

/** S4.15: whether the plan was kept, and how the time was spent. */
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
      ? [
          `${marks.hotfix} *Hotfix*: goes first in line${passesFreeze ? ', passes a freeze' : ''}${lacksFix(view) ? '. *Next* Pick its fix: *Cherry-pick…* in the menu' : ''}`,
        ]
      : []),
    ...shown,
  ]
}

/** Whether a hotfix still is exactly what it was cut from. */
const lacksFix = ({ state, candidates, detail }: ReleaseView): boolean =>
  state === 'open' && candidates.length === 1 && detail.conflict === null && detail.commits?.total === 0

function scope(view: ReleaseView): string[] {
  const { scope: text, links, after } = view.detail
  const requirements = links.slice(0, LINKS).map((one) => code(one, 80))
  return [
    ...(text.trim() === '' ? [] : [`*Scope* ${outside(text, 120)}`]),
    ...(requirements.length === 0 ? [] : [`*Requirements* ${requirements.join(', ')}`]),
    ...(after.length === 0 || view.state === 'released'
      ? []
      : [
          `*Waits for* ${after
            .slice(0, LINKS)
            .map(({ name }) => outside(name, 60))
            .join(', ')}${after.length > LINKS ? ` and ${after.length - LINKS} more` : ''}`,
        ]),
  ]
}

/** What the newest candidate adds and removes, and what it gained since the previous one; null while nothing is known. */
export function contents(view: ReleaseView, detail: Detail): string | null {
  const gained = newestCandidate(view)?.gained ?? null
  const all = gained?.contents ?? view.detail.commits
  // The picks are among all of its commits.
  const parts = [
    ...(all === null
      ? []
      : [...commitList("What's in it", all, commitLines[detail]), ...takenOut(all, detail)]),
    ...(gained === null ? [] : gainLines(gained)),
  ]
  return parts.length === 0 ? null : parts.join('\n')
}

/** S5.18: commits running there that it would remove. */
function takenOut({ takesOut, since }: CommitSummary, detail: Detail): string[] {
  const { total, commits } = takesOut
  if (total === 0) return []
  const shown = commits.slice(0, Math.min(3, commitLines[detail])).map(shownCommit)
  return [
    `${marks.overridden} *Takes out* ${total} ${total === 1 ? 'commit' : 'commits'} of ${outside(since ?? 'what runs', 40)}:`,
    ...shown,
    ...(total > shown.length ? [`• …and ${total - shown.length} more`] : []),
  ]
}

function commitList(title: string, commits: CountedCommits, lines: number): string[] {
  const shown = commits.newest.slice(0, lines)
  const more = commits.total - shown.length
  const tag = commits.sinceTag ? 'the tag ' : ''
  const since = commits.since === null ? '' : ` since ${tag}${outside(commits.since, 40)}`
  if (!commits.counted)
    return [
      `*${title}*${since}: unknown, the repository has that commit no more; the newest are`,
      ...shown.map(shownCommit),
    ]
  const count = `${commits.total} ${commits.total === 1 ? 'commit' : 'commits'}`
  const authors = `${commits.authors} ${commits.authors === 1 ? 'author' : 'authors'}`
  return [
    `*${title}*${since}: ${count}, ${authors}`,
    ...shown.map(shownCommit),
    ...(more > 0 && lines > 0 ? [`• …and ${more} more`] : []),
  ]
}

const shownCommit = ({ subject, author }: ShownCommit): string =>
  `• ${outside(subject, SUBJECT)} — ${outside(author, AUTHOR)}`

/** Counts all picks. Merges show which parent they were taken against; extra commits show who confirmed them. */
function gainLines({ commits, merges, confirmed }: CandidateGain): string[] {
  const sides = merges.named
    .slice(0, SHAS)
    .map(({ commit, against }) => `\`${shortCommit(commit)}\` against \`${shortCommit(against)}\``)
  const moreSides = merges.total > SHAS ? ` and ${merges.total - SHAS} more` : ''
  return [
    ...commitList('Picked since', { ...commits, since: null }, 0),
    ...(sides.length === 0
      ? []
      : [`*Merges* as they changed their first parent: ${sides.join(', ')}${moreSides}`]),
    ...confirmed.map(
      ({ commits: extra, total, carried, at, by }) =>
        `${marks.overridden} ${carried ? '*Besides the picks*' : `*Resolution* of \`${shortCommit(at)}\``} ${total} ${total === 1 ? 'commit' : 'commits'}, confirmed by ${mention(by)}: ${shas(extra.map(({ sha }) => sha))}${total > extra.length && extra.length <= SHAS ? ` and ${total - extra.length} more` : ''}`,
    ),
  ]
}
