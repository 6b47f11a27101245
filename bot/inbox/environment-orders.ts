/** Orders that go to an environment's workflow. */
import type { DeploymentId } from '../../domain/identifiers.js'
import type { AttemptIntent, HoldIntent, RollbackIntent } from '../../domain/intent.js'
import type { AppDefinition, EnvironmentDefinition } from '../../domain/pipeline.js'
import { type Outcome, refuse } from '../../domain/refusal.js'
import type { DeploymentView } from '../../domain/views.js'
import { type Handling, Refused } from './context.js'
import { retryBuild, withdraw } from './release-orders.js'
import { appOf, deploymentOf, environmentOf, permitted, releaseOf, releaseView } from './resolve.js'

/** S3.19, S5.13: back to the last accepted deployment, or to the one named. */
export async function rollback(handling: Handling<RollbackIntent>): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const environment = environmentOf(app, intent.environment)
  const { user, at } = await permitted(handling, 'rollback', { app, environment })
  const to = await rollbackTarget(handling, app, environment)
  const order = { deploymentId: intent.deploymentId, to, reason: intent.reason ?? '', by: user, at }
  const where = { app, environment: environment.name }
  return context.gateway.askEnvironment(where, 'rollback', { order, key })
}

async function rollbackTarget(
  handling: Handling<RollbackIntent>,
  app: AppDefinition,
  environment: EnvironmentDefinition,
): Promise<DeploymentId | null> {
  const { to } = handling.intent
  if (to === null) return null
  if (to.kind === 'id') {
    return 'deploymentId' in to ? to.deploymentId : acceptedOf(handling, { to, app, environment })
  }
  if (to.kind === 'named') return acceptedOf(handling, { to, app, environment })
  return (await deploymentOf(handling, app, { ref: to, wanted: () => true })).id
}

async function acceptedOf(
  handling: Handling<RollbackIntent>,
  order: {
    readonly to: Parameters<typeof releaseOf>[2]
    readonly app: AppDefinition
    readonly environment: EnvironmentDefinition
  },
): Promise<DeploymentId> {
  const { to, app, environment } = order
  const found = await releaseOf(handling, app.name, to)
  const view = await releaseView(handling, found.releaseId)
  const accepted = view.deployments.findLast(
    (one) =>
      one.environment === environment.name &&
      one.state === 'accepted' &&
      (found.candidate === null || one.candidateNumber === found.candidate),
  )
  if (accepted) return accepted.id
  const text = to.kind === 'named' ? to.text : (view.version ?? view.title)
  throw new Refused({ code: 'not-an-accepted-deployment', environment: environment.name, text })
}

/** Retry, skip and abort of a deployment's attempt. */
export async function attempt(handling: Handling<AttemptIntent>): Promise<Outcome> {
  const { intent, context, key } = handling
  const rebuilt = await retryBuild(handling)
  if (rebuilt) return rebuilt
  const app = appOf(handling, intent.app)
  const deployment = await deploymentOf(handling, app, {
    ref: intent.deployment,
    wanted: wantedFor(intent.kind),
  })
  if (intent.kind === 'abort' && deployment.state === 'prepared') return withdraw(handling, deployment)
  const environment = environmentOf(app, deployment.environment)
  const { user: by, at } = await permitted(handling, intent.kind, { app, environment })
  const { override } = intent
  if (override !== null) await permitted(handling, 'override', { app, environment })
  const order = { deploymentId: deployment.id, by, at, override }
  return context.gateway.askEnvironment({ app, environment: environment.name }, intent.kind, { order, key })
}

const unfinished: ReadonlySet<string> = new Set(['prepared', 'queued', 'running', 'failed'])

const wantedFor =
  (verb: AttemptIntent['kind']) =>
  (deployment: DeploymentView): boolean =>
    verb === 'abort' ? unfinished.has(deployment.state) : deployment.state === 'failed'

/** Pauses and resumes what happens by itself in an environment. */
export async function hold(handling: Handling<HoldIntent>): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const environment = environmentOf(app, intent.environment)
  const { user: by, at } = await permitted(handling, intent.kind, { app, environment })
  const reason = intent.reason?.trim() ?? ''
  if (intent.kind === 'pause' && reason === '') return refuse({ code: 'reason-missing', verb: 'pause' })
  const where = { app, environment: environment.name }
  return context.gateway.askEnvironment(where, intent.kind, { order: { by, at, reason }, key })
}
