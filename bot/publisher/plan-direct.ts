import { planMessage } from '../../db/slack-messages.js'
import { type ChannelId, parseChannelId, type UserId } from '../../domain/identifiers.js'
import type { SlackClient } from '../slack/web-client.js'
import type { PublisherDatabase } from './publisher-options.js'

/** Direct messages of one occasion. */
export interface DirectMessages {
  readonly users: readonly UserId[]
  /** Of the message to one of them. */
  readonly keyOf: (user: UserId) => string
  /** A message that shows nothing: with it nobody has to look at the occasion again. */
  readonly mark: { readonly key: string; readonly channel: ChannelId }
}

/**
 * Plans a message to each person, then the mark. Whom Slack refuses gets none. False: Slack is away; there is no mark then, and
 * the next look plans what is missing.
 */
export async function planDirect(
  db: PublisherDatabase,
  client: Pick<SlackClient, 'openDirect'>,
  { users, keyOf, mark }: DirectMessages,
): Promise<boolean> {
  for (const user of users) {
    const opened = await client.openDirect(user)
    if (!opened.ok && (opened.fault.kind === 'unclear' || opened.fault.kind === 'rate-limited')) return false
    const channel = opened.ok ? parseChannelId(opened.value) : null
    if (channel !== null) await planMessage(db, { key: keyOf(user), channel })
  }
  await planMessage(db, mark)
  return true
}
