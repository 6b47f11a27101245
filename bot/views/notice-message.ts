/** Unprompted messages about an environment: its expiry, its drift, its failures. */
import type { Notice } from '../../domain/environment/lifecycle.js'
import type { Said } from '../../domain/events.js'
import { unreachable } from '../../domain/exhaustive.js'
import { SLIPWAY } from '../../domain/identifiers.js'
import type { EnvironmentView } from '../../domain/views.js'
import { actions, context, section, withBlockIds } from './blocks.js'
import type { ButtonTarget } from './button-target.js'
import { type EnvironmentVerb, environmentButton, removalVerbs, waysBack } from './environment-buttons.js'
import { date, forNotification, link, mention } from './escape.js'
import { eventSentence } from './events/event-words.js'
import { marks } from './marks.js'
import { mrkdwn } from './markup.js'
import type { Message } from './message.js'
import { revisionOf } from './short-hash.js'

export interface NoticeMessage extends Message {
  readonly buttons: readonly ButtonTarget[]
  /** A short hash of everything shown. */
  readonly revision: string
}

const emoji: Readonly<Record<Notice['kind'], string>> = {
  ready: marks.good,
  expiring: marks.expires,
  closing: marks.expires,
  'teardown-asked': marks.needsApproval,
  'teardown-announced': marks.expires,
  'torn-down': marks.gone,
  'teardown-failed': marks.failed,
  'out-of-sync': marks.outOfSync,
  'setup-required': marks.settingUp,
  'build-failed': marks.failed,
}

/** A notice uses the sentence of the audit event that was written with it. */
function sentenceOf({ name }: EnvironmentView, notice: Notice): string {
  const { at } = notice
  const frame = { at, actor: SLIPWAY, releaseId: null, deploymentId: null, environment: name }
  return eventSentence({ ...frame, ...saidOf(notice) }, mrkdwn)
}

function saidOf(notice: Notice): Said {
  switch (notice.kind) {
    case 'ready':
      return { kind: 'environment.ready', facts: notice }
    case 'expiring':
      return { kind: 'environment.expiring', facts: notice }
    case 'closing':
      return { kind: 'environment.closing', facts: notice }
    case 'teardown-asked':
      return { kind: 'environment.teardown_asked', facts: notice }
    case 'teardown-announced':
      return { kind: 'environment.teardown_announced', facts: notice }
    case 'torn-down':
      return { kind: 'environment.torn_down', facts: notice }
    case 'teardown-failed':
      return { kind: 'environment.teardown_failed', facts: notice }
    case 'out-of-sync':
      return { kind: 'environment.out_of_sync', facts: notice }
    case 'setup-required':
      return { kind: 'environment.setup_required', facts: notice }
    case 'build-failed':
      return { kind: 'environment.build_failed', facts: notice }
    default:
      return unreachable(notice)
  }
}

/** The URL of an existing preview. */
function addressOf({ detail: { url }, state }: EnvironmentView, { kind }: Notice): string {
  return kind !== 'ready' || url === null || state === 'absent' ? '' : ` ${link(url, 'Open it')}`
}

/** When it is torn down automatically; null if it is not. */
const endOf = (notice: Notice): string | null =>
  notice.kind === 'expiring' || notice.kind === 'closing' || notice.kind === 'ready' ? notice.until : null

/** The prefix of the first block id in every version of this message. */
export const noticeMarker = ({ app, name }: EnvironmentView, notice: Notice): string =>
  `rel:${app}:notice-${name}-${notice.number}`

/** The notice, with its buttons while they apply, and afterwards with what happened. */
export function noticeMessage(view: EnvironmentView, notice: Notice): NoticeMessage {
  const verbs = openVerbs(view, notice)
  const drawn = verbs.map((verb) => environmentButton(view, verb))
  const says = sentenceOf(view, notice)
  const until = endOf(notice)
  const text = `${view.app}: ${says}`
  const after = verbs.length === 0 ? whatBecame(view, notice) : null
  const blocks = [
    section(`${emoji[notice.kind]} *${view.app} ${view.name}* ${says}${addressOf(view, notice)}`),
    ...(until === null || verbs.length === 0 || notice.kind === 'ready'
      ? []
      : [context(`It ends ${date(until)}.`)]),
    ...(drawn.length === 0 ? [] : [actions(drawn.map(({ element }) => element))]),
    ...(after === null ? [] : [context(after)]),
  ]
  const revision = revisionOf([text, blocks])
  return {
    text: forNotification(text),
    blocks: withBlockIds(blocks, noticeMarker(view, notice), revision),
    buttons: drawn.map(({ target }) => target),
    revision,
  }
}

/** Whether people can still respond to it. */
export const isOpen = (view: EnvironmentView, notice: Notice): boolean => openVerbs(view, notice).length > 0

function openVerbs(view: EnvironmentView, notice: Notice): readonly EnvironmentVerb[] {
  const until = endOf(notice)
  const pending = until !== null && until === view.expiresAt && !ends(view)
  switch (notice.kind) {
    case 'ready':
      return pending ? ['env-extend', 'env-teardown'] : []
    case 'expiring':
      return pending ? ['env-extend', 'env-keep', 'env-teardown'] : []
    case 'closing':
      return pending ? ['env-keep', 'env-teardown'] : []
    case 'teardown-failed':
      return view.state === 'teardown_failed' ? ['env-teardown'] : []
    case 'out-of-sync':
      return view.state === 'out_of_sync' ? ['env-rebuild'] : []
    case 'setup-required':
      return view.setupRequired ? ['env-rebuild'] : []
    case 'build-failed':
      return isNewest(view, notice) ? ['env-patch'] : []
    case 'teardown-asked':
    case 'teardown-announced':
      return isAsked(view, notice) ? removalVerbs(view) : []
    case 'torn-down':
      return notice.permanent && isNewest(view, notice) ? waysBack(view) : []
  }
}

/** Whether it is about the open request, at its current step. */
const isAsked = (
  { detail: { removal } }: EnvironmentView,
  { kind, asked }: Extract<Notice, { readonly asked: string }>,
): boolean =>
  removal !== null && removal.at === asked && removal.announced === (kind === 'teardown-announced')

const ends = ({ state }: EnvironmentView): boolean => state === 'tearing_down' || state === 'teardown_failed'

const isNewest = ({ detail }: EnvironmentView, { number }: Notice): boolean =>
  detail.notices?.at(-1)?.number === number

function whatBecame(view: EnvironmentView, notice: Notice): string | null {
  if (notice.kind === 'torn-down') return null
  if ('asked' in notice) return whatBecameOfRequest(view, notice)
  const { answered } = view.detail
  if (answered && answered.at >= notice.at) {
    const until = view.expiresAt === null ? '' : ` It lives until ${date(view.expiresAt)}.`
    return `${marks.good} ${answered.decision} by ${mention(answered.by)} ${date(answered.at)}.${until}`
  }
  if (notice.kind === 'setup-required' && !view.setupRequired)
    return `${marks.good} It is set up with what is configured.`
  if (view.state === 'tearing_down') return `${marks.tearingDown} It is being torn down.`
  return view.state === 'absent' ? `${marks.gone} It is gone.` : null
}

function whatBecameOfRequest(
  { state, detail }: EnvironmentView,
  { kind, asked }: Extract<Notice, { readonly asked: string }>,
): string | null {
  const { stopped, notices } = detail
  if (stopped?.asked === asked) {
    return `${marks.good} Stopped by ${mention(stopped.by)} ${date(stopped.at)}; nothing was touched.`
  }
  if (kind === 'teardown-announced') {
    return state === 'tearing_down' ? `${marks.tearingDown} It is being torn down.` : null
  }
  const approved = notices.some((one) => one.kind === 'teardown-announced' && one.asked === asked)
  return approved ? `${marks.good} Approved.` : `${marks.gone} Not approved in time; nothing was touched.`
}
