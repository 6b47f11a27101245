/** What may be said to the workflows. Everything here is plain JSON. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'
import type { RollbackOrder } from '../domain/environment/attempts.js'
import type { DeploymentNews, DeploymentOrder, EnvironmentState } from '../domain/environment/state.js'
import type { ChannelId, DeploymentId, EnvironmentName, ReleaseId, UserId } from '../domain/identifiers.js'
import type { AppDefinition } from '../domain/pipeline.js'
import type { Outcome } from '../domain/refusal.js'
import type { Decide } from '../domain/release/decisions.js'
import type { PromoteOrder } from '../domain/release/promotion.js'
import type { Evidence, ReleaseState } from '../domain/release/state.js'

/** How a release begins: with a cut of a ref that is resolved once. */
export interface ReleaseInput {
  readonly id: ReleaseId
  readonly app: AppDefinition
  readonly channel: ChannelId
  readonly title: string
  readonly description: string
  readonly type: string
  /** Null is the head of trunk. */
  readonly ref: string | null
  readonly version: string | null
  readonly override: string | null
  readonly by: Evidence
  /** The deployment of `rc.1` to the first environment. */
  readonly firstDeployment: DeploymentId
  /** Set when the workflow goes on from an earlier run. */
  readonly state: ReleaseState | null
}

/** How an environment begins, and goes on. */
export interface EnvironmentInput {
  readonly app: AppDefinition
  readonly name: EnvironmentName
  readonly state: EnvironmentState | null
}

/** Answers once the release exists, or why it does not. */
export const cutUpdate = defineUpdate<Outcome>('cut')
export const promoteUpdate = defineUpdate<Outcome, [PromoteOrder]>('promote')
export const approveUpdate = defineUpdate<Outcome, [Decide]>('approve')
export const acceptUpdate = defineUpdate<Outcome, [Decide]>('accept')
export const rejectUpdate = defineUpdate<Outcome, [Decide]>('reject')
export const rebuildUpdate = defineUpdate<Outcome, [{ readonly candidate: number; readonly by: Evidence }]>(
  'rebuild',
)
export const deleteUpdate = defineUpdate<Outcome, [Evidence]>('delete')
export const abandonUpdate = defineUpdate<Outcome, [Evidence]>('abandon')
export const newsSignal = defineSignal<[DeploymentNews]>('news')
export const releaseQuery = defineQuery<ReleaseState | null>('state')

/** A person judged a deployment in its release. */
export interface Judged {
  readonly deploymentId: DeploymentId
  readonly acceptance: 'accepted' | 'rejected'
}
/** A person's order about one deployment. */
export interface AttemptOrder {
  readonly deploymentId: DeploymentId
  readonly by: UserId
  readonly at: string
}
export interface HoldOrder {
  readonly by: UserId
  readonly at: string
  readonly reason: string
}

export const enqueueSignal = defineSignal<[DeploymentOrder]>('enqueue')
export const judgedSignal = defineSignal<[Judged]>('judged')
/** Today's configuration, applied between deployments. */
export const configureSignal = defineSignal<[AppDefinition]>('configure')
export const retryUpdate = defineUpdate<Outcome, [AttemptOrder]>('retry')
export const skipUpdate = defineUpdate<Outcome, [AttemptOrder]>('skip')
export const abortUpdate = defineUpdate<Outcome, [AttemptOrder]>('abort')
export const rollbackUpdate = defineUpdate<Outcome, [RollbackOrder]>('rollback')
export const pauseUpdate = defineUpdate<Outcome, [HoldOrder]>('pause')
export const resumeUpdate = defineUpdate<Outcome, [HoldOrder]>('resume')
export const environmentQuery = defineQuery<EnvironmentState>('state')
