/** Brings one rendered message up to date: posts it, updates it, or leaves it unchanged. */
import { ensureButtons } from '../../db/buttons.js'
import { closeMessage } from '../../db/closed-channels.js'
import { type MessageState, posted, postponeMessage, shown } from '../../db/slack-messages.js'
import type { SlackFault } from '../slack/fault.js'
import { buttonId } from '../views/button-target.js'
import { findOurs, postOnce } from './post-once.js'
import type { PublisherContext } from './publisher-context.js'
import type { Rendered } from './publisher-options.js'

/** Posts or updates the rendered message. Buttons are stored first, so that a press always finds its target. */
export async function showMessage(
  context: PublisherContext,
  state: MessageState,
  rendered: Rendered,
): Promise<void> {
  if (state.ts !== null && state.hash === rendered.hash) {
    await shown(context.db, state.key, { stale: state.stale, hash: rendered.hash }, state.hash)
    return
  }
  await ensureButtons(
    context.db,
    rendered.buttons.map((target) => ({ id: buttonId(target), target })),
  )
  if (state.ts === null) await post(context, state, rendered)
  else await update(context, state, state.ts, rendered)
}

function orderOf(state: MessageState, rendered: Rendered) {
  const { key, channel, threadTs, stale } = state
  const { hash, marker } = rendered
  const message = { text: rendered.text, blocks: rendered.blocks }
  return { key, channel, threadTs, stale, hash, marker, message, broadcast: false }
}

async function post(context: PublisherContext, state: MessageState, rendered: Rendered): Promise<void> {
  await postOnce(context, orderOf(state, rendered))
}

async function update(
  context: PublisherContext,
  state: MessageState,
  ts: string,
  rendered: Rendered,
): Promise<void> {
  const drawn = { stale: state.stale, hash: rendered.hash }
  const answer = await context.client.update(state.channel, ts, rendered)
  if (answer.ok) {
    context.succeeded(state.key)
    await shown(context.db, state.key, drawn, state.hash)
    await context.wentThrough(state.channel)
    return
  }
  const { fault } = answer
  context.report({ key: state.key, doing: 'update', kind: fault.kind, error: fault.error })
  if (fault.kind === 'message-gone') await repost(context, state, { ts, rendered })
  else await afterFault(context, state, fault, drawn)
}

async function afterFault(
  context: PublisherContext,
  { key, hash }: MessageState,
  fault: SlackFault,
  drawn: { readonly stale: number; readonly hash: string },
): Promise<void> {
  switch (fault.kind) {
    case 'channel-closed':
      await closeMessage(context.db, key, fault.error)
      return
    case 'final':
      // Our own mistake: retrying with the same content would only spend the budget.
      await shown(context.db, key, { ...drawn, hash: `refused ${drawn.hash}` }, hash)
      return
    case 'rate-limited':
      context.updates.pause(fault.retryAfterMs)
      await postponeMessage(context.db, key, fault.retryAfterMs)
      return
    case 'message-gone':
    case 'no-access':
    case 'unclear':
      await postponeMessage(context.db, key, context.delayAfter(key, fault))
  }
}

interface Gone {
  readonly ts: string
  readonly rendered: Rendered
}

/**
 * Reposts a deleted message and moves the pointer. If a newer copy of ours exists, it is adopted instead: the answer to an
 * earlier repost was lost.
 */
async function repost(context: PublisherContext, state: MessageState, { ts, rendered }: Gone): Promise<void> {
  const order = orderOf(state, rendered)
  const younger = await findOurs(context, order, { oldest: ts, latest: null })
  if (younger.ok && younger.value !== null) {
    await posted(context.db, state.key, younger.value, { stale: 0, hash: '' })
    return
  }
  const answer = younger.ok ? await context.client.post(order) : younger
  if (answer.ok && answer.value !== null) {
    await posted(context.db, state.key, answer.value, order)
    return
  }
  if (!answer.ok) await afterRepost(context, state.key, answer.fault)
}

async function afterRepost(context: PublisherContext, key: string, fault: SlackFault): Promise<void> {
  context.report({ key, doing: 'post', kind: fault.kind, error: fault.error })
  if (fault.kind === 'channel-closed') await closeMessage(context.db, key, fault.error)
  else await postponeMessage(context.db, key, context.delayAfter(key, fault))
}
