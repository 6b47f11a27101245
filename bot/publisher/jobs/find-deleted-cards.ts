/** Finds deleted Slack messages that are still needed: cards that wait for a decision, and pinned messages. */
import { missedMessages, redraw } from '../../../db/slack-messages.js'
import type { SlackClient } from '../../slack/web-client.js'
import type { PublisherDatabase } from '../publisher-options.js'

/** Per turn. Slack allows far more, but its limit is for the whole workspace. */
const MOST = 20

/** Each turn checks the next cards. A deleted one is redrawn, which reposts it; its thread continues there. */
export function createDeletedCardSearch(
  db: PublisherDatabase,
  client: Pick<SlackClient, 'permalink'>,
): () => Promise<void> {
  let after = ''
  return async () => {
    const cards = await missedMessages(db, { after, limit: MOST })
    after = cards.length < MOST ? '' : (cards.at(-1)?.key ?? '')
    for (const { key, channel, ts } of cards) {
      const answer = await client.permalink(channel, ts)
      if (!answer.ok && answer.fault.kind === 'message-gone') await redraw(db, key)
    }
  }
}
