/** A release that Slipway cuts by itself: of a push where that is configured, of a merged pull request, or of a train. */
import type { ChannelId, DeploymentId, EnvironmentName, ReleaseId, UserId } from '../identifiers.js'
import type { AppDefinition } from '../pipeline.js'
import { type ActorSnapshot, bySlipway } from './state.js'

/** What differs from one such cut to the next. */
export interface SelfCut {
  readonly app: AppDefinition
  readonly releaseId: ReleaseId
  /** Of `rc.1` to the first environment. */
  readonly deploymentId: DeploymentId
  readonly commit: string
  readonly title: string
  readonly type: string
  /** ISO instant. */
  readonly at: string
  /** How far it is taken by itself; absent: as its type says. */
  readonly upTo?: EnvironmentName
  /** At whose word; absent: at nobody's. */
  readonly requestedBy?: UserId
}

/** The cut, as a person would order it who says nothing beyond the title. */
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
