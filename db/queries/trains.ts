import { type Kysely, sql } from 'kysely'
import { type TrainState, upgradeTrain } from '../../domain/train/state.js'
import type { Database } from '../tables.js'

/** The state that a train's workflow recorded last, whole; null when it recorded none. */
export async function readTrain(db: Kysely<Database>, workflowId: string): Promise<TrainState | null> {
  const row = await db
    .selectFrom('workflow_states')
    .select(sql<TrainState>`state`.as('state'))
    .where('id', '=', workflowId)
    .executeTakeFirst()
  return row === undefined ? null : upgradeTrain(row.state)
}

/** The trains that are recorded and have not ended, whatever the configuration says. */
export async function recordedTrains(db: Kysely<Database>): Promise<readonly TrainState[]> {
  const rows = await db
    .selectFrom('workflow_states')
    .select(sql<TrainState>`state`.as('state'))
    .where('id', 'like', 'train/%')
    .where(sql<boolean>`state->'train' <> 'null'::jsonb`)
    .execute()
  return rows.map(({ state }) => upgradeTrain(state))
}
