/** The tables of what was asked and written down, and of what Slack shows. */
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
import type { Outcome } from '../domain/refusal.js'
import type { Tell } from '../domain/tells.js'
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
  /** Of its kind and facts, so that what is to be told is found by the database. */
  readonly tell: Tell
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
  /** Slack's, the forge's or the clock's own id of the order. */
  readonly key: string
  readonly id: Generated<string>
  readonly intent: JSONColumnType<Intent>
  readonly actor: JSONColumnType<Actor>
  readonly reply: JSONColumnType<ReplyAddress>
  /** Orders of one workflow are carried out one by one, oldest first. */
  readonly workflow_key: string
  /** The same order by the same person while the first is unanswered joins the first. */
  join_key: string | null
  readonly created_at: Created
  /**
   * The receipt of the delivery that was told `stored` in time. Null: recorded, but its sender was not told so yet;
   * such an order is never carried out.
   */
  opened_by: string | null
  claimed_by: string | null
  claimed_until: OptionalInstant
  attempts: Generated<number>
  next_at: ColumnType<Date, Date | string | undefined, Date | string>
  outcome: JSONColumnType<Outcome> | null
  finished_at: OptionalInstant
  told_at: OptionalInstant
  /** How often telling failed, and when it is tried again. */
  tells: Generated<number>
  tell_at: OptionalInstant
  /** Why the last try had no answer. */
  trouble: string | null
  /** When the giver heard that there is no answer yet, or that it is parked. */
  delay_told_at: OptionalInstant
  /** Since when it is tried no more by itself; null while it is. */
  parked_at: OptionalInstant
  /** When its giver had it tried again. */
  again_at: OptionalInstant
}

/** What was sent to workflows; see `domain/evidence.ts`. */
export interface SentOrdersTable {
  readonly workflow: string
  readonly key: string
  readonly verb: string
  /** Of all that it says. */
  readonly digest: string
  readonly by: UserId
  readonly deployment: string | null
  /** Null for what no person ordered. */
  readonly inbox_key: string | null
  readonly at: Created
}

/** The target of a button: what a press means. Its id is the button's value. */
export interface ButtonsTable {
  readonly id: string
  readonly target: JSONColumnType<Readonly<Record<string, string | number | boolean | null>>>
  /** When it was drawn last, give or take a day. */
  created_at: ColumnType<Date, Date | string | undefined, Date | string>
}

/** Every unprompted message, once per key: `card/{release}`, `thread/{audit id}`, `digest/{channel}/{date}` … */
export interface SlackMessagesTable {
  readonly key: string
  readonly channel: ChannelId
  /** Null until Slack's answer is known. */
  ts: string | null
  thread_ts: string | null
  /** Of a card and of the lines in its thread. */
  readonly release_id: ReleaseId | null
  /** Of a line in a card's thread; the row is written with the audit row, so no line is ever missed. */
  readonly audit_id: string | null
  /** Set when a post is under way, so that an unclear answer is looked up and not posted again. */
  posting_since: OptionalInstant
  /** What is shown, to skip an update that would change nothing. */
  hash: string | null
  /** Rises whenever what the message shows may have changed. */
  stale: number
  /** The `stale` that was last shown. */
  shown: number
  /** Not before: pacing and back-off. */
  next_at: OptionalInstant
  /** Why Slack refused it; tried again at `next_at`, never where that is null. */
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

/** The keys of the changes that were applied: a repeated change does nothing at all. */
export interface ChangesTable {
  readonly key: string
  readonly at: Created
}
