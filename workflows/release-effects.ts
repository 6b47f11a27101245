/** Executes the effects that a release's steps request outside of its workflow. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow'
import { unreachable } from '../domain/exhaustive.js'
import { isFirstLevel } from '../domain/pipeline.js'
import { applyBuilt } from '../domain/release/deployment-reports.js'
import { deploymentOrder } from '../domain/release/deployment-request.js'
import { promote } from '../domain/release/handle.js'
import type { ReleaseDeployment, ReleaseState } from '../domain/release/state.js'
import { joinSteps, type ReleaseEffect, type ReleaseStep, releaseStep } from '../domain/release/step.js'
import type { BuildResult, OutgoingSignal, ReleaseActivities } from './activities/index.js'
import { buildOnce } from './build-once.js'
import { mintDeployment } from './mint.js'
import { cutDraftNow } from './release-begin.js'
import { pickCommits } from './release-pick.js'
import { type Continuation, type Tasks } from './release-tasks.js'

const { deleteRelease } = proxyActivities<ReleaseActivities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '30 seconds' },
})

async function build(state: ReleaseState, number: number, host: string | null): Promise<Continuation> {
  const candidate = state.candidates.find((one) => one.number === number)
  const result: BuildResult = candidate
    ? await buildOnce({
        app: state.app,
        commit: candidate.commit,
        releaseId: state.id,
        owner: `${state.id}/${number}`,
        host,
        activityId: `build/${number}/${workflowInfo().historyLength}`,
      })
    : { kind: 'failed', failure: { kind: 'fault', message: 'the candidate is gone' } }
  return (now) => built(now, number, result)
}

/** A successful build is deployed automatically to the whole first level, unless a pick onto its candidate follows at once. */
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
  const first = candidate?.firstDeployment ?? null
  if (first === null) return ready
  return state.app.environments.filter(isFirstLevel).reduce((step, environment, index) => {
    const deploymentId = index === 0 ? first : mintDeployment()
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
export function orderOf(state: ReleaseState, one: ReleaseDeployment): readonly OutgoingSignal[] {
  const deployment = deploymentOrder(state, one, new Date().toISOString())
  return deployment ? [{ kind: 'enqueue', app: state.app, deployment }] : []
}

/** What a step decided on what runs in an environment, as a message to that. */
export function verdictOf(state: ReleaseState, effect: ReleaseEffect): readonly OutgoingSignal[] {
  if (effect.kind !== 'tell-environment') return []
  const { deploymentId, acceptance, environment } = effect
  return [{ kind: 'judged', app: state.app, environment, judged: { deploymentId, acceptance } }]
}

/** Executes one effect, or starts it; its result is applied to the state at that time. */
export async function carryOut(
  effect: ReleaseEffect,
  state: ReleaseState,
  tasks: Tasks,
): Promise<Continuation | null> {
  switch (effect.kind) {
    case 'build':
      tasks.start(build(state, effect.candidate, tasks.builder))
      tasks.builder = null
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
    case 'delete': {
      const { user, at } = effect.by
      const refusal = await deleteRelease({ id: state.id, by: user, at })
      return refusal ? (now) => releaseStep({ ...now, lifecycle: lifecycleBefore(now) }) : null
    }
    case 'tell-environment':
      // Sent with the record.
      return null
    default:
      return unreachable(effect)
  }
}

/** The release's lifecycle before a deletion that the database refused. */
function lifecycleBefore(state: ReleaseState): ReleaseState['lifecycle'] {
  if (state.version === null) return 'draft'
  return state.releasedAt === null ? 'open' : 'released'
}
