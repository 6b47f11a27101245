/** Orders that go to a release's workflow. */
import type {
  AbandonIntent,
  AttemptIntent,
  CutIntent,
  DecideIntent,
  DeleteIntent,
  PromoteIntent,
} from '../../domain/intent.js'
import { type AppDefinition, findEnvironment } from '../../domain/pipeline.js'
import { done, type Outcome, refuse } from '../../domain/refusal.js'
import {
  abandon as abandonRule,
  accept,
  approve,
  promote as promoteRule,
  reject,
  remove as removeRule,
} from '../../domain/release/handle.js'
import type { ActorSnapshot } from '../../domain/release/state.js'
import type { DeploymentView, ReleaseView } from '../../domain/views.js'
import { askInformed, askRelease, decidedBefore, withOthers } from './ask-release.js'
import { closedFor } from './closing-orders.js'
import { type Handling, Refused } from './context.js'
import { cutDraft, refuseType, titleOf } from './draft-orders.js'
import {
  appOf,
  candidateOf,
  deploymentOf,
  environmentOf,
  permitted,
  releaseOf,
  releaseView,
} from './resolve.js'

/** S1.1, S5.1–S5.3. The answer comes from the release's workflow, once the release exists. */
export async function cut(handling: Handling<CutIntent>): Promise<Outcome> {
  const { intent, context, key } = handling
  if (intent.draft !== null) return cutDraft(handling, intent.draft)
  const app = appOf(handling, intent.app)
  const by = await permitted(handling, 'cut', { app, environment: null })
  if (intent.override !== null) await permitted(handling, 'override', { app, environment: null })
  const title = titleOf(intent.title)
  const unknown = refuseType(app, intent.type)
  if (unknown) return refuse(unknown)
  const { description, type, ref, version, override } = intent
  return context.gateway.cut(
    {
      id: intent.releaseId,
      app,
      channel: app.channel,
      title,
      description,
      type,
      ref,
      version,
      override,
      by,
      firstDeployment: intent.deploymentId,
      draft: null,
    },
    key,
  )
}

/** S3.8, S3.9: prepares a candidate for an environment. */
export async function promote(handling: Handling<PromoteIntent>): Promise<Outcome> {
  const { intent } = handling
  const app = appOf(handling, intent.app)
  const environment = environmentOf(app, intent.environment)
  const by = await permitted(handling, 'promote', { app, environment })
  if (intent.override !== null) await permitted(handling, 'override', { app, environment })
  const found = await releaseOf(handling, app.name, intent.release)
  const view = await releaseView(handling, found.releaseId)
  const closed = await closedFor(handling, {
    ...{ app, environment, by: by.user },
    passesFreeze: view.detail.passesFreeze,
  })
  const order = {
    deploymentId: intent.deploymentId,
    candidate: candidateOf(view, found.candidate),
    environment: environment.name,
    override: intent.override,
    closed,
    olderConfirmed: intent.olderConfirmed,
    by,
  }
  const to = { app: app.name, release: view.id }
  return askInformed(handling, to, { verb: 'promote', order, rule: promoteRule })
}

/** Approve before a deployment, accept after it, reject either. */
export async function decide(handling: Handling<DecideIntent>): Promise<Outcome> {
  const { intent } = handling
  const app = appOf(handling, intent.app)
  const deployment = await deploymentOf(handling, app, { ref: intent.deployment, wanted: opens(intent.kind) })
  if (!deployment.releaseId) return refuse({ code: 'nothing-to-decide', state: deployment.state })
  const gates = await gatesOf(handling, app, deployment)
  const by = await permitted(handling, intent.kind, { app, environment: gates })
  const order = { deploymentId: deployment.id, comment: intent.comment, by }
  const to = { app: app.name, release: deployment.releaseId }
  const outcome = await askInformed(handling, to, {
    verb: intent.kind,
    order,
    rule: { approve, accept, reject }[intent.kind],
  })
  if (outcome.kind === 'done') return outcome
  const before = outcome.refusal.code === 'release-ended' ? decidedBefore(deployment) : null
  if (before) return refuse(before)
  return refuse(await withOthers(handling, outcome.refusal, { verb: intent.kind, app, environment: gates }))
}

const opens =
  (verb: DecideIntent['kind']) =>
  (deployment: DeploymentView): boolean =>
    (verb !== 'accept' && deployment.state === 'prepared') ||
    (verb !== 'approve' && deployment.state === 'awaiting_acceptance')

/** The gates are the release's own, as they were when it was cut; who is in their roles is looked up now (X.1). */
async function gatesOf(
  handling: Handling<unknown>,
  app: AppDefinition,
  deployment: DeploymentView,
): Promise<AppDefinition['environments'][number] | null> {
  if (!deployment.releaseId) return null
  const release = await handling.context.gateway.readRelease(app.name, deployment.releaseId)
  return findEnvironment(release?.app ?? app, deployment.environment)
}

/** S1.3, S1.8. */
export async function remove(handling: Handling<DeleteIntent>): Promise<Outcome> {
  const { app, view, by } = await endable(handling, 'delete')
  if (view.state === 'deleted') return refuse({ code: 'release-ended', state: 'deleted' })
  if (view.blockedBy.length > 0) return refuse({ code: 'linked', environments: view.blockedBy })
  return askInformed(
    handling,
    { app: app.name, release: view.id },
    { verb: 'delete', order: by, rule: removeRule },
  )
}

export async function abandon(handling: Handling<AbandonIntent>): Promise<Outcome> {
  const { app, view, by } = await endable(handling, 'delete')
  return askInformed(
    handling,
    { app: app.name, release: view.id },
    { verb: 'abandon', order: by, rule: abandonRule },
  )
}

async function endable(
  handling: Handling<DeleteIntent | AbandonIntent>,
  verb: 'delete',
): Promise<{ app: AppDefinition; view: ReleaseView; by: ActorSnapshot }> {
  const app = appOf(handling, handling.intent.app)
  const by = await permitted(handling, verb, { app, environment: null })
  const found = await releaseOf(handling, app.name, handling.intent.release)
  return { app, by, view: await releaseView(handling, found.releaseId) }
}

/** A failed build is built again; null when the order is not about a build. */
export async function retryBuild(handling: Handling<AttemptIntent>): Promise<Outcome | null> {
  const { intent } = handling
  if (intent.kind !== 'retry' || intent.deployment.kind !== 'of-release' || intent.deployment.environment)
    return null
  const app = appOf(handling, intent.app)
  const found = await releaseOf(handling, app.name, intent.deployment.release)
  const view = await releaseView(handling, found.releaseId)
  const candidate = view.candidates.find((one) => one.number === candidateOf(view, found.candidate))
  if (candidate?.state !== 'build_failed') return null
  const by = await permitted(handling, 'retry', { app, environment: null })
  const order = { candidate: candidate.number, by }
  return askRelease(handling, { app: app.name, release: view.id }, { verb: 'rebuild', order })
}

/** Abort of what is only prepared: its release lets go of it. */
export async function withdraw(
  handling: Handling<AttemptIntent>,
  deployment: DeploymentView,
): Promise<Outcome> {
  const app = appOf(handling, handling.intent.app)
  const environment = findEnvironment(app, deployment.environment)
  const by = await permitted(handling, 'abort', { app, environment })
  if (!deployment.releaseId)
    throw new Refused({ code: 'nothing-to-abort', environment: deployment.environment })
  const order = { deploymentId: deployment.id, comment: 'withdrawn before it was deployed', by }
  const to = { app: app.name, release: deployment.releaseId }
  const outcome = await askRelease(handling, to, { verb: 'reject', order })
  const what = deployment.candidate ?? deployment.commit
  return outcome.kind === 'refused'
    ? outcome
    : done({ code: 'aborting', environment: deployment.environment, what })
}
