/** The tables of what was ordered and recorded, and of what Slack shows. */
import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { EventFacts, EventKind } from '../domain/events.js'
import type {
  AppName,
  ChannelId,
  DeploymentId,
  EnvironmentName,
  ReleaseId,
  UserId,
} from '../domain/identifiers.js'
import type { Actor, Intent, ReplyAddress } from '../domain/intent.js'
import type { NotificationLevel } from '../domain/notifications.js'
import type { Outcome } from '../domain/refusal.js'
import type { Created, Instant, OptionalInstant } from './column-types.js'

/** Append-only; triggers refuse UPDATE and DELETE. */
export interface AuditTable {
  readonly id: Generated<string>
  /** Unique: a repeated change adds no second line. */
  readonly key: string
  readonly at: Instant
  readonly app: AppName | null
  readonly release_id: ReleaseId | null
  readonly deployment_id: DeploymentId | null
  readonly environment: EnvironmentName | null
  readonly actor: UserId
  readonly kind: EventKind
  readonly facts: JSONColumnType<EventFacts[EventKind]>
  /** Derived from its kind and facts, so that the database can find the lines to report. */
  readonly tell: NotificationLevel
}

/** Append-only. One row for each line of the trail; see `audit-seals.ts`. */
export interface AuditSealsTable {
  /** The line's id. */
  readonly through: string
  /** Empty for a line about no app. */
  readonly app: string
  readonly digest: string
  readonly at: Created
}

export interface InboxTable {
  /** The order's id from Slack, the forge or the clock. */
  readonly key: string
  readonly id: Generated<string>
  readonly intent: JSONColumnType<Intent>
  readonly actor: JSONColumnType<Actor>
  readonly reply: JSONColumnType<ReplyAddress>
  /** Orders of one workflow are carried out one by one, oldest first. */
  readonly workflow_key: string
  /** A repeated order by the same person joins the first while that is unanswered. */
  join_key: string | null
  readonly created_at: Created
  /**
   * The receipt of the delivery that was told `stored` in time. Null: recorded, but its sender was not told so yet; such an order
   * is never carried out.
   */
  opened_by: string | null
  claimed_by: string | null
  claimed_until: OptionalInstant
  attempts: Generated<number>
  next_at: ColumnType<Date, Date | string | undefined, Date | string>
  outcome: JSONColumnType<Outcome> | null
  finished_at: OptionalInstant
  told_at: OptionalInstant
  /** How often reporting failed, and when it is retried. */
  tells: Generated<number>
  tell_at: OptionalInstant
  /** Why the last attempt got no answer. */
  trouble: string | null
  /** When the person was told that there is no answer yet, or that the order is parked. */
  delay_told_at: OptionalInstant
  /** Since when it is no longer retried automatically; null while it is. */
  parked_at: OptionalInstant
  /** When the person had it retried. */
  again_at: OptionalInstant
}

/** What was sent to workflows; see `domain/evidence.ts`. */
export interface SentOrdersTable {
  readonly workflow: string
  readonly key: string
  readonly verb: string
  /** Of its entire content. */
  readonly digest: string
  readonly by: UserId
  readonly deployment: string | null
  /** Null for what no person ordered. */
  readonly inbox_key: string | null
  readonly at: Created
}

/** The target of a button: what a click means. Its id is the button's value. */
export interface ButtonsTable {
  readonly id: string
  readonly target: JSONColumnType<Readonly<Record<string, string | number | boolean | null>>>
  /** When it was last rendered, to within a day. */
  created_at: ColumnType<Date, Date | string | undefined, Date | string>
}

/** Every message the bot posts on its own, once per key: `card/{release}`, `thread/{audit id}`, `digest/{channel}/{date}` … */
export interface SlackMessagesTable {
  readonly key: string
  readonly channel: ChannelId
  /** Null until Slack's answer is known. */
  ts: string | null
  thread_ts: string | null
  /** For a card and for the lines in its thread. */
  readonly release_id: ReleaseId | null
  /** For a line in a card's thread; the row is written with the audit row, so that no line is ever missed. */
  readonly audit_id: string | null
  /** Set when a post is in progress, so that after an unclear answer it is looked up and not posted again. */
  posting_since: OptionalInstant
  /** Hash of what is shown, to skip an update that would change nothing. */
  hash: string | null
  /** Increases whenever what the message shows may have changed. */
  stale: number
  /** The `stale` that was last shown. */
  shown: number
  /** Not before this time: pacing and back-off. */
  next_at: OptionalInstant
  /** Why Slack refused it; retried at `next_at`, never if that is null. */
  detached: string | null
  readonly created_at: Created
}

export interface LeaderTable {
  readonly name: string
  holder: string
  until: Instant
}

export interface MutesTable {
  readonly user_id: UserId
  /** `*` for every app. */
  readonly app: string
  level: 'all' | 'mine' | 'none'
}

/** The keys of the changes that were applied: a repeated change does nothing. */
export interface ChangesTable {
  readonly key: string
  readonly at: Created
}
