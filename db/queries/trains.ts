import { type Kysely, sql } from 'kysely'
import type { AppName } from '../../domain/identifiers.js'
import { type TrainState, upgradeTrain } from '../../domain/train/state.js'
import { anyOf } from '../any-of.js'
import type { Database } from '../tables.js'

/** The whole states that the workflows of some trains recorded last; those without a record are left out. */
export async function readTrains(
  db: Kysely<Database>,
  workflowIds: readonly string[],
): Promise<readonly TrainState[]> {
  if (workflowIds.length === 0) return []
  const rows = await db
    .selectFrom('workflow_states')
    .select(sql<TrainState>`state`.as('state'))
    .where('id', '=', anyOf(workflowIds))
    .execute()
  return rows.map(({ state }) => upgradeTrain(state))
}

/** Every app that ever was in the configuration. */
export async function knownApps(db: Kysely<Database>): Promise<readonly AppName[]> {
  const rows = await db.selectFrom('apps').select('name').execute()
  return rows.map(({ name }) => name)
}
