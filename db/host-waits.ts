/** What waits for a worker, as recorded by the workflows. */
import { type Kysely, sql, type Transaction } from 'kysely'
import type { ReleaseId } from '../domain/identifiers.js'
import type { HostWaits } from '../domain/release-store.js'
import { type HostWait, type HostWork, serves } from '../domain/runs-on.js'
import { liveWorkers } from './queries/workers.js'
import { touchCards } from './repositories/cards.js'
import type { Database } from './tables.js'
import { inTransaction } from './transaction.js'

const NOW = sql<Date>`clock_timestamp()`

export const openHostWaits = (db: Kysely<Database>): HostWaits => ({
  note: (work, { part, runsOn, since }) =>
    inTransaction(db, async (trx) => {
      const workers = await liveWorkers(trx)
      const served = workers.some((worker) => serves(worker, runsOn, part))
      await note(trx, work, { runsOn, since, served })
    }),
  end: (id) =>
    inTransaction(db, async (trx) => {
      const ended = await trx.deleteFrom('host_waits').where('id', '=', id).returningAll().executeTakeFirst()
      if (ended) await touchCards(trx, await concerned(trx, ended.app, ended))
    }),
})

async function note(trx: Transaction<Database>, work: HostWork, wait: HostWait): Promise<void> {
  const { id, app, environment, deploymentId, commit } = work
  const { runsOn, served, since } = wait
  const facts = { runs_on: runsOn, served, since, noted_at: NOW }
  await trx
    .insertInto('host_waits')
    .values({ id, app, environment, deployment_id: deploymentId, commit, ...facts })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(facts))
    .execute()
  await touchCards(trx, await concerned(trx, app, { deployment_id: deploymentId, commit }))
  // Left over from workflows that were ended from outside.
  await trx
    .deleteFrom('host_waits')
    .where('noted_at', '<', sql<Date>`clock_timestamp() - interval '1 day'`)
    .execute()
}

/** The releases whose cards show it. */
async function concerned(
  trx: Transaction<Database>,
  app: HostWork['app'],
  {
    deployment_id: deployment,
    commit,
  }: { deployment_id: HostWork['deploymentId']; commit: HostWork['commit'] },
): Promise<readonly (ReleaseId | null)[]> {
  const { rows } = await sql<{ id: ReleaseId | null }>`
    select release_id as id from deployments where id = ${deployment}
    union
    select release_id from candidates join releases on releases.id = release_id
    where releases.app = ${app} and candidates.commit = ${commit} and candidates.state = 'building'`.execute(
    trx,
  )
  return rows.map(({ id }) => id)
}
