/** Stage logs: the largest of the stored data, and the first thing that people look at. */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DeploymentId } from '../domain/identifiers.js'
import { NOTHING, type Removed, type Retained } from '../domain/retention.js'
import { isNeededDeployment, keptDeployments } from './needed.js'
import type { Database } from './tables.js'

/**
 * The logs of stages that ended that many days ago, counted by stages. What may still be needed keeps its log (S1.13): what runs
 * somewhere and the good one before it, what is in progress or waits for a person, and everything of a release that is still in
 * progress or reached a later environment; for builds as for deployments.
 */
export function retainedLogs(db: Kysely<Database>, days: number): Retained {
  const old = (read: RawBuilder<unknown>) => (goesOn: () => boolean) => walk(db, { days, read }, goesOn)
  return {
    kind: 'logs',
    find: () => old(sql`select stage_logs.key, text from stage_logs join old using (key)`)(() => true),
    remove: old(sql`delete from stage_logs using old where stage_logs.key = old.key returning old.key, text`),
  }
}

/** Most old stages have no log any more, so stages are scanned once, one page per statement. */
const STAGES_AT_ONCE = 1_000

interface Page extends Removed {
  /** How many stages were scanned. */
  readonly seen: number
  /** The last of them; null when there was none. */
  readonly last_at: string | null
  readonly last_key: string | null
}

async function walk(
  db: Kysely<Database>,
  { days, read }: { readonly days: number; readonly read: RawBuilder<unknown> },
  goesOn: () => boolean,
): Promise<Removed> {
  let { count, bytes } = NOTHING
  let after = { at: '-infinity', key: '' }
  while (goesOn()) {
    // Queried for each page: what may be rolled back to changes in the meantime.
    const kept = await keptDeployments(db)
    const { rows } = await sql<Page>`
      with page as materialized (
        select key, app, stage, deployment_id, finished_at from stage_runs
        where finished_at < now() - ${days} * interval '1 day'
          and (finished_at, key) > (${after.at}::timestamptz, ${after.key})
        order by finished_at, key limit ${STAGES_AT_ONCE}),
      old as (select page.key from page where ${isNeedless(kept)}),
      logs as (${read})
      select count(distinct key)::float8 as count,
        coalesce(sum(octet_length(text)), 0)::float8 as bytes,
        (select count(*)::float8 from page) as seen,
        (select max(finished_at)::text from page) as last_at,
        (select key from page order by finished_at desc, key desc limit 1) as last_key
      from logs`.execute(db)
    const [page] = rows
    if (page === undefined) break
    count += page.count
    bytes += page.bytes
    if (page.seen < STAGES_AT_ONCE || page.last_at === null || page.last_key === null) break
    after = { at: page.last_at, key: page.last_key }
  }
  return { count, bytes }
}

/** For a row of `page`. A stage without a deployment belongs to a build, whose id begins its key, or to an environment. */
const isNeedless = (kept: readonly DeploymentId[]): RawBuilder<unknown> => sql`
  not exists (
    select from deployments where deployments.id = page.deployment_id and ${isLookedAt(kept)})
  and not exists (
    select from builds
    join deployments on deployments.app = builds.app and deployments.commit = builds.commit
    where page.stage = 'build' and builds.id = split_part(page.key, '/build/', 1) and ${isLookedAt(kept)})
  and not exists (
    select from builds
    join candidates on candidates.commit = builds.commit
    join releases on releases.id = candidates.release_id and releases.app = builds.app
    where page.stage = 'build' and builds.id = split_part(page.key, '/build/', 1)
      and releases.state in ('draft', 'open'))`

/** For a row of `deployments`: needed according to S1.13, or its release reached a later environment. */
const isLookedAt = (kept: readonly DeploymentId[]): RawBuilder<boolean> => sql<boolean>`(
  ${isNeededDeployment(kept)}
  or exists (select from links where links.release_id = deployments.release_id))`
