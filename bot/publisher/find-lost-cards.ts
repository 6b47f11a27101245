/** Looks once whether Slack still has our cards: a workspace that was put back or starts anew has forgotten them. */
import { newestCards, redrawCards } from '../../db/slack-messages.js'
import type { SlackClient } from '../slack/web-client.js'
import type { PublisherDatabase } from './publisher-options.js'

/**
 * One question per channel, asked until Slack has answered it. Where the newest card is gone, every card of a release
 * that goes on is drawn again; those that are gone are posted anew by that. Every turn ends with `next`.
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
