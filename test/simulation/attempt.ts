/** One attempt to put a build into an environment: a start that the record may refuse, then stages that take time. */
import type { DeploymentResult } from '../../domain/environment/attempt-end.js'
import type { EnvironmentState } from '../../domain/environment/state.js'
import { must } from '../support/lane.js'
import type { Stand } from './actor.js'
import type { Setting } from './setting.js'

interface Place {
  readonly state: EnvironmentState
}

export function* attempt(world: Setting, environment: Place): Generator<Stand, DeploymentResult> {
  const { running, name } = environment.state
  if (running === null) throw new Error('Nothing has the lane')
  const { order, attempt: of } = running.entry
  yield 'waits'
  if (!world.record.start(order.id, of.number)) {
    return { kind: 'refused', cause: { kind: 'not-in-line', state: null } }
  }
  world.begin(name, `${order.id}/${of.number}`)
  yield 'waits'
  const runs = { patch: of.number }
  const result = resultOf(world, environment, runs)
  if (result.kind === 'succeeded') world.runsIn.set(name, order.commit)
  world.over(name)
  return result
}

function resultOf(world: Setting, { state }: Place, runs: { readonly patch: number }): DeploymentResult {
  must(state.running !== null, 'the lane is held while its attempt runs')
  if (state.running?.aborting != null) return { kind: 'aborted', touched: true, stage: 'patch', runs }
  if (world.post.calm || !world.chance.onceIn(4)) return { kind: 'succeeded', setup: null, observed: null }
  const stage = world.chance.onceIn(2) ? ('patch' as const) : ('check' as const)
  const failure = { kind: 'exit', stage, exit: { kind: 'exited', code: 1 } } as const
  return { kind: 'failed', stage, failure, touched: true, runs, setup: null }
}
