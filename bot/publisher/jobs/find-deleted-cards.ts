/** Finds what a person has deleted in Slack and somebody would miss: cards that ask, which nobody would answer, and what is pinned. */
import { missedMessages, redraw } from '../../../db/slack-messages.js'
import type { SlackClient } from '../../slack/web-client.js'
import type { PublisherDatabase } from '../publisher-options.js'

/** At once; the others come in the next turns. Slack allows far more, and says it of the whole workspace. */
const MOST = 20

/** A turn asks after the next cards. One that is gone is drawn again, and posted anew by that; its thread goes on there. */
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
