/** A release that Slipway cuts on its own: from a push where configured, from a merged pull request, or for a train. */
import type { ChannelId, DeploymentId, EnvironmentName, ReleaseId, UserId } from '../identifiers.js'
import type { AppDefinition } from '../pipeline.js'
import { type ActorSnapshot, bySlipway } from './state.js'

/** What differs between such cuts. */
export interface SelfCut {
  readonly app: AppDefinition
  readonly releaseId: ReleaseId
  /** The deployment of `rc.1` to the first environment. */
  readonly deploymentId: DeploymentId
  readonly commit: string
  readonly title: string
  readonly type: string
  /** ISO instant. */
  readonly at: string
  /** The highest environment it is promoted to automatically; absent: as its type says. */
  readonly upTo?: EnvironmentName
  /** The person who requested it; absent: nobody. */
  readonly requestedBy?: UserId
}

/** The cut, as if ordered by a person who gives only the title. */
export function selfCut({
  app,
  releaseId,
  deploymentId,
  commit,
  title,
  type,
  at,
  upTo,
  requestedBy,
}: SelfCut): {
  readonly id: ReleaseId
  readonly app: AppDefinition
  readonly channel: ChannelId
  readonly title: string
  readonly description: string
  readonly type: string
  readonly ref: string
  readonly version: null
  readonly override: null
  readonly by: ActorSnapshot
  readonly firstDeployment: DeploymentId
  readonly draft: null
  readonly upTo?: EnvironmentName
  readonly requestedBy?: UserId
} {
  return {
    ...{ id: releaseId, app, channel: app.channel, title, description: '', type, ref: commit },
    ...{ version: null, override: null, by: bySlipway(at), firstDeployment: deploymentId, draft: null },
    ...(upTo === undefined ? {} : { upTo }),
    ...(requestedBy === undefined ? {} : { requestedBy }),
  }
}
