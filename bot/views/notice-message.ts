/** What people are told of an environment without having asked: its end, its drift, what failed. */
import { createHash } from 'node:crypto'
import type { Notice } from '../../domain/environment/lifecycle.js'
import type { EnvironmentView } from '../../domain/views.js'
import { actions, context, section, withBlockIds } from './blocks.js'
import type { ButtonTarget } from './button-target.js'
import { type EnvironmentVerb, environmentButton } from './environment-buttons.js'
import { date, mention, outside } from './escape.js'
import type { Message } from './message.js'

export interface NoticeMessage extends Message {
  readonly buttons: readonly ButtonTarget[]
  /** Short hash of all that is shown. */
  readonly revision: string
}

const emoji: Readonly<Record<Notice['kind'], string>> = {
  expiring: '⏰',
  closing: '⏰',
  'torn-down': '🗑️',
  'teardown-failed': '❌',
  'out-of-sync': '⚠️',
  'build-failed': '❌',
}

/** How every version of this message's first block id begins. */
export const noticeMarker = ({ app, name }: EnvironmentView, notice: Notice): string =>
  `rel:${app}:notice-${name}-${notice.number}`

/** The notice with its buttons while they still answer it; afterwards with what became of it. */
export function noticeMessage(view: EnvironmentView, notice: Notice): NoticeMessage {
  const verbs = openVerbs(view, notice)
  const drawn = verbs.map((verb) => environmentButton(view, verb))
  const text = `${view.app}: ${outside(notice.says, 500)}`
  const after = verbs.length === 0 ? whatBecame(view, notice) : null
  const blocks = [
    section(`${emoji[notice.kind]} *${view.app} ${view.name}* ${outside(notice.says, 1_000)}`),
    ...(notice.until === null || verbs.length === 0 ? [] : [context(`It ends ${date(notice.until)}.`)]),
    ...(drawn.length === 0 ? [] : [actions(drawn.map(({ element }) => element))]),
    ...(after === null ? [] : [context(after)]),
  ]
  const revision = createHash('sha256')
    .update(JSON.stringify([text, blocks]))
    .digest('hex')
    .slice(0, 12)
  return {
    text,
    blocks: withBlockIds(blocks, noticeMarker(view, notice), revision),
    buttons: drawn.map(({ target }) => target),
    revision,
  }
}

/** Whether it still says something that people can answer. */
export const isOpen = (view: EnvironmentView, notice: Notice): boolean => openVerbs(view, notice).length > 0

function openVerbs(view: EnvironmentView, notice: Notice): readonly EnvironmentVerb[] {
  const pending = notice.until !== null && notice.until === view.expiresAt && !ends(view)
  switch (notice.kind) {
    case 'expiring':
      return pending ? ['env-extend', 'env-keep', 'env-teardown'] : []
    case 'closing':
      return pending ? ['env-keep', 'env-teardown'] : []
    case 'teardown-failed':
      return view.state === 'teardown_failed' ? ['env-teardown'] : []
    case 'out-of-sync':
      return view.state === 'out_of_sync' ? ['env-rebuild'] : []
    case 'build-failed':
      return isNewest(view, notice) ? ['env-patch'] : []
    case 'torn-down':
      return []
  }
}

const ends = ({ state }: EnvironmentView): boolean => state === 'tearing_down' || state === 'teardown_failed'

const isNewest = ({ detail }: EnvironmentView, { number }: Notice): boolean =>
  detail.notices?.at(-1)?.number === number

function whatBecame(view: EnvironmentView, notice: Notice): string | null {
  if (notice.kind === 'torn-down') return null
  const { answered } = view.detail
  if (answered && answered.at >= notice.at) {
    const until = view.expiresAt === null ? '' : ` It lives until ${date(view.expiresAt)}.`
    return `✅ ${outside(answered.decision, 40)} by ${mention(answered.by)} ${date(answered.at)}.${until}`
  }
  if (view.state === 'tearing_down') return '🗑️ It is being torn down.'
  return view.state === 'absent' ? '🗑️ It is gone.' : null
}
