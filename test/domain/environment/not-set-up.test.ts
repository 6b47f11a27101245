import { expect, test } from 'vitest'
import { finish } from '../../../domain/environment/attempt-end.js'
import { enqueue, nextEntry, start } from '../../../domain/environment/lane.js'
import { rebuild } from '../../../domain/environment/manual.js'
import { statusOf } from '../../../domain/environment/record.js'
import type { EnvironmentState } from '../../../domain/environment/state.js'
import { ALICE, aLane, anOrder, deploymentId, minute } from '../../support/lane.js'

const openAt = (at: string) => ({ at, closed: null })
const begin = (state: EnvironmentState): EnvironmentState => {
  const entry = nextEntry(state, openAt(minute(2)))
  return entry ? start(state, entry, openAt(minute(2))).state : state
}

test('a setup that is not run automatically: nothing failed, and a rebuild sets up with what was turned away', () => {
  const failure = { kind: 'setup-required', because: 'variables' } as const
  const lane = aLane()
  const { stages } = lane.definition
  const definition = { ...lane.definition, stages: { ...stages, setup: true } }
  const good = { kind: 'succeeded', setup: null, observed: null } as const
  const first = finish(begin(enqueue({ ...lane, definition }, anOrder(1)).state), good, minute(3)).state
  const turned = finish(
    begin(enqueue(first, anOrder(2)).state),
    { kind: 'failed', stage: null, failure, touched: false, runs: {}, setup: null },
    minute(3),
  )

  expect(statusOf(turned.state)).toBe('ready')
  expect(turned.moves).toMatchObject([{ id: deploymentId(2), to: 'aborted' }])
  expect(turned.reports).toMatchObject([{ to: 'aborted', touched: false }])
  expect(turned.events).toMatchObject([{ kind: 'deployment.aborted', facts: { cause: failure } }])
  const again = rebuild(turned.state, {
    ...{ deploymentId: deploymentId(3), by: ALICE, at: minute(4), confirmed: true },
  })
  expect(nextEntry(again.step.state, openAt(minute(4)))).toMatchObject({
    order: { id: deploymentId(2) },
    attempt: { from: 'setup', number: 2 },
  })
})
