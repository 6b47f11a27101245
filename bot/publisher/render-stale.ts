/** Renders stale messages that may be shown now, decisions and final states first. */
import { type MessageState, postponeMessage, shown } from '../../db/slack-messages.js'
import type { PublisherContext } from './publisher-context.js'
import type { Rendered, Renderer } from './publisher-options.js'

export interface Drawn {
  readonly state: MessageState
  readonly rendered: Rendered
}

const AFTER_EXCEPTION_MS = 5_000

/**
 * Messages that are not due are not rendered: only their newest state will ever be shown. Of unposted messages, only the oldest
 * of each channel is rendered, because no more can be posted now.
 */
export async function drawStale(
  context: PublisherContext,
  renderers: readonly Renderer[],
  states: readonly MessageState[],
): Promise<readonly Drawn[]> {
  const drawn: Drawn[] = []
  const full = new Set<string>()
  for (const state of states) {
    if (!mayBeDue(context, state, full)) continue
    const rendered = await drawOne(context, renderers, state)
    if (rendered === null) continue
    drawn.push({ state, rendered })
    if (state.ts === null) full.add(state.channel)
  }
  const { lastAt } = context.updates
  return drawn.toSorted(
    (one, other) =>
      one.rendered.urgency - other.rendered.urgency ||
      Math.sign(lastAt(one.state.key) - lastAt(other.state.key)) ||
      0,
  )
}

/** `full`: the channels for which a post is already rendered. */
function mayBeDue(
  context: PublisherContext,
  { key, ts, channel }: MessageState,
  full: ReadonlySet<string>,
): boolean {
  return ts === null ? !full.has(channel) && context.posts.isDue(channel) : context.updates.isDue(key)
}

async function drawOne(
  context: PublisherContext,
  renderers: readonly Renderer[],
  state: MessageState,
): Promise<Rendered | null> {
  const renderer = renderers.find(({ prefix }) => state.key.startsWith(prefix))
  if (renderer === undefined) return null
  try {
    const rendered = await renderer.render(state)
    // Nothing to show (any more): leave it as it is.
    if (rendered === null) {
      const { stale, hash } = state
      await shown(context.db, state.key, { stale, hash: hash ?? '' }, hash)
    }
    return rendered
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    context.report({ key: state.key, doing: 'draw', kind: 'exception', error: text })
    await postponeMessage(context.db, state.key, AFTER_EXCEPTION_MS)
    return null
  }
}

/** Whether Slack's rate limit allows it now; a message that is already up to date costs nothing. */
export function mayShow(context: PublisherContext, { state, rendered }: Drawn): boolean {
  if (state.ts === null) return context.posts.take(state.channel)
  return state.hash === rendered.hash || context.updates.take(state.key)
}
