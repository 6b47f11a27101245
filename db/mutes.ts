import type { Kysely } from 'kysely'
import type { AppName, UserId } from '../domain/identifiers.js'
import type { MuteIntent } from '../domain/intent.js'
import { anyOf } from './any-of.js'
import type { Database } from './tables.js'

type Level = MuteIntent['level']

const EVERY_APP = '*'

/** Sets what a person wants to be told about an app, or about every app (`null`). */
export async function saveMute(
  db: Kysely<Database>,
  user: UserId,
  { app, level }: Pick<MuteIntent, 'app' | 'level'>,
): Promise<void> {
  await db
    .insertInto('mutes')
    .values({ user_id: user, app: app ?? EVERY_APP, level })
    .onConflict((conflict) => conflict.columns(['user_id', 'app']).doUpdateSet({ level }))
    .execute()
}

/** What each of these people wants to be told about the app; a person without a setting is absent and is told everything. */
export async function readMutes(
  db: Kysely<Database>,
  app: AppName,
  users: readonly UserId[],
): Promise<ReadonlyMap<UserId, Level>> {
  if (users.length === 0) return new Map()
  const rows = await db
    .selectFrom('mutes')
    .select(['user_id', 'app', 'level'])
    .where('user_id', '=', anyOf(users))
    .where('app', 'in', [app, EVERY_APP])
    // The setting for the app itself comes last and wins.
    .orderBy((row) => row('app', '=', app))
    .execute()
  return new Map(rows.map(({ user_id, level }) => [user_id, level]))
}
