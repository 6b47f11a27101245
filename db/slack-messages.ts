/** Which messages Slack shows, and which of them are stale. Only the publisher writes here. */
import { type Kysely, type Selectable, sql } from 'kysely'
import type { ChannelId, ReleaseId } from '../domain/identifiers.js'
import { anyOf } from './any-of.js'
import type { SlackMessagesTable } from './order-tables.js'
import type { Database } from './tables.js'

/** A message that should exist, by its key: `card/{release}`, `thread/{audit id}`, `digest/{channel}/{date}` … */
export interface PlannedMessage {
  readonly key: string
  readonly channel: ChannelId
  /** The `ts` of the message whose thread it belongs to. */
  readonly threadOf?: string | null
}

/** A message as it is known to be in Slack. */
export interface MessageState {
  readonly key: string
  readonly channel: ChannelId
  /** Null until Slack's answer to the post is known. */
  readonly ts: string | null
  readonly threadTs: string | null
  readonly releaseId: ReleaseId | null
  /** Set while a post is in progress, or after one whose answer was unclear. */
  readonly postingSince: string | null
  /** Hash of what is shown. */
  readonly hash: string | null
  /** Pass it back to `shown` or `posted` with what was rendered after reading it. */
  readonly stale: number
  readonly shown: number
  /** Why it is not shown, temporarily or permanently. */
  readonly detached: string | null
}

/** What was rendered: the `stale` read before rendering, and the hash of the result. */
export interface Drawn {
  readonly stale: number
  readonly hash: string
}

/**
 * `post`: post it now. `unclear`: an earlier post may or may not have arrived, so look for it first. `posted`: it is there.
 * `none`: no such message is planned, or it can never be shown.
 */
export type PostLeave =
  | { readonly kind: 'post' }
  | { readonly kind: 'unclear'; readonly since: string }
  | { readonly kind: 'posted'; readonly ts: string }
  | { readonly kind: 'none' }

/** Plans a message; false when its key is planned or posted already. */
export async function planMessage(db: Kysely<Database>, message: PlannedMessage): Promise<boolean> {
  const row = await db
    .insertInto('slack_messages')
    .values({
      key: message.key,
      channel: message.channel,
      thread_ts: message.threadOf ?? null,
      stale: 1,
      shown: 0,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst()
  return row !== undefined
}

/** Marks messages as stale; unknown keys are ignored. */
export async function markStale(db: Kysely<Database>, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  await db
    .updateTable('slack_messages')
    .set((row) => ({ stale: row('stale', '+', 1) }))
    .where('key', '=', anyOf(keys))
    .execute()
}

/** Whether any message or line waits to be shown, now or later: one cheap query for the many polls that find nothing. */
export async function hasUnshown(db: Kysely<Database>): Promise<boolean> {
  const { rows } = await sql<{ readonly found: boolean }>`
    select exists (select from slack_messages where stale > shown and detached is null and audit_id is null)
      or exists (select from slack_messages where audit_id is not null and ts is null and detached is null) as found
  `.execute(db)
  return rows[0]?.found ?? false
}

/** Messages to post or update now, longest due first. Excludes lines of threads: see `unpostedEvents`. */
export async function staleMessages(db: Kysely<Database>, limit: number): Promise<readonly MessageState[]> {
  const rows = await db
    .selectFrom('slack_messages')
    .selectAll()
    .whereRef('stale', '>', 'shown')
    .where('detached', 'is', null)
    .where('audit_id', 'is', null)
    .where((row) => row.or([row('next_at', 'is', null), row('next_at', '<=', sql<Date>`clock_timestamp()`)]))
    .orderBy(sql`coalesce(next_at, created_at)`)
    .limit(limit)
    .execute()
  return rows.map(messageState)
}

/** The message with a key, `null` when none is planned. */
export async function findMessage(db: Kysely<Database>, key: string): Promise<MessageState | null> {
  const row = await db.selectFrom('slack_messages').selectAll().where('key', '=', key).executeTakeFirst()
  return row === undefined ? null : messageState(row)
}

/** The message that Slack shows at a place, `null` when it is none of ours. */
export async function messageAt(
  db: Kysely<Database>,
  { channel, ts }: { readonly channel: ChannelId; readonly ts: string },
): Promise<MessageState | null> {
  const row = await db
    .selectFrom('slack_messages')
    .selectAll()
    .where('channel', '=', channel)
    .where('ts', '=', ts)
    .executeTakeFirst()
  return row === undefined ? null : messageState(row)
}

/** Asks for permission to post. It is recorded first, so that no crash and no lost answer leads to a second post. */
export async function beginPost(db: Kysely<Database>, key: string): Promise<PostLeave> {
  const begun = await db
    .updateTable('slack_messages')
    .set({ posting_since: sql<Date>`clock_timestamp()` })
    .where('key', '=', key)
    .where('ts', 'is', null)
    .where('posting_since', 'is', null)
    .where('detached', 'is', null)
    .returning('key')
    .executeTakeFirst()
  if (begun !== undefined) return { kind: 'post' }
  const message = await findMessage(db, key)
  if (message === null || message.detached !== null) return { kind: 'none' }
  if (message.ts !== null) return { kind: 'posted', ts: message.ts }
  return message.postingSince === null ? { kind: 'none' } : { kind: 'unclear', since: message.postingSince }
}

/** Slack said definitely that it was not posted, or a look-up did not find it: the next `beginPost` may post. */
export async function retractPost(db: Kysely<Database>, key: string): Promise<void> {
  await db
    .updateTable('slack_messages')
    .set({ posting_since: null })
    .where('key', '=', key)
    .where('ts', 'is', null)
    .execute()
}

/** It is in Slack as `ts` and shows what was rendered. */
export async function posted(db: Kysely<Database>, key: string, ts: string, drawn: Drawn): Promise<void> {
  await db
    .updateTable('slack_messages')
    .set({ ts, posting_since: null, hash: drawn.hash, shown: drawn.stale, next_at: null })
    .where('key', '=', key)
    .execute()
}

/**
 * It shows what was rendered; if it became stale in the meantime, it stays so. `before` is the hash that was read before
 * rendering: if another process rendered it since, it is unknown which version Slack shows, so it is rendered again.
 */
export async function shown(
  db: Kysely<Database>,
  key: string,
  drawn: Drawn,
  before: string | null,
): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('slack_messages')
    .set({ hash: drawn.hash, shown: sql<number>`greatest(shown, ${drawn.stale})`, next_at: null })
    .where('key', '=', key)
    .where(sql<boolean>`hash is not distinct from ${before}`)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) await redraw(db, key)
}

/** Renders a message again, regardless of what it is believed to show. */
export async function redraw(db: Kysely<Database>, key: string): Promise<void> {
  await db
    .updateTable('slack_messages')
    .set((row) => ({ hash: null, stale: row('stale', '+', 1), next_at: null }))
    .where('key', '=', key)
    .execute()
}

/** Records what is about to be shown instead of `before`; false when it shows something else by now. */
export async function beginShowing(
  db: Kysely<Database>,
  key: string,
  { before, hash }: { readonly before: string | null; readonly hash: string },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('slack_messages')
    .set({ hash })
    .where('key', '=', key)
    .where('ts', 'is not', null)
    .where('detached', 'is', null)
    .where(sql<boolean>`hash is not distinct from ${before}`)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Leaves it alone for a while: pacing, or at Slack's request. */
export async function postponeMessage(db: Kysely<Database>, key: string, delayMs: number): Promise<void> {
  await db
    .updateTable('slack_messages')
    .set({ next_at: sql<Date>`clock_timestamp() + ${delayMs} * interval '1 millisecond'` })
    .where('key', '=', key)
    .execute()
}

/** Slack permanently refuses its content: it is never shown. */
export async function detachMessage(db: Kysely<Database>, key: string, reason: string): Promise<void> {
  await db
    .updateTable('slack_messages')
    .set({ detached: reason, posting_since: null, next_at: null })
    .where('key', '=', key)
    .execute()
}

function messageState(row: Selectable<SlackMessagesTable>): MessageState {
  return {
    key: row.key,
    channel: row.channel,
    ts: row.ts,
    threadTs: row.thread_ts,
    releaseId: row.release_id,
    postingSince: row.posting_since?.toISOString() ?? null,
    hash: row.hash,
    stale: row.stale,
    shown: row.shown,
    detached: row.detached,
  }
}

/** The newest card in each channel that Slack is known to show. */
export async function newestCards(
  db: Kysely<Database>,
): Promise<readonly { readonly channel: ChannelId; readonly ts: string }[]> {
  const { rows } = await sql<{ channel: ChannelId; ts: string }>`
    select distinct on (channel) channel, ts from slack_messages
    where key like 'card/%' and ts is not null and detached is null
    order by channel, ts desc`.execute(db)
  return rows
}

/** Renders the cards in a channel whose releases are still in progress again, regardless of what they are believed to show. */
export async function redrawCards(db: Kysely<Database>, channel: ChannelId): Promise<void> {
  await sql`
    update slack_messages set stale = stale + 1, hash = null, next_at = null
    where key like 'card/%' and channel = ${channel} and ts is not null and detached is null
      and exists (
        select from releases
        where releases.id = slack_messages.release_id and releases.state in ('draft', 'open'))`.execute(db)
}

/** The key prefix of a channel's pinned message. */
export const PIN_KEY = 'pin/'

/** The pinned messages that Slack is known to show. */
export async function pinnedMessages(
  db: Kysely<Database>,
): Promise<readonly { readonly key: string; readonly channel: ChannelId; readonly ts: string }[]> {
  const rows = await db
    .selectFrom('slack_messages')
    .select(['key', 'channel', 'ts'])
    .where('key', 'like', `${PIN_KEY}%`)
    .where('detached', 'is', null)
    .orderBy('key')
    .execute()
  return rows.flatMap(({ key, channel, ts }) => (ts === null ? [] : [{ key, channel, ts }]))
}

/** Removes a message that should not exist and that Slack does not show: if planned again, it is posted as new. */
export async function forgetMessage(db: Kysely<Database>, key: string): Promise<void> {
  await db.deleteFrom('slack_messages').where('key', '=', key).execute()
}

/**
 * The messages that people would miss, in key order after a key: cards that ask for an approval or an acceptance, and pinned
 * messages.
 */
export async function missedMessages(
  db: Kysely<Database>,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<readonly { readonly key: string; readonly channel: ChannelId; readonly ts: string }[]> {
  const { rows } = await sql<{ key: string; channel: ChannelId; ts: string }>`
    select key, channel, ts from slack_messages
    where key > ${after} and ts is not null and detached is null
      and (key like ${`${PIN_KEY}%`} or key like 'card/%' and exists (
        select from deployments
        where deployments.release_id = slack_messages.release_id
          and deployments.state in ('prepared', 'awaiting_acceptance')))
    order by key limit ${limit}`.execute(db)
  return rows
}
