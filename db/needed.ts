/** What a person or a process may still need (S1.13), for the statements that remove old data. */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { CommitSha, DeploymentId } from '../domain/identifiers.js'
import { anyOf } from './any-of.js'
import { deploymentsOf, loadEnvironments } from './queries/environments.js'
import type { Database } from './tables.js'

/** What runs in each environment, and where a rollback would go. */
export async function keptDeployments(db: Kysely<Database>): Promise<readonly DeploymentId[]> {
  const apps = await db.selectFrom('apps').select('name').execute()
  if (apps.length === 0) return []
  return deploymentsOf(
    await loadEnvironments(
      db,
      apps.map(({ name }) => name),
    ),
  )
}

/** The commits of what runs, waits or may be rolled back to, and of the candidates of open releases. */
export async function neededCommits(db: Kysely<Database>): Promise<readonly CommitSha[]> {
  const kept = await keptDeployments(db)
  const { rows } = await sql<{ commit: CommitSha }>`
    select distinct commit from deployments where ${isNeededDeployment(kept)}
    union
    select candidates.commit from candidates join releases on releases.id = candidates.release_id
    where releases.state in ('draft', 'open')`.execute(db)
  return rows.map(({ commit }) => commit)
}

/** For a row of `deployments`: an action on it is pending, or it is where an environment is or may roll back to. */
export const isNeededDeployment = (kept: readonly DeploymentId[]): RawBuilder<boolean> => sql<boolean>`(
  deployments.state in ('prepared', 'queued', 'running', 'failed', 'awaiting_acceptance')
  or deployments.id = ${anyOf(kept)})`

/** For a row of `releases`: it is still in progress, or one of its deployments is needed. */
export const isNeededRelease = (kept: readonly DeploymentId[]): RawBuilder<boolean> => sql<boolean>`(
  releases.state in ('draft', 'open')
  or exists (
    select from deployments where deployments.release_id = releases.id and ${isNeededDeployment(kept)}))`
