/** Which rows about Slack messages and GitHub reports are no longer needed. */
import { type RawBuilder, sql } from 'kysely'
import type { DeploymentId } from '../domain/identifiers.js'
import { isNeededDeployment, isNeededRelease } from './needed.js'
import { LOOK_BACK } from './queries/audit.js'
import { SLOW_PREFIX } from './slow-orders.js'

const noNeededRelease = (id: RawBuilder<unknown>, kept: readonly DeploymentId[]): RawBuilder<boolean> =>
  sql<boolean>`not exists (select from releases where releases.id = ${id} and ${isNeededRelease(kept)})`

const noNeededDeployment = (id: RawBuilder<unknown>, kept: readonly DeploymentId[]): RawBuilder<boolean> =>
  sql<boolean>`not exists (select from deployments where deployments.id = ${id} and ${isNeededDeployment(kept)})`

/** For a row of `buttons`. Rendering a button again restarts its retention period. */
export const isNeedlessButton = (kept: readonly DeploymentId[]): RawBuilder<boolean> => sql<boolean>`
  ${noNeededRelease(sql`target->>'releaseId'`, kept)}
  and ${noNeededDeployment(sql`target->>'deploymentId'`, kept)}`

/**
 * For a row of `slack_messages` that is shown, shows nothing, or that Slack refused. Cards and the messages of environments are
 * pointers that are still written to, one per release and environment; a note that is still looked up would be posted again.
 */
export const isNeedlessMessage = (kept: readonly DeploymentId[]): RawBuilder<boolean> => sql<boolean>`
  key not like 'card/%' and key not like 'env/%'
  and ((audit_id is null and stale <= shown) or (audit_id is not null and ts is not null) or detached is not null)
  and case split_part(key, '/', 1)
    when 'thread' then ${noNeededRelease(sql`release_id`, kept)}
    when 'planned' then ${noNeededRelease(sql`split_part(key, '/', 2)`, kept)}
    when 'note' then ${isPassed}
    when 'author' then case when split_part(key, '/', 2) ~ '^[0-9]+$' then ${isPassed} else true end
    when 'slow' then not exists (
      select from inbox where inbox.key = substr(slack_messages.key, ${SLOW_PREFIX.length + 1}) and finished_at is null)
    when 'reminder' then not exists (
      select from environments
      where app = split_part(slack_messages.key, '/', 2) and name = split_part(slack_messages.key, '/', 3)
        and state = 'teardown_failed')
    else split_part(key, '/', 1) in ('person', 'digest', 'refused', 'notes')
  end`

/** For the message of an audit line: the line is no longer looked up. */
const isPassed = sql<boolean>`
  split_part(key, '/', 2)::bigint <= (select coalesce(max(id), 0) from audit) - ${LOOK_BACK}`

/** For a row of `github_reports`: it was reported or given up, and nothing will be added to it. */
export const isNeedlessReport = (kept: readonly DeploymentId[]): RawBuilder<boolean> => sql<boolean>`
  (stale <= shown or gave_up is not null)
  and case kind
    when 'build' then not exists (select from builds where builds.id = subject and builds.state = 'running')
    when 'release' then ${noNeededRelease(sql`subject`, kept)}
    else ${noNeededDeployment(sql`subject`, kept)}
  end`
