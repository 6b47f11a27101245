/** The forms of `cherry-pick`: what to pick, and whether other commits that arrived belong in the release. */

import { newestCandidate } from '../../domain/card-standing.js'
import { type CommitSha, parseCommitSha, shortCommit } from '../../domain/identifiers.js'
import type { ShownCommit } from '../../domain/ports.js'
import type { ReleaseView } from '../../domain/views.js'
import { prefill } from '../commands/form-prefill.js'
import { namesCommit, releaseWord } from '../commands/release-words.js'
import type { Token } from '../commands/tokenise.js'
import { code, outside } from '../views/escape.js'
import { listed } from '../views/listed.js'
import {
  type Answers,
  releaseOf as chosenRelease,
  type Field,
  type FormSpec,
  type FormSubject,
  ordered,
  releaseField,
  versionChoice,
  wrong,
} from './common/form-spec.js'

/** Adds commits or pull requests to a release that is already cut. */
export const pickForm: FormSpec = {
  title: 'Cherry-pick',
  submit: 'Pick',
  fields: (subject) => [...releaseField(subject, 'Onto'), ...pickFields(subject), overrideField],
  read: (answers, { request, app }) => {
    const picks = readPicks(answers)
    if (picks === null) return wrong(noPicks)
    const release = chosenRelease(answers, request)
    const override = answers('override')
    return ordered({
      kind: 'cherry-pick',
      app: app.name,
      ...{ release, picks, step: 'start', override, confirmed: null },
    })
  },
  choices: versionChoice,
  lacking: ({ view }) => (view === null ? null : (newestCandidate(view)?.commit ?? null)),
}

/** What to pick: the newest of trunk to tick, if they were found in time, and any others to type. */
export const pickFields = ({ app, commits = [] }: FormSubject): readonly Field[] => [
  ...(commits.length === 0 ? [] : [newestOfTrunk(app.trunk, commits)]),
  {
    name: 'picks',
    kind: 'text',
    label: commits.length === 0 ? 'Commits or pull requests' : 'Other commits or pull requests',
    required: commits.length === 0,
    hint: 'At least 7 characters of each commit, or #123; apart by spaces or lines.',
    placeholder: '9f3c1ab #4812',
    most: 1_000,
  },
]

const newestOfTrunk = (trunk: string, commits: readonly ShownCommit[]): Field => ({
  name: 'commits',
  kind: 'ticks',
  label: `Newest on ${trunk} that it lacks`,
  required: false,
  choices: commits.map(({ sha, subject, author }) => ({
    value: sha,
    label: `${shortCommit(sha)} ${subject}`,
    more: author,
  })),
})

export const overrideField: Field = {
  name: 'override',
  kind: 'text',
  label: 'Override',
  required: false,
  hint: 'Why commits may be picked that are not on trunk. Left empty: no rule is set aside.',
  most: 1_000,
}

/** The answer to {@link pickFields} without anything to pick. */
export const noPicks = { picks: 'Write commits like 9f3c1ab or pull requests like #4812.' } as const

/** Confirms commits that arrived on a release's branch besides the pick. */
export const pickConfirmForm: FormSpec = {
  title: 'Confirm what came',
  submit: 'It belongs in it',
  fields: () => [
    {
      name: 'comment',
      kind: 'text',
      label: 'Note',
      required: false,
      hint: 'Kept with your name in the history of the release.',
      most: 300,
    },
  ],
  read: (answers, { request, app }) => {
    const head = parseCommitSha(request.given.ref ?? '')
    const release = chosenRelease(answers, request)
    if (head === null || release === null) return wrong({ comment: 'Close this form and open it again.' })
    const confirmed = { head, note: answers('comment') }
    return ordered({
      kind: 'cherry-pick',
      app: app.name,
      ...{ release, picks: [], step: 'continue', override: null, confirmed },
    })
  },
  prefill: ({ view }) => prefill({ ref: view?.detail.conflict?.unconfirmed?.head ?? null }),
  text: ({ view }) => view && unconfirmedText(view),
  needsText: true,
}

/** Slack's limit of a section, minus what escaping may add. */
const MOST_TEXT = 2_600

/** Lists the commits to confirm, as far as the form has room, and counts the rest; null when there are none. */
function unconfirmedText({ detail }: ReleaseView): string | null {
  const { conflict } = detail
  if (conflict === null || conflict.unconfirmed === null) return null
  const { carried, commits, total } = conflict.unconfirmed
  const at = code(shortCommit(conflict.at))
  const lines = [
    carried
      ? `Besides the resolution of ${at} these came onto ${code(conflict.branch, 60)}. They ship with the next candidate if you confirm them:`
      : `None of these says that it is ${at}. If you confirm them, they are its resolution and ship with the next candidate:`,
    ...commits.map(
      ({ sha, subject, author }) =>
        `• ${code(shortCommit(sha))} ${outside(subject, 80)} — ${outside(author, 40)}`,
    ),
  ]
  while (lines.join('\n').length > MOST_TEXT) lines.pop()
  const more = total - (lines.length - 1)
  return [...lines, ...(more > 0 ? [`• …and ${more} more`] : [])].join('\n')
}

/** Whether a word names something to pick: a commit, a range of commits, or a pull request. */
export const isPick = (word: string): boolean => word.startsWith('#') || namesCommit(word) || isRange(word)

/** `9f3c1ab..4d2e1f0`: commits in the second but not in the first, as in git. */
function isRange(word: string): boolean {
  const [from = '', to = '', ...more] = word.split('..')
  return more.length === 0 && namesCommit(from) && namesCommit(to)
}

/** A word that names a release or something to pick; otherwise null. */
export const pickWord = (token: Token): string | null =>
  token.kind === 'word' && isRange(token.text) ? token.text.toLowerCase() : releaseWord(token)

/** Commits and pull requests, ticked or separated by spaces, commas or newlines; null when there is none, or any word is neither. */
export function readPicks(answers: Answers): readonly string[] | null {
  const words = `${answers('commits') ?? ''} ${answers('picks') ?? ''}`
    .split(/[\s,]+/)
    .filter((word) => word !== '')
  const picks = words.flatMap((word) => {
    const token: Token = { kind: 'word', text: word, value: null, start: 0, end: word.length }
    const pick = pickWord(token)
    return pick !== null && isPick(pick) ? [pick] : []
  })
  return picks.length === words.length && picks.length > 0 ? [...new Set(picks)] : null
}

/** How many commits an answer names. */
export const MOST_NAMED = 5

/** The first commits of a pick, and how many more. */
export const commitsNamed = (list: readonly CommitSha[]): string =>
  listed(
    list.map((commit) => code(shortCommit(commit))),
    MOST_NAMED,
  )
