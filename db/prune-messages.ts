/** Which rows about what Slack shows, and what GitHub was told, nothing needs any more. */
import { type RawBuilder, sql } from 'kysely'
import type { DeploymentId } from '../domain/identifiers.js'
import { isNeededDeployment, isNeededRelease } from './needed.js'
import { LOOK_BACK } from './queries/audit.js'
import { SLOW_PREFIX } from './slow-orders.js'

const noNeededRelease = (id: RawBuilder<unknown>, kept: readonly DeploymentId[]): RawBuilder<boolean> =>
  sql<boolean>`not exists (select from releases where releases.id = ${id} and ${isNeededRelease(kept)})`

const noNeededDeployment = (id: RawBuilder<unknown>, kept: readonly DeploymentId[]): RawBuilder<boolean> =>
  sql<boolean>`not exists (select from deployments where deployments.id = ${id} and ${isNeededDeployment(kept)})`

/** Of a row of `buttons`. One that is drawn again counts from then. */
export const isNeedlessButton = (kept: readonly DeploymentId[]): RawBuilder<boolean> => sql<boolean>`
  ${noNeededRelease(sql`target->>'releaseId'`, kept)}
  and ${noNeededDeployment(sql`target->>'deploymentId'`, kept)}`

/**
 * Of a row of `slack_messages` that is shown, shows nothing, or that Slack refused. Cards and the messages of environments are pointers that
 * are still written to, one for each release and environment; a note that is still looked for would be posted again.
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

/** Of a message of a line of the trail: the line is looked at no more. */
const isPassed = sql<boolean>`
  split_part(key, '/', 2)::bigint <= (select coalesce(max(id), 0) from audit) - ${LOOK_BACK}`

/** Of a row of `github_reports`: GitHub knows it, or it was given up, and nothing will be added to it. */
export const isNeedlessReport = (kept: readonly DeploymentId[]): RawBuilder<boolean> => sql<boolean>`
  (stale <= shown or gave_up is not null)
  and case kind
    when 'build' then not exists (select from builds where builds.id = subject and builds.state = 'running')
    when 'release' then ${noNeededRelease(sql`subject`, kept)}
    else ${noNeededDeployment(sql`subject`, kept)}
  end`
