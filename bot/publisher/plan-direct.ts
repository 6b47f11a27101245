import { planMessage } from '../../db/slack-messages.js'
import { type ChannelId, parseChannelId, type UserId } from '../../domain/identifiers.js'
import type { SlackClient } from '../slack/web-client.js'
import type { PublisherDatabase } from './publisher-options.js'

/** The direct messages for one event. */
export interface DirectMessages {
  readonly users: readonly UserId[]
  /** The message key for a person. */
  readonly keyOf: (user: UserId) => string
  /** The key of a message that shows nothing; it marks the event as handled. */
  readonly mark: { readonly key: string; readonly channel: ChannelId }
}

/**
 * Plans a message to each person, then the marker. People for whom Slack refuses get none. False: Slack is unavailable; the
 * marker is missing then, and the next look plans the missing messages.
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
