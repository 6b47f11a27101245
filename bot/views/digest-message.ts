/** The daily message of a channel: what waits for its people, oldest first. */

import { createHash } from 'node:crypto'
import type { SealView } from '../../db/audit-seals.js'
import type { WaitingView } from '../../db/queries/waiting.js'
import { shortCommit } from '../../domain/identifiers.js'
import type { EnvironmentView } from '../../domain/views.js'
import { context, section, withBlockIds } from './blocks.js'
import { code, date, outside } from './escape.js'
import { marks } from './marks.js'
import type { Message } from './message.js'
import { environmentWords, says } from './status-words.js'

export interface DigestContent {
  readonly waiting: readonly WaitingView[]
  readonly attention: readonly EnvironmentView[]
  /** Kept where whoever could change the database cannot: see `npm run audit:verify`. */
  readonly seals: readonly SealView[]
}

const MOST = 15

/** How the first block id of the digest with this key begins. */
export const digestMarker = (key: string): string =>
  `rel:digest:${createHash('sha256').update(key).digest('hex').slice(0, 12)}`

/** Whether somebody should look at it: it failed to go, does not run what it should, or ends before `soon`. */
export function wantsAttention(
  { state, expiresAt, setupRequired, current }: EnvironmentView,
  soon: string,
): boolean {
  const ending = expiresAt !== null && expiresAt <= soon && state !== 'absent'
  const troubled = state === 'teardown_failed' || state === 'out_of_sync' || state === 'failed'
  return troubled || ending || (setupRequired && current !== null)
}

export function digestMessage({ waiting, attention, seals }: DigestContent, key: string): Message {
  const lines = [...waiting.map(waitingLine), ...attention.map(environmentLine)]
  const shown = lines.slice(0, MOST)
  const text =
    lines.length === 0
      ? 'Nothing waits for anybody here.'
      : `${lines.length} ${lines.length === 1 ? 'thing waits' : 'things wait'} for somebody here.`
  const blocks = [
    section(`*Good morning.* ${text}`),
    ...(shown.length === 0 ? [] : [section(shown.join('\n'))]),
    ...(lines.length > MOST ? [context(`…and ${lines.length - MOST} more.`)] : []),
    ...(seals.length > 0 ? [context(seals.map(sealLine).join('\n'))] : []),
  ]
  return { text, blocks: withBlockIds(blocks, digestMarker(key), '1') }
}

const sealLine = ({ app, through, digest }: SealView): string =>
  `${marks.recorded} Audit trail of ${app}, sealed through line ${through}: ${code(digest)}`

function waitingLine({ app, deployment, release }: WaitingView): string {
  const { candidate, commit, environment, state, preparedAt, finishedAt } = deployment
  const what = candidate ?? shortCommit(commit)
  const title = release === null ? '' : ` “${outside(release.title, 80)}”`
  const since = date(finishedAt ?? preparedAt)
  return state === 'prepared'
    ? `${marks.needsApproval} ${app} ${what}${title} needs approval for ${environment}, since ${since}`
    : `${marks.awaitsAcceptance} ${app} ${what}${title} awaits acceptance on ${environment}, since ${since}`
}

function environmentLine({ app, name, state, expiresAt, setupRequired }: EnvironmentView): string {
  const end = expiresAt === null ? '' : `, torn down ${date(expiresAt)}`
  return `${says(environmentWords[state])} ${app} ${name}${setupRequired ? ', setup required' : ''}${end}`
}
