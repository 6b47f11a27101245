/** The key that signs links to our own pages, the same for every process. */
import { randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { Database } from './tables.js'

const freshKey = (): string => randomBytes(32).toString('hex')

/** The current key, created on the first call. */
export async function readLinkKey(db: Kysely<Database>): Promise<string> {
  const known = await db.selectFrom('link_key').select('key').executeTakeFirst()
  if (known) return known.key
  await db
    .insertInto('link_key')
    .values({ key: freshKey() })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return (await db.selectFrom('link_key').select('key').executeTakeFirstOrThrow()).key
}

/** Replaces the key: all links signed before become invalid. */
export async function replaceLinkKey(db: Kysely<Database>): Promise<void> {
  const key = freshKey()
  await db
    .insertInto('link_key')
    .values({ key })
    .onConflict((conflict) =>
      conflict.column('only').doUpdateSet({ key, made_at: sql<Date>`clock_timestamp()` }),
    )
    .execute()
}
