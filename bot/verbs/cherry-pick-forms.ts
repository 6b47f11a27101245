/** The forms of `cherry-pick`: what to pick, and whether other commits that arrived belong in the release. */

import { parseCommitSha, shortCommit } from '../../domain/identifiers.js'
import type { ReleaseView } from '../../domain/views.js'
import { prefill } from '../commands/form-prefill.js'
import { namesCommit, releaseWord } from '../commands/release-words.js'
import type { Token } from '../commands/tokenise.js'
import { code, outside } from '../views/escape.js'
import {
  releaseOf as chosenRelease,
  type FormSpec,
  ordered,
  releaseField,
  versionChoice,
  wrong,
} from './common/form-spec.js'

/** Adds commits or pull requests to a release that is already cut. */
export const pickForm: FormSpec = {
  title: 'Cherry-pick',
  submit: 'Pick',
  fields: (subject) => [
    ...releaseField(subject, 'Onto'),
    {
      name: 'picks',
      kind: 'text',
      label: 'Commits or pull requests',
      required: true,
      hint: 'At least 7 characters of each commit, or #123; apart by spaces or lines.',
      placeholder: '9f3c1ab #4812',
      most: 1_000,
    },
    {
      name: 'override',
      kind: 'text',
      label: 'Override',
      required: false,
      hint: 'Why commits may be picked that are not on trunk. Left empty: no rule is set aside.',
      most: 1_000,
    },
  ],
  read: (answers, { request, app }) => {
    const picks = readPicks(answers('picks') ?? '')
    if (picks === null) return wrong({ picks: 'Write commits like 9f3c1ab or pull requests like #4812.' })
    const release = chosenRelease(answers, request)
    const override = answers('override')
    return ordered({
      kind: 'cherry-pick',
      app: app.name,
      ...{ release, picks, step: 'start', override, confirmed: null },
    })
  },
  choices: versionChoice,
}

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

/** Commits and pull requests, separated by spaces, commas or newlines; null when any word is neither. */
function readPicks(text: string): readonly string[] | null {
  const words = text.split(/[\s,]+/).filter((word) => word !== '')
  const picks = words.flatMap((word) => {
    const token: Token = { kind: 'word', text: word, value: null, start: 0, end: word.length }
    const pick = pickWord(token)
    return pick !== null && isPick(pick) ? [pick] : []
  })
  return picks.length === words.length && picks.length > 0 ? picks : null
}
