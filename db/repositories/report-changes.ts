/**
 * Plans reports to the forge, in the transaction of the change. One statement, which finds nothing for an app whose reports are
 * off. Several changes before the first report are one report, of the newest state.
 */
import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { AppName, DeploymentId, EnvironmentName, ReleaseId } from '../../domain/identifiers.js'
import { anyOf } from '../any-of.js'
import type { Database } from '../tables.js'

/** All builds of a commit share one report: the newest counts. */
export async function reportBuild(trx: Transaction<Database>, id: string): Promise<void> {
  await plan(
    trx,
    sql`select concat('build/', app, '/', commit) as key, app, 'build' as kind, id as subject
      from builds where id = ${id}`,
  )
}

/** The status of its commit in its environment, the deployment itself, and, once it arrived, its pull requests. */
export async function reportDeployments(
  trx: Transaction<Database>,
  ids: readonly (DeploymentId | null)[],
): Promise<void> {
  const some = ids.filter((id) => id !== null)
  if (some.length === 0) return
  await plan(
    trx,
    sql`select concat('status/', app, '/', environment, '/', commit) as key, app, 'status' as kind, id as subject
        from deployments where id = ${anyOf(some)}
      union all
      select concat('deployment/', id), app, 'deployment', id
        from deployments where id = ${anyOf(some)}
      union all
      select concat('comments/', id), app, 'comments', id
        from deployments where id = ${anyOf(some)}
        and kind in ('promote', 'push') and state in ('awaiting_acceptance', 'accepted')`,
  )
}

export async function reportRelease(trx: Transaction<Database>, id: ReleaseId): Promise<void> {
  await plan(
    trx,
    sql`select concat('release/', id) as key, app, 'release' as kind, id as subject
      from releases where id = ${id}`,
  )
}

/** What runs in an environment now; a change of what runs there reports both. */
export async function currentDeployment(
  trx: Transaction<Database>,
  app: AppName,
  environment: EnvironmentName | null,
): Promise<DeploymentId | null> {
  if (environment === null) return null
  const row = await trx
    .selectFrom('environments')
    .select('current_deployment')
    .where('app', '=', app)
    .where('name', '=', environment)
    .executeTakeFirst()
  return row?.current_deployment ?? null
}

/** In key order, so that two transactions with several reports never deadlock. */
async function plan(trx: Transaction<Database>, subjects: RawBuilder<unknown>): Promise<void> {
  await sql`
    insert into github_reports (key, app, kind, subject)
    select distinct on (found.key) found.key, found.app, found.kind, found.subject
      from (${subjects}) as found (key, app, kind, subject)
      join apps on apps.name = found.app and apps.reported
      order by found.key, found.subject desc
    on conflict (key) do update set subject = excluded.subject, stale = github_reports.stale + 1,
      attempts = 0, gave_up = null, next_at = clock_timestamp()
      -- Said once: an arrival does not change any more.
      where github_reports.kind <> 'comments'`.execute(trx)
}
