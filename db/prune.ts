/** What may be removed once it is old. The audit trail, releases and links never are. */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DeploymentId } from '../domain/identifiers.js'
import {
  type databaseKinds,
  type KeepDays,
  NOTHING,
  type Removed,
  type Retained,
} from '../domain/retention.js'
import { keptDeployments } from './needed.js'
import { retainedLogs } from './prune-logs.js'
import { isNeedlessButton, isNeedlessMessage, isNeedlessReport } from './prune-messages.js'
import type { Database } from './tables.js'

const ABANDONED_DAYS = 1

type DatabaseKind = (typeof databaseKinds)[number]
/** How many days rows are kept. */
export type DatabaseKeepDays = Pick<KeepDays, DatabaseKind>

/** The table of a kind of rows, and which of them are old. */
interface OldRows {
  readonly table: keyof Database
  /** For one row, in terms of its own columns. */
  readonly isOld: RawBuilder<unknown>
  /** If some old rows are still needed: that nothing needs the row; given the deployments that are kept. */
  readonly isNeedless?: (kept: readonly DeploymentId[]) => RawBuilder<boolean>
}

/** Everything in the database that is removed once it is old. */
export function retainedRows(db: Kysely<Database>, keep: DatabaseKeepDays): readonly Retained[] {
  const kinds = oldRows(keep)
  return [
    retained(db, 'orders', kinds.orders),
    retained(db, 'changes', kinds.changes),
    retained(db, 'sent', kinds.sent),
    retained(db, 'calls', kinds.calls),
    retainedLogs(db, keep.logs),
    retained(db, 'buttons', kinds.buttons),
    retained(db, 'messages', kinds.messages),
    retained(db, 'reports', kinds.reports),
    retained(db, 'workers', kinds.workers),
  ]
}

function oldRows(keep: DatabaseKeepDays): Readonly<Record<Exclude<DatabaseKind, 'logs'>, OldRows>> {
  return {
    // Orders whose person was told that long ago, and those that were never opened.
    orders: {
      table: 'inbox',
      isOld: sql`(told_at is not null and finished_at < ${daysAgo(keep.orders)})
        or (opened_by is null and created_at < ${daysAgo(ABANDONED_DAYS)})`,
    },
    // So old that no workflow can repeat them.
    changes: { table: 'changes', isOld: sql`at < ${daysAgo(keep.changes)}` },
    // So old that no workflow asks for it any more.
    sent: { table: 'sent_orders', isOld: sql`at < ${daysAgo(keep.sent)}` },
    // A stage lasts 24 h at most, so nobody waits for them: their result is in the stage's own row and log.
    calls: { table: 'stage_calls', isOld: sql`begun_at < ${daysAgo(keep.calls)}` },
    buttons: {
      table: 'buttons',
      isOld: sql`created_at < ${daysAgo(keep.buttons)}`,
      isNeedless: isNeedlessButton,
    },
    messages: {
      table: 'slack_messages',
      isOld: sql`created_at < ${daysAgo(keep.messages)}`,
      isNeedless: isNeedlessMessage,
    },
    reports: {
      table: 'github_reports',
      isOld: sql`created_at < ${daysAgo(keep.reports)}`,
      isNeedless: isNeedlessReport,
    },
    // Hosts that come back register within a minute.
    workers: { table: 'workers', isOld: sql`seen_at < ${daysAgo(keep.workers)}` },
  }
}

function retained(db: Kysely<Database>, kind: DatabaseKind, old: OldRows): Retained {
  return { kind, find: () => findOld(db, old), remove: (goesOn) => removeInBatches(db, old, goesOn) }
}

/** A statement has 10 s, and a table that was not pruned for long is large. */
const BATCH = 1_000

/** Queried for each batch: what may be rolled back to changes in the meantime. */
async function mayGo(db: Kysely<Database>, { isOld, isNeedless }: OldRows): Promise<RawBuilder<unknown>> {
  if (isNeedless === undefined) return isOld
  return sql`${isOld} and ${isNeedless(await keptDeployments(db))}`
}

async function findOld(db: Kysely<Database>, old: OldRows): Promise<Removed> {
  const { rows } = await sql<Removed>`
    select count(*)::float8 as count, coalesce(sum(pg_column_size(${sql.table(old.table)}.*)), 0)::float8 as bytes
    from ${sql.table(old.table)} where ${await mayGo(db, old)}`.execute(db)
  return rows[0] ?? NOTHING
}

/**
 * Repeats until a batch is not full. The deleted row itself is checked for being old as well: a row that is changed concurrently,
 * such as an order that is opened, is then checked again and kept.
 */
async function removeInBatches(db: Kysely<Database>, old: OldRows, goesOn: () => boolean): Promise<Removed> {
  const table = sql.table(old.table)
  let { count, bytes } = NOTHING
  while (goesOn()) {
    const is = await mayGo(db, old)
    const { rows } = await sql<Removed>`
      with gone as (
        delete from ${table}
        where (${is}) and ctid = any(array(select ctid from ${table} where ${is} limit ${BATCH}))
        returning pg_column_size(${table}.*) as bytes)
      select count(*)::float8 as count, coalesce(sum(bytes), 0)::float8 as bytes from gone`.execute(db)
    const gone = rows[0] ?? NOTHING
    count += gone.count
    bytes += gone.bytes
    if (gone.count < BATCH) break
  }
  return { count, bytes }
}

/** `now()`, as no index helps with `clock_timestamp()`, which may differ from row to row. */
const daysAgo = (days: number): RawBuilder<Date> => sql<Date>`now() - ${days} * interval '1 day'`
