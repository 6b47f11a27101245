/**
 * Seals of the audit trail: each line's digest covers the line and the previous seal, per app. Anyone who changes a line, even as
 * the owner of the database, would have to rewrite every later seal, and the newest is posted in Slack.
 */
import { createHash } from 'node:crypto'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { AppName } from '../domain/identifiers.js'
import { anyOf } from './any-of.js'
import type { Database } from './tables.js'
import { inTransaction } from './transaction.js'

const PAGE = 1_000

/** The newest line to seal, and the transactions that might still write one before it. */
export interface Horizon {
  /** Id of a line; `0` if there is none. */
  readonly through: string
  readonly writers: readonly string[]
}

/** A seal as published: the digest of an app's trail up to a line. */
export interface SealView {
  readonly app: AppName
  /** Id of the line. */
  readonly through: string
  readonly digest: string
}

interface Line {
  readonly id: string
  readonly app: string
  /** Its whole content, as the database formats it. */
  readonly says: string
}

/** The whole content of a line, in one text that only changes when the line does. `app` is empty for a line about none. */
const says: RawBuilder<string> = sql<string>`jsonb_build_array(audit.id, audit.key,
  to_char(audit.at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), audit.app, audit.release_id, audit.deployment_id,
  audit.environment, audit.actor, audit.kind, audit.facts, audit.tell)::text`

const digestOf = (before: string, line: string): string =>
  createHash('sha256').update(`${before}\n${line}`).digest('hex')

/**
 * What can be sealed once `writers` have ended. An id is allocated while its transaction holds the table's lock, so any
 * transaction that may still write an id below the present newest one holds that lock now.
 */
export async function sealHorizon(db: Kysely<Database>): Promise<Horizon> {
  const newest = await sql<{
    through: string
  }>`select coalesce(max(id), 0)::text as through from audit`.execute(db)
  const writers = await openWriters(db)
  return { through: newest.rows[0]?.through ?? '0', writers }
}

/** Transactions that have written, or are about to write, a line. */
async function openWriters(db: Kysely<Database>): Promise<readonly string[]> {
  const found = await sql<{ writer: string }>`
    select distinct virtualtransaction as writer from pg_locks
    where relation = 'audit'::regclass and mode = 'RowExclusiveLock' and granted
      and database = (select oid from pg_database where datname = current_database())`.execute(db)
  return found.rows.map(({ writer }) => writer)
}

/** Whether no transaction can write a line before the horizon any more. */
export async function isSettled(db: Kysely<Database>, { writers }: Horizon): Promise<boolean> {
  if (writers.length === 0) return true
  const open = new Set(await openWriters(db))
  return !writers.some((writer) => open.has(writer))
}

/**
 * Seals every line up to a settled horizon, oldest first; returns how many. Of two at once, the second fails and changes nothing.
 */
export async function sealThrough(db: Kysely<Database>, { through }: Horizon): Promise<number> {
  for (let sealed = 0; ; ) {
    const added = await inTransaction(db, (trx) => sealPage(trx, through))
    sealed += added
    if (added < PAGE) return sealed
  }
}

async function sealPage(trx: Kysely<Database>, through: string): Promise<number> {
  const lines = await sql<Line>`
    select audit.id::text as id, coalesce(audit.app, '') as app, ${says} as says from audit
    where audit.id > (select coalesce(max(through), 0) from audit_seals) and audit.id <= ${through}::bigint
    order by audit.id limit ${sql.lit(PAGE)}`.execute(trx)
  if (lines.rows.length === 0) return 0
  const heads = await newestDigests(trx)
  const seals = lines.rows.map(({ id, app, says: line }) => {
    const digest = digestOf(heads.get(app) ?? '', line)
    heads.set(app, digest)
    return { through: id, app, digest }
  })
  await trx.insertInto('audit_seals').values(seals).execute()
  return seals.length
}

/** By app; an app without a seal is absent. */
async function newestDigests(db: Kysely<Database>): Promise<Map<string, string>> {
  const newest = await sql<{ app: string; digest: string }>`
    select distinct on (app) app, digest from audit_seals order by app, through desc`.execute(db)
  return new Map(newest.rows.map(({ app, digest }) => [app, digest]))
}

/** The newest seal of each app that has one. */
export async function newestSeals(
  db: Kysely<Database>,
  apps: readonly AppName[],
): Promise<readonly SealView[]> {
  if (apps.length === 0) return []
  const rows = await db
    .selectFrom('audit_seals')
    .distinctOn('app')
    .select(['app', 'through', 'digest'])
    .where('app', '=', anyOf(apps))
    .orderBy('app')
    .orderBy('through', 'desc')
    .execute()
  return rows.flatMap(({ app, ...seal }) =>
    apps.flatMap((name) => (name === app ? [{ ...seal, app: name }] : [])),
  )
}

/** How a line differs from its seal. */
export type Misfit = 'changed' | 'removed' | 'added'

export type Verification =
  | { readonly kind: 'fits'; readonly lines: number; readonly unsealed: number }
  /** `line`: the first one that does not match. */
  | { readonly kind: 'misfit'; readonly line: string; readonly how: Misfit }
  /** Every line matches, but no seal is the given one: the seals themselves were rewritten. */
  | { readonly kind: 'unknown-digest' }

interface Sealed {
  readonly id: string
  readonly app: string
  readonly says: string | null
  readonly digest: string | null
}

/**
 * Reads the trail from its first line to the newest seal. `told`: a digest from Slack, in full or its first 8 or more characters;
 * it must be one of the seals.
 */
export async function verifyAudit(db: Kysely<Database>, told: string | null): Promise<Verification> {
  const heads = new Map<string, string>()
  let known = told === null
  let lines = 0
  for (let after = '0'; ; ) {
    const page = await sealedAfter(db, after)
    for (const one of page) {
      const misfit = misfitOf(one, heads)
      if (misfit !== null) return { kind: 'misfit', line: one.id, how: misfit }
      if (one.digest !== null) {
        heads.set(one.app, one.digest)
        known ||= told !== null && one.digest.startsWith(told)
      }
    }
    lines += page.length
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) break
    after = last.id
  }
  return known ? { kind: 'fits', lines, unsealed: await countUnsealed(db) } : { kind: 'unknown-digest' }
}

function misfitOf({ app, says: line, digest }: Sealed, heads: ReadonlyMap<string, string>): Misfit | null {
  if (line === null) return 'removed'
  if (digest === null) return 'added'
  return digest === digestOf(heads.get(app) ?? '', line) ? null : 'changed'
}

/** Lines and seals side by side, by id, as far as the trail is sealed. */
async function sealedAfter(db: Kysely<Database>, after: string): Promise<readonly Sealed[]> {
  const found = await sql<Sealed>`
    select coalesce(audit.id, seal.through)::text as id, coalesce(audit.app, seal.app, '') as app,
      case when audit.id is null then null else ${says} end as says, seal.digest
    from (select * from audit where id > ${after}::bigint and id <= (select coalesce(max(through), 0) from audit_seals)) audit
    full join (select * from audit_seals where through > ${after}::bigint) seal on seal.through = audit.id
    order by coalesce(audit.id, seal.through) limit ${sql.lit(PAGE)}`.execute(db)
  return found.rows
}

async function countUnsealed(db: Kysely<Database>): Promise<number> {
  const found = await sql<{ count: string }>`
    select count(*) as count from audit where id > (select coalesce(max(through), 0) from audit_seals)`.execute(
    db,
  )
  return Number(found.rows[0]?.count ?? 0)
}
