/** Pending reports to GitHub, claimed by the leader; `db/repositories/report-changes.ts` plans them. */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { ReportKind } from '../domain/forge/reports.js'
import type { AppName } from '../domain/identifiers.js'
import { anyOf } from './any-of.js'
import type { Claimant } from './inbox.js'
import { storableText } from './storable.js'
import type { Database } from './tables.js'

/** A report to send now. */
export interface ClaimedReport {
  readonly key: string
  readonly app: AppName
  readonly kind: ReportKind
  /** The id of the build, deployment or release. */
  readonly subject: string
  /** Pass it back to `told`: later changes are reported again. */
  readonly stale: number
  readonly sent: string | null
  readonly remoteId: string | null
  /** 1 the first time since the last change. */
  readonly attempts: number
}

const due = (limit: number): RawBuilder<string> => sql<string>`(
  select ready.key from github_reports as ready
  where ready.stale > ready.shown and ready.gave_up is null and ready.next_at <= clock_timestamp()
    and (ready.claimed_until is null or ready.claimed_until < clock_timestamp())
  order by ready.next_at, ready.key
  limit ${limit}
  for update of ready skip locked)`

/** Claims reports that are due, longest due first. The claims of a vanished holder expire with its lease. */
export async function claimReports(
  db: Kysely<Database>,
  { holder, limit, leaseMs }: Claimant,
): Promise<readonly ClaimedReport[]> {
  const rows = await db
    .updateTable('github_reports')
    .set((row) => ({
      claimed_by: holder,
      claimed_until: later(leaseMs),
      attempts: row('attempts', '+', 1),
    }))
    .where('key', 'in', due(limit))
    .returning(['key', 'app', 'kind', 'subject', 'stale', 'sent', 'remote_id', 'attempts'])
    .execute()
  return rows.map(({ remote_id, ...row }) => ({ ...row, remoteId: remote_id }))
}

/** Extends a claim while a report takes longer. */
export async function renewReport(
  db: Kysely<Database>,
  key: string,
  { holder, leaseMs }: Pick<Claimant, 'holder' | 'leaseMs'>,
): Promise<void> {
  await db
    .updateTable('github_reports')
    .set({ claimed_until: later(leaseMs) })
    .where('key', '=', key)
    .where('claimed_by', '=', holder)
    .execute()
}

/** Marks it as reported; null keeps the known value. */
export async function markReportSent(
  db: Kysely<Database>,
  { key, stale }: Pick<ClaimedReport, 'key' | 'stale'>,
  now: { readonly holder: string; readonly sent: string | null; readonly remoteId: string | null },
): Promise<void> {
  await db
    .updateTable('github_reports')
    .set((row) => ({
      shown: stale,
      attempts: 0,
      claimed_by: null,
      claimed_until: null,
      sent: row.fn.coalesce(row.val(now.sent), 'sent'),
      remote_id: row.fn.coalesce(row.val(now.remoteId), 'remote_id'),
    }))
    .where('key', '=', key)
    .where('claimed_by', '=', now.holder)
    .execute()
}

/** Retries it, no sooner than after the delay. */
export async function postponeReport(
  db: Kysely<Database>,
  key: string,
  after: { readonly holder: string; readonly delayMs: number },
): Promise<void> {
  await db
    .updateTable('github_reports')
    .set({ claimed_by: null, claimed_until: null, next_at: later(after.delayMs) })
    .where('key', '=', key)
    .where('claimed_by', '=', after.holder)
    .execute()
}

/** Gives up until there is something newer to report. Changes from the meantime are still reported. */
export async function giveUpReport(
  db: Kysely<Database>,
  { key, stale }: Pick<ClaimedReport, 'key' | 'stale'>,
  why: { readonly holder: string; readonly reason: string },
): Promise<void> {
  await db
    .updateTable('github_reports')
    .set({
      claimed_by: null,
      claimed_until: null,
      gave_up: sql<string | null>`case when stale = ${stale} then ${storableText(why.reason)} else null end`,
    })
    .where('key', '=', key)
    .where('claimed_by', '=', why.holder)
    .execute()
}

/** Sets the apps whose changes are reported from now on; those of all others are not. */
export async function setReported(db: Kysely<Database>, apps: readonly AppName[]): Promise<void> {
  const reported = sql<boolean>`(name = ${anyOf(apps)})`
  await db.updateTable('apps').set({ reported }).where('reported', '<>', reported).execute()
}

/** How many are pending, and how many were given up. */
export async function countReports(
  db: Kysely<Database>,
): Promise<{ readonly waiting: number; readonly given_up: number }> {
  const row = await db
    .selectFrom('github_reports')
    .select([
      sql<string>`count(*) filter (where gave_up is null)`.as('waiting'),
      sql<string>`count(*) filter (where gave_up is not null)`.as('given_up'),
    ])
    .where((eb) => eb.or([eb('gave_up', 'is not', null), sql<boolean>`stale > shown`]))
    .executeTakeFirst()
  return { waiting: Number(row?.waiting ?? 0), given_up: Number(row?.given_up ?? 0) }
}

const later = (ms: number): RawBuilder<Date> =>
  sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'`
