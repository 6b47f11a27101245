/** The key that links to our own pages are signed with, the same for every process. */
import { randomBytes } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { Database } from './tables.js'

const freshKey = (): string => randomBytes(32).toString('hex')

/** The key of now; the first who asks makes it. */
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

/** Another key: no link that was signed before is good for anything. */
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
