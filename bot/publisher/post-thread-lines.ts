/** Posts events as lines in the card's thread: each once, in order. */
import type { UnpostedEvent } from '../../db/thread-lines.js'
import { notificationOf } from '../../domain/notifications.js'
import { type LineExtras, lineMarker, threadLine } from '../views/thread-line.js'
import { postOnce } from './post-once.js'
import type { PublisherContext } from './publisher-context.js'

/** The first unposted line of each thread; later lines wait for it, so that a thread reads in order. */
export function firstOfEachThread(events: readonly UnpostedEvent[]): readonly UnpostedEvent[] {
  const threads = new Set<string>()
  return events.filter(({ channel, threadTs }) => {
    const thread = `${channel}/${threadTs}`
    if (threads.has(thread)) return false
    threads.add(thread)
    return true
  })
}

/** Posts one line; also shows it in the channel if it is important enough. */
export async function postLine(
  context: PublisherContext,
  told: UnpostedEvent,
  extras: LineExtras,
): Promise<void> {
  await postOnce(context, {
    key: told.key,
    marker: lineMarker(told.event),
    stale: 1,
    hash: '',
    channel: told.channel,
    threadTs: told.threadTs,
    broadcast: notificationOf(told.event) === 'broadcast',
    message: threadLine(told.event, extras),
  })
}
