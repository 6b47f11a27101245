import { type Kysely, sql } from 'kysely'
import { type ReleaseState, upgradeRelease } from '../../domain/release/state.js'
import type { Database } from '../tables.js'

/** The whole state that a release's workflow recorded last; null when it recorded none. */
export async function readReleaseState(
  db: Kysely<Database>,
  workflowId: string,
): Promise<ReleaseState | null> {
  const row = await db
    .selectFrom('workflow_states')
    .select(sql<ReleaseState>`state`.as('state'))
    .where('id', '=', workflowId)
    .executeTakeFirst()
  return row === undefined ? null : upgradeRelease(row.state)
}
