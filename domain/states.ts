/** The states that releases, candidates, deployments and environments can be in. */

export type ReleaseLifecycle = 'draft' | 'open' | 'released' | 'abandoned' | 'deleted'
export type Phase = 'planning' | 'building' | 'testing' | 'preparing' | 'deploying'
export type CandidateState = 'building' | 'build_failed' | 'ready' | 'rejected'
export type DeploymentState =
  | 'prepared'
  | 'queued'
  | 'running'
  | 'failed'
  | 'awaiting_acceptance'
  | 'accepted'
  | 'rejected'
  | 'superseded'
  | 'aborted'
export type DeploymentKind = 'promote' | 'push' | 'rollback' | 'redeploy' | 'rebuild'
/** Deploys the same bytes again: it changes neither what is current nor who approved and accepted it (S3.21). */
export const isRepeat = (kind: DeploymentKind): boolean => kind === 'redeploy' || kind === 'rebuild'

export type EnvironmentStatus =
  | 'absent'
  | 'setting_up'
  | 'ready'
  | 'deploying'
  | 'failed'
  | 'out_of_sync'
  | 'tearing_down'
  | 'teardown_failed'
  | 'retired'

/** The states from which a deployment may reach each state; a write that finds another state changes nothing. */
export const deploymentMoves: Readonly<Record<DeploymentState, readonly DeploymentState[]>> = {
  prepared: [],
  queued: ['prepared', 'failed', 'aborted'],
  running: ['queued', 'prepared'],
  failed: ['running', 'queued'],
  awaiting_acceptance: ['running', 'failed'],
  accepted: ['awaiting_acceptance', 'running', 'superseded'],
  rejected: ['prepared', 'awaiting_acceptance', 'superseded'],
  superseded: ['prepared', 'queued', 'failed', 'awaiting_acceptance'],
  aborted: ['prepared', 'queued', 'running', 'failed'],
}
