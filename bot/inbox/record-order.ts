/** Takes an order in: mints the ids it will need and records it. Only then is Slack told that it arrived. */
import { createHash } from 'node:crypto'
import type { NewOrder, Receipt } from '../../db/receive.js'
import { unreachable } from '../../domain/exhaustive.js'
import {
  type ChannelId,
  type DeploymentId,
  parseDeploymentId,
  parseReleaseId,
  type ReleaseId,
  type UserId,
} from '../../domain/identifiers.js'
import type { DeploymentRef, Intent, ReleaseRef, ReplyAddress } from '../../domain/intent.js'
import type { IntentDraft } from '../commands/parsed-command.js'
import { namesVersion, normaliseRelease } from '../commands/release-words.js'
import type { BotLog } from '../slack/log.js'

/** How long a person waits before being told that nothing was started. Slack itself gives up after 3 s. */
const DEADLINE_MS = 1_500

export interface OrderInbox {
  /** `receive` of `db/receive.ts`. */
  receive(order: NewOrder): Promise<Receipt>
  /** Wakes whoever carries orders out. */
  onStored(): void
  /** A new ULID. */
  newUlid(): string
  readonly log: BotLog
}

export interface GivenOrder {
  /** Slack's own id of what was typed, pressed or submitted: the same id is the same order. */
  readonly key: string
  readonly draft: IntentDraft
  readonly actor: UserId
  readonly reply: ReplyAddress
  /** From {@link joinKey}; null never joins another order. */
  readonly joinKey: string | null
}

/**
 * Records an order within its deadline. `too-late` promises that it will never be carried out, also when the database
 * failed rather than stalled.
 */
export async function takeOrder(inbox: OrderInbox, given: GivenOrder): Promise<Receipt> {
  const { key, draft, actor, reply } = given
  const order: NewOrder = {
    key,
    intent: mintIds(draft, inbox.newUlid),
    actor: { user: actor },
    reply,
    workflowKey: workflowKey(draft, actor),
    joinKey: given.joinKey,
    deadlineMs: DEADLINE_MS,
  }
  try {
    const receipt = await inbox.receive(order)
    if (receipt === 'stored') inbox.onStored()
    return receipt
  } catch (error) {
    inbox.log.error({ err: error, key, kind: draft.kind }, 'An order could not be recorded')
    return 'too-late'
  }
}

/** Gives a draft the ids of everything it will create, so that repeating it creates nothing twice. */
export function mintIds(draft: IntentDraft, newUlid: () => string): Intent {
  switch (draft.kind) {
    case 'cut':
      return { ...draft, releaseId: newReleaseId(newUlid), deploymentId: newDeploymentId(newUlid) }
    case 'draft':
      return { ...draft, releaseId: newReleaseId(newUlid) }
    case 'promote':
    case 'rollback':
    case 'cherry-pick':
    case 'env':
      return { ...draft, deploymentId: newDeploymentId(newUlid) }
    default:
      return draft
  }
}

function newReleaseId(newUlid: () => string): ReleaseId {
  const id = parseReleaseId(`rel_${newUlid()}`)
  if (id === null) throw new TypeError('Not a ULID')
  return id
}

function newDeploymentId(newUlid: () => string): DeploymentId {
  const id = parseDeploymentId(`dep_${newUlid()}`)
  if (id === null) throw new TypeError('Not a ULID')
  return id
}

/**
 * Orders with the same key are carried out one after the other, in the order they were given. What names a release
 * by a word that changes its meaning (`latest`, `rc.1`) waits for the app's cuts before it.
 */
export function workflowKey(draft: IntentDraft, actor: UserId): string {
  switch (draft.kind) {
    case 'cut':
    case 'draft':
      return `app/${draft.app}`
    case 'edit':
    case 'promote':
    case 'delete':
    case 'abandon':
    case 'tick':
    case 'tag':
      return releaseKey(draft.app, draft.release)
    case 'cherry-pick':
      return draft.release === null ? `app/${draft.app}` : releaseKey(draft.app, draft.release)
    case 'approve':
    case 'accept':
    case 'reject':
    case 'retry':
    case 'skip':
    case 'abort':
      return deploymentKey(draft.app, draft.deployment)
    case 'rollback':
    case 'pause':
    case 'resume':
    case 'lock':
    case 'unlock':
    case 'env':
      return `environment/${draft.app}/${draft.environment}`
    case 'freeze':
    case 'thaw':
      return draft.app === null ? 'apps' : `app/${draft.app}`
    case 'mute':
      return `mute/${actor}`
    default:
      return unreachable(draft)
  }
}

function releaseKey(app: string, ref: ReleaseRef): string {
  if (ref.kind === 'id') return `release/${app}/${ref.releaseId}`
  // Every candidate of a version is one release.
  return namesVersion(ref.text)
    ? `release/${app}/${normaliseRelease(ref.text).replace(/-rc\.\d+$/, '')}`
    : `app/${app}`
}

function deploymentKey(app: string, ref: DeploymentRef): string {
  switch (ref.kind) {
    case 'id':
      return `deployment/${ref.deploymentId}`
    case 'of-release':
      return releaseKey(app, ref.release)
    case 'in-environment':
      return `environment/${app}/${ref.environment}`
    default:
      return unreachable(ref)
  }
}

/** The same words by the same person in the same place, while the first are unanswered, are one order. */
export function joinKey(user: UserId, channel: ChannelId | null, text: string): string {
  const same = text.normalize('NFC').trim().replace(/\s+/g, ' ')
  return createHash('sha256')
    .update(JSON.stringify([user, channel, same]))
    .digest('hex')
    .slice(0, 40)
}

/** What tells orders apart, by how they were given. */
export const orderKeys = {
  command: (triggerId: string): string => `command/${triggerId}`,
  mention: (eventId: string): string => `mention/${eventId}`,
  press: (press: {
    readonly user: UserId
    readonly channel: string
    readonly message: string
    readonly action: string
    readonly at: string
  }): string => `press/${press.user}/${press.channel}/${press.message}/${press.action}/${press.at}`,
  /** The hash changes whenever the view does; not every workspace sends it. */
  submission: (viewId: string, hash: string): string => `view/${viewId}/${hash}`,
} as const
