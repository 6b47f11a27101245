import { type Kysely, sql } from 'kysely'
import type { Database } from '../db/tables.js'

/** An order and its times, from when it was recorded. */
export interface OrderTime {
  readonly key: string
  /** Null until its outcome was delivered. */
  readonly toldAfterMs: number | null
}

/** The cuts whose title begins so, oldest first. */
export async function cutsOf(db: Kysely<Database>, title: string): Promise<readonly OrderTime[]> {
  return times(db, sql`intent ->> 'title' like ${`${title}%`}`)
}

/** The orders of one kind, oldest first. */
export async function ordersOf(db: Kysely<Database>, kind: string): Promise<readonly OrderTime[]> {
  return times(db, sql`intent ->> 'kind' = ${kind}`)
}

async function times(db: Kysely<Database>, which: ReturnType<typeof sql>): Promise<readonly OrderTime[]> {
  const { rows } = await sql<OrderTime>`
    select key, (extract(epoch from told_at - created_at) * 1000)::float8 as "toldAfterMs"
    from inbox where ${which} order by id`.execute(db)
  return rows
}
