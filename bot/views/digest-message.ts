/** The daily digest of a channel: what waits for its people, oldest first, and what they should look at. */

import type { KnownBlock } from '@slack/types'
import type { SealView } from '../../db/audit-seals.js'
import type { WaitingView } from '../../db/queries/waiting.js'
import { cardActions } from '../../domain/card-actions.js'
import type { UserId } from '../../domain/identifiers.js'
import type { EnvironmentView, ReleaseView } from '../../domain/views.js'
import { context, section, withBlockIds } from './blocks.js'
import { drawButtons } from './card/buttons.js'
import { clip, code, date, link, mention, outside } from './escape.js'
import { listed } from './listed.js'
import { marks } from './marks.js'
import { mrkdwn } from './markup.js'
import type { MessageWithButtons } from './message.js'
import { copyable } from './refusals/refusal-words.js'
import { runningName } from './running-name.js'
import { shortHash } from './short-hash.js'
import { environmentWords, says } from './status-words.js'
import { holdReason } from './words/gate-words.js'

/** A pending decision. */
export interface DigestEntry extends WaitingView {
  /** Its release, for the button; null: no button is offered. */
  readonly view: ReleaseView | null
  /** The URL of its card; null when it has none, or Slack does not answer. */
  readonly url: string | null
  /** Whose decision would count now. */
  readonly asked: readonly UserId[]
}

export interface DigestContent {
  readonly waiting: readonly DigestEntry[]
  /** How many more are waiting. */
  readonly waitingMore: number
  /** All environments of the channel's apps. */
  readonly environments: readonly EnvironmentView[]
  /** Copies kept out of reach of anyone who could change the database: see `npm run audit:verify`. */
  readonly seals: readonly SealView[]
}

/** How many decisions are shown, each with its button. */
export const MOST_WAITING = 15
const MOST_LINES = 15
const MOST_ASKED = 8

/** The prefix of the first block id in the digest with this key. */
export const digestMarker = (key: string): string => `rel:digest:${shortHash(key)}`

/** Whether it needs fixing. The expiry of a preview is announced to its owner by a separate notice. */
function wantsAttention({ state, setupRequired, current }: EnvironmentView): boolean {
  const isTroubled = state === 'teardown_failed' || state === 'out_of_sync' || state === 'failed'
  return isTroubled || (setupRequired && current !== null)
}

/** Stays closed until a person opens it, and is easily forgotten. */
const isLeftClosed = ({ lock, hold }: EnvironmentView): boolean =>
  hold !== null || (lock !== null && lock.until === null)

/** Whether anybody has to do anything. */
export const isWorthTelling = ({ waiting, environments }: DigestContent): boolean =>
  waiting.length > 0 || environments.some((one) => wantsAttention(one) || isLeftClosed(one))

export function digestMessage(content: DigestContent, key: string, command: string): MessageWithButtons {
  const { waiting, waitingMore, environments, seals } = content
  const drawn = waiting.map(drawEntry)
  const attention = environments.filter(wantsAttention).map((one) => attentionLine(one, command))
  const closed = closedLines(environments)
  const text = headline(content, attention.length)
  const blocks: KnownBlock[] = [
    section(`*${text}*`),
    ...drawn.map(({ block }) => block),
    ...(waitingMore > 0 ? [context(`…and ${waitingMore} more: ${copyable(`${command} list waiting`)}`)] : []),
    ...part('To look at', attention),
    ...part('Closed', closed),
    ...(seals.length > 0 ? [context(seals.map(sealLine).join('\n'))] : []),
  ]
  return {
    text: clip([text, ...waiting.map((entry) => `${nameOf(entry)} ${asks(entry)}.`)].join(' '), 1_000),
    blocks: withBlockIds(blocks, digestMarker(key), '1'),
    buttons: drawn.flatMap(({ targets }) => targets),
  }
}

function headline({ waiting, waitingMore }: DigestContent, toMend: number): string {
  const decisions = waiting.length + waitingMore
  const parts = [
    ...(decisions === 0 ? [] : [decisions === 1 ? '1 decision waits' : `${decisions} decisions wait`]),
    ...(toMend === 0
      ? []
      : [toMend === 1 ? '1 environment needs a look' : `${toMend} environments need a look`]),
  ]
  return parts.length === 0 ? 'No decision waits here.' : `${parts.join(', ')}.`
}

/** A heading with its lines, and how many more there are. */
function part(title: string, lines: readonly string[]): KnownBlock[] {
  if (lines.length === 0) return []
  const more = lines.length - MOST_LINES
  const shown = [...lines.slice(0, MOST_LINES), ...(more > 0 ? [`…and ${more} more`] : [])]
  return [section([`*${title}*`, ...shown].join('\n'))]
}

const sealLine = ({ app, through, digest }: SealView): string =>
  `${marks.recorded} Audit trail of ${app}, sealed through line ${through}: ${code(digest)}`

const nameOf = ({ app, deployment }: WaitingView): string => `${app} ${runningName(deployment)}`

/** Prepared and fully approved, so it waits for nobody's decision; another gate blocks it. */
const isApproved = ({ deployment: { state, approvals, needs } }: WaitingView): boolean =>
  state === 'prepared' && approvals.length >= needs

function asks(entry: WaitingView): string {
  const { environment, state, approvals, needs } = entry.deployment
  if (isApproved(entry)) return `is prepared for ${environment} and waits for its other conditions`
  return state === 'prepared'
    ? `needs approval for ${environment} (${approvals.length} of ${needs} given)`
    : `awaits acceptance on ${environment}`
}

interface Drawn {
  readonly block: KnownBlock
  readonly targets: MessageWithButtons['buttons']
}

/** What is requested, from whom and since when, linked to its card. */
function entryText(entry: DigestEntry): string {
  const { deployment, release, url, asked } = entry
  const mark = deployment.state === 'prepared' ? marks.needsApproval : marks.awaitsAcceptance
  const title = release === null ? '' : ` “${outside(release.title, 80)}”`
  const since = date(deployment.finishedAt ?? deployment.preparedAt)
  const who = isApproved(entry) || asked.length === 0 ? '' : ` — ${listed(asked.map(mention), MOST_ASKED)}`
  return `${mark} ${link(url, nameOf(entry))}${title} ${asks(entry)}, since ${since}${who}`
}

/** With the same button as the card. */
function drawEntry(entry: DigestEntry): Drawn {
  const { deployment, view } = entry
  const text = section(entryText(entry))
  if (view === null || isApproved(entry)) return { block: text, targets: [] }
  const verb = deployment.state === 'prepared' ? 'approve' : 'accept'
  const wanted = cardActions(view).filter((one) => one.verb === verb && one.deployment?.id === deployment.id)
  const { blocks, targets } = drawButtons(view, wanted.slice(0, 1))
  const [accessory] = blocks[0]?.elements ?? []
  return accessory?.type === 'button'
    ? { block: { ...text, accessory }, targets }
    : { block: text, targets: [] }
}

function attentionLine(environment: EnvironmentView, command: string): string {
  const { app, name, state, setupRequired, current } = environment
  const runs =
    current === null
      ? ''
      : `: ${runningName(current)} since ${date(current.finishedAt ?? current.preparedAt)}`
  const required = setupRequired ? `, ${marks.settingUp} setup required` : ''
  return `${says(environmentWords[state])} *${app} ${name}*${required}${runs} · ${copyable(`${command} env show ${app} ${name}`)}`
}

/** A freeze often covers many environments; it is one line. */
function closedLines(environments: readonly EnvironmentView[]): readonly string[] {
  const lines = new Map<string, { readonly app: string; readonly names: string[]; readonly says: string }>()
  for (const { app, name, lock, freeze, hold } of environments) {
    const closures = [
      ...(lock === null
        ? []
        : [
            `${marks.locked} locked by ${mention(lock.owner)}${lock.until === null ? '' : ` until ${date(lock.until)}`}: ${outside(lock.reason, 100)}`,
          ]),
      ...(freeze === null
        ? []
        : [
            `${marks.frozen} frozen by ${mention(freeze.owner)} until ${date(freeze.until)}: ${outside(freeze.reason, 100)}`,
          ]),
      ...(hold === null
        ? []
        : [`${marks.held} automation paused by ${mention(hold.by)}: ${holdReason(hold, mrkdwn, 100)}`]),
    ]
    for (const words of closures) {
      const line = lines.get(`${app}/${words}`)
      if (line === undefined) lines.set(`${app}/${words}`, { app, names: [name], says: words })
      else line.names.push(name)
    }
  }
  return [...lines.values()].map((line) => `*${line.app} ${line.names.join(', ')}* ${line.says}`)
}
