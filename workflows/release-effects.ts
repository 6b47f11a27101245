/** Carries out what a release's steps ask for outside of its workflow. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow'
import { unreachable } from '../domain/exhaustive.js'
import { isFirstLevel } from '../domain/pipeline.js'
import { applyBuilt } from '../domain/release/deployment-reports.js'
import { deploymentOrder } from '../domain/release/deployment-request.js'
import { promote } from '../domain/release/handle.js'
import type { ReleaseDeployment, ReleaseState } from '../domain/release/state.js'
import { joinSteps, type ReleaseEffect, type ReleaseStep, releaseStep } from '../domain/release/step.js'
import type { BuildResult, ReleaseActivities } from './activities/index.js'
import { buildOnce } from './build-once.js'
import { mintDeployment } from './mint.js'
import { cutDraftNow } from './release-begin.js'
import { pickCommits } from './release-pick.js'
import { type Later, type Tasks } from './release-tasks.js'

const { enqueueDeployment, tellVerdict, deleteRelease } = proxyActivities<ReleaseActivities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '30 seconds' },
})

async function build(state: ReleaseState, number: number): Promise<Later> {
  const candidate = state.candidates.find((one) => one.number === number)
  const result: BuildResult = candidate
    ? await buildOnce({
        app: state.app,
        commit: candidate.commit,
        releaseId: state.id,
        owner: `${state.id}/${number}`,
        activityId: `build/${number}/${workflowInfo().historyLength}`,
      })
    : { kind: 'failed', failure: { kind: 'fault', message: 'the candidate is gone' } }
  return (now) => built(now, number, result)
}

/** A good build goes to every environment of the first level by itself: a cut always enqueues its candidate there. */
function built(state: ReleaseState, number: number, result: BuildResult): ReleaseStep {
  const at = new Date().toISOString()
  const candidate = state.candidates.find((one) => one.number === number)
  if (result.kind === 'failed') return applyBuilt(state, number, result, at)
  const ready = applyBuilt(
    state,
    number,
    { kind: 'ready', digest: result.digest, reference: result.reference },
    at,
  )
  return state.app.environments.filter(isFirstLevel).reduce((step, environment, index) => {
    const minted = index === 0 ? (candidate?.firstDeployment ?? null) : null
    const deploymentId = minted ?? mintDeployment()
    const by = { user: state.requestedBy, roles: [], name: null, email: null, at }
    const order = {
      deploymentId,
      candidate: number,
      environment: environment.name,
      override: null,
      olderConfirmed: true,
      by,
    }
    return joinSteps(step, promote(step.state, order).step)
  }, ready)
}

/** Gives a deployment whose gates are open to its environment. */
export async function enqueuePrepared(state: ReleaseState, deployment: ReleaseDeployment): Promise<void> {
  const order = deploymentOrder(state, deployment, new Date().toISOString())
  if (order) await enqueueDeployment({ app: state.app, deployment: order })
}

/** Does one effect, or starts it; what it answers is applied to the state as it is by then. */
export async function carryOut(
  effect: ReleaseEffect,
  state: ReleaseState,
  tasks: Tasks,
): Promise<Later | null> {
  switch (effect.kind) {
    case 'build':
      tasks.start(build(state, effect.candidate))
      return null
    case 'cut-draft':
      tasks.start(
        cutDraftNow(state, effect.order).then((end) => (now: ReleaseState) => {
          const { step, outcome } = end(now)
          tasks.cutAnswer = outcome
          return step
        }),
      )
      return null
    case 'pick':
      tasks.start(pickCommits(state, effect.order, effect.plan).then((later) => later(tasks)))
      return null
    case 'tell-environment': {
      const { deploymentId, acceptance, environment } = effect
      await tellVerdict({ app: state.app, environment, judged: { deploymentId, acceptance } })
      return null
    }
    case 'delete': {
      const { user, at } = effect.by
      const refusal = await deleteRelease({ id: state.id, by: user, at })
      return refusal ? (now) => releaseStep({ ...now, lifecycle: lifecycleBefore(now) }) : null
    }
    default:
      return unreachable(effect)
  }
}

/** What a release was before a deletion that the database refused. */
function lifecycleBefore(state: ReleaseState): ReleaseState['lifecycle'] {
  if (state.version === null) return 'draft'
  return state.releasedAt === null ? 'open' : 'released'
}
