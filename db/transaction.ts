import type { Kysely, Transaction } from 'kysely'
import type { AppName } from '../domain/identifiers.js'
import type { Database } from './tables.js'

/** PostgreSQL's codes for a transaction that lost a conflict and can simply be run again. */
const LOST_RACES: readonly string[] = ['40P01', '40001']
const MOST_TRIES = 5

/** Runs one transaction, and again if it lost a deadlock. `work` may use nothing but the handle it is given. */
export async function inTransaction<Result>(
  db: Kysely<Database>,
  work: (trx: Transaction<Database>) => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await db.transaction().execute(work)
    } catch (error) {
      if (tries >= MOST_TRIES || !LOST_RACES.includes(sqlState(error) ?? '')) throw error
    }
  }
}

/** PostgreSQL's five-character code of an error, `null` for any other error. */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}

/** Held to the end of the transaction: versions and numbers of the app are allocated one after another. */
export async function lockApp(trx: Transaction<Database>, app: AppName): Promise<void> {
  // Not `for update`: that would also block every insert that only refers to the app.
  const row = await trx
    .selectFrom('apps')
    .select('name')
    .where('name', '=', app)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (row === undefined) throw new Error(`App ${app} is not in the database: saveApps comes first.`)
}
