import { type Kysely, sql } from 'kysely'
import type { Database } from './tables.js'

/** Who wants to lead what, and for how long. */
export interface Candidacy {
  /** What is led, e.g. `board`. */
  readonly name: string
  /** This process. */
  readonly holder: string
  readonly leaseMs: number
}

/**
 * Becomes or stays the leader, with one statement and the database's clock; false while another holds the lease. Call it well
 * before the lease ends, and stop leading when it throws and the lease has expired.
 */
export async function holdLeadership(
  db: Kysely<Database>,
  { name, holder, leaseMs }: Candidacy,
): Promise<boolean> {
  const until = sql<Date>`clock_timestamp() + ${leaseMs} * interval '1 millisecond'`
  const row = await db
    .insertInto('leader')
    .values({ name, holder, until })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ holder, until })
        .where((lead) =>
          lead.or([
            lead('leader.holder', '=', holder),
            lead('leader.until', '<', sql<Date>`clock_timestamp()`),
          ]),
        ),
    )
    .returning('holder')
    .executeTakeFirst()
  return row !== undefined
}

/** Steps down at once, so that another need not wait for the lease to end. */
export async function releaseLeadership(
  db: Kysely<Database>,
  { name, holder }: Pick<Candidacy, 'name' | 'holder'>,
): Promise<void> {
  await db.deleteFrom('leader').where('name', '=', name).where('holder', '=', holder).execute()
}
