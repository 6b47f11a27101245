/** Checks once whether Slack still has our cards: a restored or reset workspace has lost them. */
import { newestCards, redrawCards } from '../../db/slack-messages.js'
import type { SlackClient } from '../slack/web-client.js'
import type { PublisherDatabase } from './publisher-options.js'

/**
 * Asks once per channel, and repeats that until Slack has answered. If the newest card is gone, redraws every card of a release
 * in progress, which reposts the missing ones. Every turn ends with `next`.
 */
export function createCardSearch(
  db: PublisherDatabase,
  client: Pick<SlackClient, 'history'>,
  next: () => Promise<void>,
): () => Promise<void> {
  let done = false
  const look = async (): Promise<void> => {
    let unanswered = false
    for (const { channel, ts } of await newestCards(db)) {
      const answer = await client.history({ channel, threadTs: null, oldest: ts, latest: ts })
      if (!answer.ok) unanswered = true
      else if (!answer.value.some((message) => message.ts === ts)) await redrawCards(db, channel)
    }
    done = !unanswered
  }
  return async () => {
    if (!done) await look()
    await next()
  }
}
