import type { Kysely } from 'kysely'
import type { Database } from '../tables.js'

/** How many deployments are in each state that is not final. */
export async function deploymentsByState(db: Kysely<Database>): Promise<Readonly<Record<string, number>>> {
  const rows = await db
    .selectFrom('deployments')
    .select((row) => ['state', row.fn.countAll<string>().as('count')])
    .where('state', 'in', ['prepared', 'queued', 'running', 'failed', 'awaiting_acceptance'])
    .groupBy('state')
    .execute()
  return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]))
}
