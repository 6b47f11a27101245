/** The form by which somebody lets in what came onto a release's branch besides the pick. */
import { parseCommitSha, shortCommit } from '../../../domain/identifiers.js'
import type { ReleaseView } from '../../../domain/views.js'
import { code, outside } from '../../views/escape.js'
import { type FormSpec, ordered, releaseOf, wrong } from '../form-spec.js'

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
    const release = releaseOf(answers, request)
    if (head === null || release === null) return wrong({ comment: 'Close this form and open it again.' })
    const confirmed = { head, note: answers('comment') }
    return ordered({ kind: 'cherry-pick', app: app.name, release, picks: [], step: 'continue', confirmed })
  },
}

/** Slack's limit of a section, less what escaping may add. */
const MOST_TEXT = 2_600

/** Everything that is confirmed, by name as far as the form has room, else counted; null when nothing is. */
export function unconfirmedText({ detail }: ReleaseView): string | null {
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
