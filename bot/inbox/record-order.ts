/** Records an order with the ids it will need, before Slack gets its acknowledgement. */
import { createHash } from 'node:crypto'
import type { NewOrder, Receipt } from '../../db/receive.js'
import { type ChannelId, parseDeploymentId, parseReleaseId, type UserId } from '../../domain/identifiers.js'
import type { Intent, IntentOf, ReplyAddress } from '../../domain/intent.js'
import type { DraftOf, IntentDraft, OrderKind } from '../commands/parsed-command.js'
import type { BotLog } from '../slack/log.js'
import type { NewIds } from '../verbs/common/command.js'
import { orderOf } from '../verbs/table.js'

/** How long a person waits before being told that nothing was started. Slack itself times out after 3 s. */
const DEADLINE_MS = 1_500

export interface OrderInbox {
  /** `receive` of `db/receive.ts`. */
  receive(order: NewOrder): Promise<Receipt>
  /** Wakes the inbox worker and starts the timer of the working notice. */
  onStored(order: OrderRequest): void
  /** A new ULID. */
  newUlid(): string
  readonly log: BotLog
}

export interface OrderRequest {
  /** Slack's own id of the command, click or submission: the same id means the same order. */
  readonly key: string
  readonly draft: IntentDraft
  readonly actor: UserId
  readonly reply: ReplyAddress
  /** From {@link joinKey}; null never merges with another order. */
  readonly joinKey: string | null
}

/**
 * Records an order within its deadline. `too-late` guarantees that it will never be executed, even when the database failed
 * rather than stalled.
 */
export async function recordOrder(inbox: OrderInbox, request: OrderRequest): Promise<Receipt> {
  const { key, draft, actor, reply } = request
  const order: NewOrder = {
    key,
    intent: addIds(draft, inbox.newUlid),
    actor: { user: actor },
    reply,
    workflowKey: workflowKey(draft, actor),
    joinKey: request.joinKey,
    deadlineMs: DEADLINE_MS,
  }
  try {
    const receipt = await inbox.receive(order)
    if (receipt === 'stored') inbox.onStored(request)
    return receipt
  } catch (error) {
    inbox.log.error({ err: error, key, kind: draft.kind }, 'An order could not be recorded')
    return 'too-late'
  }
}

/** Adds the ids of everything a draft will create, so that repeating it creates nothing twice. */
export function addIds(draft: IntentDraft, newUlid: () => string): Intent {
  return withIds(draft.kind, draft, {
    release: () => idOf(parseReleaseId(`rel_${newUlid()}`)),
    deployment: () => idOf(parseDeploymentId(`dep_${newUlid()}`)),
  })
}

function idOf<Id>(parsed: Id | null): Id {
  if (parsed === null) throw new TypeError('Not a ULID')
  return parsed
}

/** Orders with the same key are executed one after the other, in the order they were given. */
export function workflowKey(draft: IntentDraft, actor: UserId): string {
  return keyOf(draft.kind, draft, actor)
}

/** These pair a kind with its own draft, as {@link IntentDraft} guarantees. */
const withIds = <Kind extends OrderKind>(kind: Kind, draft: DraftOf<Kind>, newIds: NewIds): IntentOf<Kind> =>
  orderOf(kind).addIds(draft, newIds)
const keyOf = <Kind extends OrderKind>(kind: Kind, draft: DraftOf<Kind>, actor: UserId): string =>
  orderOf(kind).workflowKey(draft, actor)

/** The same text by the same person in the same place is one order while the first is unanswered. */
export function joinKey(user: UserId, channel: ChannelId | null, text: string): string {
  const same = text.normalize('NFC').trim().replace(/\s+/g, ' ')
  return createHash('sha256')
    .update(JSON.stringify([user, channel, same]))
    .digest('hex')
    .slice(0, 40)
}

/** Idempotency keys of orders, by how they were given. */
export const orderKeys = {
  command: (triggerId: string): string => `command/${triggerId}`,
  mention: (eventId: string): string => `mention/${eventId}`,
  click: (click: {
    readonly user: UserId
    readonly channel: string
    readonly message: string
    readonly action: string
    readonly at: string
  }): string => `press/${click.user}/${click.channel}/${click.message}/${click.action}/${click.at}`,
  /** The hash changes whenever the view does; some workspaces do not send it. */
  submission: (viewId: string, hash: string): string => `view/${viewId}/${hash}`,
} as const
