/** Which stored artifacts are no longer needed (S1.13). Build rows are kept; a build that is requested again runs again. */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { ArtifactDigest } from '../domain/identifiers.js'
import { isNeededDeployment, keptDeployments } from './needed.js'
import type { Database } from './tables.js'
import { inTransaction } from './transaction.js'

/** Those of the artifacts that may be removed: nothing needs them, and nobody asked for them for that many days. */
export async function needlessArtifacts(
  db: Kysely<Database>,
  digests: readonly ArtifactDigest[],
  days: number,
): Promise<readonly ArtifactDigest[]> {
  const kept = await keptDeployments(db)
  const { rows } = await sql<{ digest: ArtifactDigest }>`
    with held as materialized (
      select distinct found[1] as digest
      from workflow_states, regexp_matches(state::text, 'sha256:[0-9a-f]{64}', 'g') as found
      where id like 'environment/%')
    select digest from unnest(${[...digests]}::text[]) as asked (digest)
    where not exists (select from held where held.digest = asked.digest)
      and not exists (
        select from artifacts
        where artifacts.digest = asked.digest and removed_at is null and used_at >= ${daysAgo(days)})
      and not exists (
        select from builds where artifact_digest = asked.digest and finished_at >= ${daysAgo(days)})
      and not exists (
        select from deployments
        where deployments.artifact_digest = asked.digest
          and (${isNeededDeployment(kept)}
            or exists (select from links where links.release_id = deployments.release_id)))
      and not exists (
        select from candidates join releases on releases.id = candidates.release_id
        where candidates.artifact_digest = asked.digest and releases.state in ('draft', 'open'))
      and not exists (
        select from builds
        join candidates on candidates.commit = builds.commit
        join releases on releases.id = candidates.release_id and releases.app = builds.app
        where builds.artifact_digest = asked.digest and releases.state in ('draft', 'open'))`.execute(db)
  return rows.map(({ digest }) => digest)
}

/** The same, and marks them removed: from now on a request for such a build runs it again. Requested since: kept. */
export async function giveUpArtifacts(
  db: Kysely<Database>,
  digests: readonly ArtifactDigest[],
  days: number,
): Promise<readonly ArtifactDigest[]> {
  return inTransaction(db, async (trx) => {
    const needless = await needlessArtifacts(trx, digests, days)
    const { rows } = await sql<{ digest: ArtifactDigest }>`
      insert into artifacts (digest, used_at, removed_at)
      select digest, now(), now() from unnest(${[...needless]}::text[]) as given (digest)
      on conflict (digest) do update set removed_at = now()
      where artifacts.removed_at is not null or artifacts.used_at < ${daysAgo(days)}
      returning digest`.execute(trx)
    return rows.map(({ digest }) => digest)
  })
}

const daysAgo = (days: number): RawBuilder<Date> => sql<Date>`now() - ${days} * interval '1 day'`
