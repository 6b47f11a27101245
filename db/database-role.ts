/** The role that bot and worker sign in with: it owns nothing, and can only append to history. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import pg from 'pg'
import { migrations } from './migrations/index.js'
import type { Database } from './tables.js'
import { sqlState } from './transaction.js'

/** Read and appended to, never changed or deleted. */
const HISTORY = ['audit', 'audit_seals', 'links']
/** Changed, never deleted. */
const KEPT = ['releases', 'builds', 'candidates']
/** Written only by the role that migrates. */
const READ_ONLY = ['slipway_migrations']

/** The role to grant access to. */
export interface ServiceRole {
  readonly name: string
  /** For a role that is created; null: it authenticates in some other way. */
  readonly password: string | null
}

/**
 * Grants the role what bot and worker need, and revokes whatever else it had on our tables. Creates the role if it is missing.
 * Runs as the owner, in one transaction, so that the role never loses access in between.
 */
export async function grantTo(db: Kysely<Database>, role: ServiceRole): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await createRole(trx, role)
    const name = sql.id(role.name)
    const schema = sql.id(await schemaOf(trx))
    await sql`revoke all on schema ${schema} from ${name}`.execute(trx)
    await sql`grant usage on schema ${schema} to ${name}`.execute(trx)
    await sql`revoke all on all tables in schema ${schema} from ${name}`.execute(trx)
    await sql`grant usage, select on all sequences in schema ${schema} to ${name}`.execute(trx)
    for (const table of await tablesOf(trx)) {
      await sql`grant ${rightsOn(table)} on ${sql.id(table)} to ${name}`.execute(trx)
    }
  })
}

function rightsOn(table: string): ReturnType<typeof sql> {
  if (READ_ONLY.includes(table)) return sql`select`
  if (HISTORY.includes(table)) return sql`select, insert`
  return KEPT.includes(table) ? sql`select, insert, update` : sql`select, insert, update, delete`
}

async function tablesOf(db: Kysely<Database>): Promise<readonly string[]> {
  const found = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = current_schema()`.execute(db)
  return found.rows.map(({ name }) => name)
}

async function createRole(db: Kysely<Database>, { name, password }: ServiceRole): Promise<void> {
  const found = await sql`select 1 from pg_roles where rolname = ${name}`.execute(db)
  if (found.rows.length > 0) return
  const secret = password === null ? sql`` : sql` password ${sql.raw(pg.escapeLiteral(verifierOf(password)))}`
  await sql`create role ${sql.id(name)} login${secret}`.execute(db)
  // If the tables are not in the default schema, the role needs a search path.
  await sql`alter role ${sql.id(name)} set search_path = ${sql.id(await schemaOf(db))}`.execute(db)
}

async function schemaOf(db: Kysely<Database>): Promise<string> {
  const found = await sql<{ name: string | null }>`select current_schema() as name`.execute(db)
  return found.rows[0]?.name ?? 'public'
}

const ITERATIONS = 4_096

/** What PostgreSQL stores of a password (SCRAM, RFC 5802), so that the password itself never gets into a statement or its log. */
function verifierOf(password: string): string {
  const salt = randomBytes(16)
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, ITERATIONS, 32, 'sha256')
  const keyFor = (what: string): Buffer => createHmac('sha256', salted).update(what).digest()
  const stored = createHash('sha256').update(keyFor('Client Key')).digest('base64')
  const server = keyFor('Server Key').toString('base64')
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${stored}:${server}`
}

/** The migrations that the database lacks, oldest first. */
export async function missingMigrations(db: Kysely<Database>): Promise<readonly string[]> {
  const applied = await appliedMigrations(db)
  return Object.keys(migrations).filter((name) => !applied.includes(name))
}

/** The migrations made by a newer Slipway. */
export async function unknownMigrations(db: Kysely<Database>): Promise<readonly string[]> {
  return (await appliedMigrations(db)).filter((name) => !(name in migrations))
}

const NO_TABLE = '42P01'
const NO_RIGHT = '42501'

async function appliedMigrations(db: Kysely<Database>): Promise<readonly string[]> {
  try {
    const found = await sql<{ name: string }>`select name from slipway_migrations`.execute(db)
    return found.rows.map(({ name }) => name)
  } catch (error) {
    // Nothing was migrated, or this role has no access yet.
    if ([NO_TABLE, NO_RIGHT].includes(sqlState(error) ?? '')) return []
    throw error
  }
}

/**
 * What the role we signed in with can do: it can change the audit trail as a superuser, or as a role that may create tables in
 * our schema; otherwise it is what {@link grantTo} granted. `embedded`: the server of `npm start`, which has one role.
 * `no-schema`: there is none that it may access.
 */
export async function reachOfRole(
  db: Kysely<Database>,
): Promise<'embedded' | 'superuser' | 'owner' | 'service' | 'no-schema'> {
  const found = await sql<{ embedded: boolean; superuser: boolean; schemaless: boolean; owner: boolean }>`
    select version() like '%emcc%' as embedded,
      (select rolsuper from pg_roles where rolname = current_user) as superuser,
      current_schema() is null as schemaless,
      coalesce(has_schema_privilege(current_schema(), 'create'), false) as owner`.execute(db)
  const { embedded = false, superuser = false, schemaless = false, owner = false } = found.rows[0] ?? {}
  if (schemaless) return 'no-schema'
  return embedded ? 'embedded' : superuser ? 'superuser' : owner ? 'owner' : 'service'
}
