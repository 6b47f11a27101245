import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

/** The demo's tables: one schema for each environment. */
export interface DemoDatabase {
  createSchema(schema: string): Promise<void>
  /** Runs the `*.sql` files of a folder that a schema has not had yet, by name; returns their names. */
  migrate(schema: string, folder: string): Promise<readonly string[]>
  /** At most 100 rows in the order of the first column. Throws if there is no such table. */
  rows(schema: string, table: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  dropSchema(schema: string): Promise<void>
  close(): Promise<void>
}

/** A pool on the demo's database; connects when first used. */
export function openDatabase(url: string): DemoDatabase {
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  // The next query replaces a lost idle connection.
  pool.on('error', (error) => console.error(`database: ${error.message}`))
  return {
    async createSchema(schema) {
      await pool.query(`create schema if not exists ${quoted(schema)}`)
    },
    migrate: (schema, folder) => migrate(pool, schema, folder),
    async rows(schema, table) {
      const found = await pool.query(`select * from ${quoted(schema)}.${quoted(table)} order by 1 limit 100`)
      return found.rows
    },
    async dropSchema(schema) {
      await pool.query(`drop schema if exists ${quoted(schema)} cascade`)
    },
    close: () => pool.end(),
  }
}

async function migrate(pool: pg.Pool, schema: string, folder: string): Promise<readonly string[]> {
  const done = `${quoted(schema)}.migrations`
  await pool.query(
    `create table if not exists ${done} (name text primary key, at timestamptz not null default now())`,
  )
  const { rows } = await pool.query<{ name: string }>(`select name from ${done}`)
  const had = new Set(rows.map(({ name }) => name))
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql') && !had.has(name))
  const names = files.toSorted()
  for (const name of names) {
    await inTransaction(pool, async (client) => {
      await client.query(`set local search_path to ${quoted(schema)}`)
      await client.query(readFileSync(join(folder, name), 'utf8'))
      await client.query(`insert into ${done} (name) values ($1)`, [name])
    })
  }
  return names
}

async function inTransaction(pool: pg.Pool, task: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await task(client)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

const quoted = (name: string): string => pg.escapeIdentifier(name)
