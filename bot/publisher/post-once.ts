/** Posts a message exactly once, even if Slack's answer to the post is lost. */
import { closeMessage } from '../../db/closed-channels.js'
import { beginPost, detachMessage, posted, postponeMessage, retractPost } from '../../db/slack-messages.js'
import type { ChannelId } from '../../domain/identifiers.js'
import type { SlackFault, SlackResult } from '../slack/fault.js'
import type { Message } from '../views/message.js'
import type { PublisherContext } from './publisher-context.js'

export interface PostOrder {
  readonly key: string
  /** The prefix of the first block id in every version of the message. */
  readonly marker: string
  /** `stale` as read before drawing, and the hash of the drawn message. */
  readonly stale: number
  readonly hash: string
  readonly channel: ChannelId
  readonly threadTs: string | null
  readonly broadcast: boolean
  readonly message: Message
}

/** The range searched before and after the start of a post: covers clock differences and slow answers. */
const LOOK_AROUND_MS = 120_000

/** Claims the post, searches for it first if an earlier attempt is unclear, then posts. */
export async function postOnce(context: PublisherContext, order: PostOrder): Promise<void> {
  const leave = await beginPost(context.db, order.key)
  if (leave.kind === 'none' || leave.kind === 'posted') return
  if (leave.kind === 'unclear') {
    if (!(await isSurelyMissing(context, order, leave.since))) return
    const again = await beginPost(context.db, order.key)
    if (again.kind !== 'post') return
  }
  const answer = await context.client.post(order)
  if (!answer.ok) {
    await afterFault(context, order, answer.fault)
    return
  }
  context.succeeded(order.key)
  await posted(context.db, order.key, answer.value, order)
  await context.wentThrough(order.channel)
}

/** Only an unclear fault leaves the post open; after any other, Slack certainly has no message. */
async function afterFault(context: PublisherContext, order: PostOrder, fault: SlackFault): Promise<void> {
  context.report({ key: order.key, doing: 'post', kind: fault.kind, error: fault.error })
  if (fault.kind !== 'unclear') await retractPost(context.db, order.key)
  if (fault.kind === 'rate-limited') context.posts.pause(order.channel, fault.retryAfterMs)
  if (fault.kind === 'channel-closed') {
    await closeMessage(context.db, order.key, fault.error)
    return
  }
  // A thread line that Slack refuses permanently must not block the lines after it; a card stays planned.
  if (fault.kind === 'final' && order.threadTs !== null) {
    await detachMessage(context.db, order.key, fault.error)
    return
  }
  await postponeMessage(context.db, order.key, context.delayAfter(order.key, fault))
}

/** Searches for a post whose answer was lost. True when it does not exist and may be posted again. */
async function isSurelyMissing(context: PublisherContext, order: PostOrder, since: string): Promise<boolean> {
  const at = Date.parse(since)
  const answer = await findOurs(context, order, {
    oldest: String((at - LOOK_AROUND_MS) / 1_000),
    latest: String((at + LOOK_AROUND_MS) / 1_000),
  })
  if (!answer.ok) {
    context.report({ key: order.key, doing: 'look-up', kind: answer.fault.kind, error: answer.fault.error })
    await postponeMessage(context.db, order.key, context.delayAfter(order.key, answer.fault))
    return false
  }
  if (answer.value === null) {
    await retractPost(context.db, order.key)
    return true
  }
  // The found card shows an older state. Recording it as never shown makes the next turn update it.
  const isLine = order.threadTs !== null
  await posted(context.db, order.key, answer.value, isLine ? order : { stale: 0, hash: '' })
  return false
}

/** The `ts` of our newest message in a range of Slack timestamps; null when there is none. */
export async function findOurs(
  context: PublisherContext,
  { channel, threadTs, marker }: Pick<PostOrder, 'channel' | 'threadTs' | 'marker'>,
  span: { readonly oldest: string; readonly latest: string | null },
): Promise<SlackResult<string | null>> {
  const answer = await context.client.history({ channel, threadTs, ...span })
  if (!answer.ok) return answer
  const ours = answer.value
    .filter(({ firstBlockId }) => firstBlockId.startsWith(`${marker}:`))
    .toSorted((one, other) => Number(other.ts) - Number(one.ts))
  return { ok: true, value: ours[0]?.ts ?? null }
}
