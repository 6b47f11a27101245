/**
 * Messages whose channel Slack refuses: archived, restricted, or the bot is not a member. They are kept, and one message of each
 * channel is tried from time to time; once that succeeds, the others follow.
 */
import { type Kysely, sql } from 'kysely'
import type { ChannelId } from '../domain/identifiers.js'
import type { Database } from './tables.js'

const TRY_AGAIN = sql<Date>`clock_timestamp() + interval '5 minutes'`

/** Slack refused a message's channel. A card also closes the unposted lines of its thread. */
export async function closeMessage(db: Kysely<Database>, key: string, reason: string): Promise<void> {
  const values = { detached: reason, posting_since: null, next_at: TRY_AGAIN }
  const message = await db
    .updateTable('slack_messages')
    .set(values)
    .where('key', '=', key)
    .returning(['release_id', 'audit_id'])
    .executeTakeFirst()
  if (message === undefined || message.release_id === null || message.audit_id !== null) return
  await db
    .updateTable('slack_messages')
    .set(values)
    .where('release_id', '=', message.release_id)
    .where('audit_id', 'is not', null)
    .where('ts', 'is', null)
    .where('detached', 'is', null)
    .execute()
}

/** Retries one message of each channel that was closed long enough ago, cards before lines; returns the channels. */
export async function tryClosedChannels(db: Kysely<Database>): Promise<readonly ChannelId[]> {
  const { rows } = await sql<{ channel: ChannelId }>`
    with due as materialized (
      select distinct on (channel) channel, key from slack_messages
      where detached is not null and next_at <= clock_timestamp()
      order by channel, audit_id is not null, created_at desc
    ), others as (
      update slack_messages set next_at = ${TRY_AGAIN} from due
      where slack_messages.channel = due.channel and slack_messages.key <> due.key
        and slack_messages.detached is not null and slack_messages.next_at is not null
    )
    update slack_messages set detached = null, next_at = null, hash = null from due
    where slack_messages.key = due.key returning slack_messages.channel`.execute(db)
  return rows.map(({ channel }) => channel)
}

/** The channel accepts messages again: all that waited for it are shown. */
export async function openChannel(db: Kysely<Database>, channel: ChannelId): Promise<void> {
  await db
    .updateTable('slack_messages')
    .set({ detached: null, next_at: null })
    .where('channel', '=', channel)
    .where('detached', 'is not', null)
    .where('next_at', 'is not', null)
    .execute()
}
