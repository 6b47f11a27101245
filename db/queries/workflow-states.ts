import type { Kysely } from 'kysely'
import type { StoredState } from '../../domain/stored-state.js'
import type { Database } from '../tables.js'

/** The whole state that a workflow recorded last; null when it recorded none. In the shape of the build that wrote it. */
export async function readWorkflowState(db: Kysely<Database>, id: string): Promise<StoredState | null> {
  const row = await db.selectFrom('workflow_states').select('state').where('id', '=', id).executeTakeFirst()
  return row === undefined ? null : row.state
}
