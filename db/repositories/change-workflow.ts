import { sql, type Transaction } from 'kysely'
import type { Change } from '../../domain/change.js'
import { toJson } from '../storable.js'
import type { Database } from '../tables.js'

/** Writes the state of a workflow, whole, unless a newer one stands there. */
export async function writeWorkflowState(
  trx: Transaction<Database>,
  workflow: Change['workflow'],
): Promise<void> {
  if (workflow === null) return
  const { id, state } = workflow
  const { run, seq, stateVersion } = state
  const values = { run, seq, version: stateVersion, state: toJson(state) }
  await trx
    .insertInto('workflow_states')
    .values({ id, ...values })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet(values)
        .where(sql<boolean>`(workflow_states.run, workflow_states.seq) < (${run}::int, ${seq}::int)`),
    )
    .execute()
}
