import type { Kysely } from 'kysely'
import type { Database } from '../tables.js'

/** Whether the order with this key has ended; also true when it was never recorded. */
export async function hasAnswer(db: Kysely<Database>, key: string): Promise<boolean> {
  const unanswered = await db
    .selectFrom('inbox')
    .select('key')
    .where('key', '=', key)
    .where('finished_at', 'is', null)
    .executeTakeFirst()
  return unanswered === undefined
}
