/** What happened, as lines in the card's thread: each once, in order. */
import type { UntoldEvent } from '../../db/thread-lines.js'
import { tellOf } from '../../domain/tells.js'
import { type LineExtras, lineMarker, threadLine } from '../views/thread-line.js'
import { postOnce } from './post-once.js'
import type { PublisherContext } from './publisher-context.js'

/** The first line of each thread: the next ones wait until it is told, so that a thread reads in order. */
export function firstOfEachThread(events: readonly UntoldEvent[]): readonly UntoldEvent[] {
  const threads = new Set<string>()
  return events.filter(({ channel, threadTs }) => {
    const thread = `${channel}/${threadTs}`
    if (threads.has(thread)) return false
    threads.add(thread)
    return true
  })
}

/** Posts one line. What is worth a look in the channel is shown there too. */
export async function tellLine(
  context: PublisherContext,
  told: UntoldEvent,
  extras: LineExtras,
): Promise<void> {
  await postOnce(context, {
    key: told.key,
    marker: lineMarker(told.event),
    stale: 1,
    hash: '',
    channel: told.channel,
    threadTs: told.threadTs,
    broadcast: tellOf(told.event) === 'broadcast',
    message: threadLine(told.event, extras),
  })
}
