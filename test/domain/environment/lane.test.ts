import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DeploymentResult, finish, judged } from '../../../domain/environment/attempt-end.js'
import { enqueue, nextEntry, start } from '../../../domain/environment/lane.js'
import { statusOf } from '../../../domain/environment/record.js'
import { abort, retry, skip } from '../../../domain/environment/retry-skip-abort.js'
import { rollBack, rollbackTarget } from '../../../domain/environment/rollback.js'
import {
  type DeploymentRequest,
  type EnvironmentState,
  firstAttempt,
} from '../../../domain/environment/state.js'
import { ALICE, aLane, anOrder, BOB, deploymentId, minute, sure } from '../../support/lane.js'
import { propertyRuns } from '../../support/property-runs.js'

const who = { by: ALICE, at: minute(1) }
const good: DeploymentResult = { kind: 'succeeded', setup: null, observed: null }
const bad: Extract<DeploymentResult, { kind: 'failed' }> = {
  kind: 'failed',
  stage: 'patch',
  failure: { kind: 'exit', stage: 'patch', exit: { kind: 'exited', code: 1 } },
  touched: true,
  runs: { patch: 1 },
  setup: null,
}

/** An instant at which no window is closed. */
const openAt = (at: string) => ({ at, closed: null })
const waiting = (state: EnvironmentState): readonly string[] => state.queue.map((entry) => entry.order.id)

function begin(state: EnvironmentState, at = minute(2)): EnvironmentState {
  const entry = nextEntry(state, openAt(at))
  return entry ? start(state, entry, openAt(at)).state : state
}
function deploy(state: EnvironmentState, order: DeploymentRequest, result = good): EnvironmentState {
  return finish(begin(enqueue(state, order).state), result, minute(3)).state
}

describe('the line', () => {
  test('takes an order once', () => {
    const once = enqueue(aLane(), anOrder(1))
    const twice = enqueue(once.state, anOrder(1))
    expect(twice.state).toEqual(once.state)
    expect([twice.moves, twice.events, twice.reports]).toEqual([[], [], []])
  })

  test('puts a hotfix before normal orders and keeps the order of equals', () => {
    const orders = [anOrder(1), anOrder(2, { hotfix: true }), anOrder(3), anOrder(4, { hotfix: true })]
    const state = orders.reduce((lane, order) => enqueue(lane, order).state, aLane())
    expect(waiting(state)).toEqual([2, 4, 1, 3].map(deploymentId))
  })

  test('a deployment that waits for acceptance is superseded by the next, in its row and its release', () => {
    const first = deploy(aLane(), anOrder(1, { acceptance: 'by-person' }))
    expect(first.current?.acceptance).toBe('awaiting')
    const queued = enqueue(first, anOrder(2)).state
    const step = start(queued, sure(nextEntry(queued, openAt(minute(5)))), openAt(minute(5)))
    expect(step.moves).toEqual([
      expect.objectContaining({
        id: deploymentId(1),
        to: 'superseded',
        note: { kind: 'superseded', by: '2026.11.2-rc.1' },
      }),
    ])
    expect(step.reports.map(({ deploymentId: id, to }) => [id, to])).toEqual([
      [deploymentId(1), 'superseded'],
      [deploymentId(2), 'running'],
    ])
  })
})

test('what was superseded once is not superseded again when the newer one failed', () => {
  const first = deploy(aLane(), anOrder(1, { acceptance: 'by-person' }))
  const failed = deploy(first, anOrder(2), bad)
  const entry = sure(nextEntry(enqueue(failed, anOrder(3)).state, openAt(minute(4))))
  const { moves } = start(enqueue(failed, anOrder(3)).state, entry, openAt(minute(4)))

  expect(failed.current).toMatchObject({ acceptance: 'superseded' })
  expect(moves.map(({ id }) => id)).toEqual([deploymentId(2)])
})

describe('after a failure', () => {
  const failed = deploy(aLane(), anOrder(1), bad)

  test('the lane is free and what runs there is uncertain', () => {
    expect(failed.running).toBeNull()
    expect(statusOf(failed)).toBe('failed')
    expect(failed.current).toBeNull()
  })

  test('retry is the next attempt from the failed stage, in front of the line', () => {
    const state = retry(enqueue(failed, anOrder(2)).state, deploymentId(1), who).step.state
    expect(waiting(state)).toEqual([1, 2].map(deploymentId))
    expect(state.queue[0]?.attempt).toEqual({
      ...firstAttempt,
      number: 2,
      from: 'patch',
      runs: { patch: 1 },
    })
  })

  test('retry after something overtook it is refused', () => {
    const overtaken = begin(enqueue(failed, anOrder(2)).state)
    expect(retry(overtaken, deploymentId(1), who).outcome).toMatchObject({
      kind: 'refused',
      refusal: { code: 'overtaken', by: '2026.11.2-rc.1' },
    })
  })

  test.each([
    ['patch', false],
    ['setup', false],
    ['check', true],
  ] as const)('skipping %s is possible: %s', (stage, possible) => {
    const state = deploy(aLane(), anOrder(1), { ...bad, stage })
    expect(skip(state, deploymentId(1), who).outcome.kind).toBe(possible ? 'done' : 'refused')
  })

  test('a skipped check accepts nothing by itself', () => {
    const state = skip(deploy(aLane(), anOrder(1), { ...bad, stage: 'check' }), deploymentId(1), who).step
      .state
    expect(finish(begin(state), good, minute(4)).state.current?.acceptance).toBe('awaiting')
  })

  test('aborting the retry that waits leaves the environment as uncertain as it was', () => {
    const state = abort(retry(failed, deploymentId(1), who).step.state, deploymentId(1), who).step.state
    expect(state.queue).toEqual([])
    expect(statusOf(state)).toBe('failed')
    expect(retry(state, deploymentId(1), who).outcome.kind).toBe('done')
  })

  test('aborting the retry that waits leaves what failed there since open for a decision', () => {
    const failedFirst = deploy(aLane(), anOrder(1), bad)
    const retried = retry(failedFirst, deploymentId(1), who).step.state
    const other = { ...retried, queue: [], failed: null }
    const failedSince = { ...deploy(other, anOrder(2), bad), queue: retried.queue }
    const { state } = abort(failedSince, deploymentId(1), who).step

    expect(state.failed?.entry.order.id).toBe(deploymentId(2))
    expect(retry(state, deploymentId(2), who).outcome.kind).toBe('done')
  })

  test('aborting twice says that there is nothing to abort', () => {
    const state = abort(failed, deploymentId(1), who).step.state
    expect(abort(state, deploymentId(1), who).outcome).toMatchObject({
      refusal: { code: 'nothing-to-abort' },
    })
  })

  test('what was aborted is not superseded afterwards', () => {
    const state = enqueue(abort(failed, deploymentId(1), who).step.state, anOrder(2)).state
    const step = start(state, sure(nextEntry(state, openAt(minute(5)))), openAt(minute(5)))
    expect(step.moves).toEqual([])
    expect(step.reports.filter(({ deploymentId: id }) => id === deploymentId(1))).toEqual([])
  })
})

describe('abort', () => {
  test('of what waits takes it out of the line', () => {
    const { step, outcome } = abort(enqueue(aLane(), anOrder(1)).state, deploymentId(1), who)
    expect(step.state.queue).toEqual([])
    expect(step.moves).toEqual([expect.objectContaining({ to: 'aborted' })])
    expect(outcome.kind).toBe('done')
  })

  test('of what runs keeps the lane taken until its end is known', () => {
    const running = abort(begin(enqueue(aLane(), anOrder(1)).state), deploymentId(1), who).step.state
    expect(running.running?.aborting).toBe(ALICE)
    expect(nextEntry(enqueue(running, anOrder(2)).state, openAt(minute(9)))).toBeNull()
    const step = finish(running, { kind: 'aborted', touched: true, stage: 'patch' }, minute(9))
    expect(step.state.running).toBeNull()
    expect(step.moves).toEqual([expect.objectContaining({ to: 'aborted', by: ALICE })])
    expect(statusOf(step.state)).toBe('failed')
  })
})

describe('a rollback', () => {
  const [first, second, third] = [1, 2, 3].map((number) => anOrder(number)) as [
    DeploymentRequest,
    DeploymentRequest,
    DeploymentRequest,
  ]
  const three = [first, second, third].reduce((lane, order) => deploy(lane, order), aLane())
  const back = (state: EnvironmentState, number: number, to: number | null = null) =>
    rollBack(state, {
      ...who,
      deploymentId: deploymentId(number),
      to: to === null ? null : deploymentId(to),
      reason: 'errors',
      failure: null,
    })
  const backDone = (state: EnvironmentState, number: number, to: number | null = null) =>
    finish(begin(back(state, number, to).step.state), good, minute(9)).state

  test('goes to the deployment accepted before, first in line, and holds automation', () => {
    const { step, outcome } = back(enqueue(three, anOrder(7, { hotfix: true })).state, 11)
    expect(outcome).toMatchObject({ kind: 'done', done: { to: '2026.11.2-rc.1' } })
    expect(step.state.queue[0]?.order).toMatchObject({ kind: 'rollback', commit: second.commit })
    expect(step.state.hold).toMatchObject({ by: ALICE, reason: 'errors' })
  })

  test('again goes further back, never to what was rolled back from', () => {
    const once = backDone(three, 11)
    expect(once.current?.order.commit).toBe(second.commit)
    expect(rollbackTarget(once)?.commit).toBe(first.commit)
    const twice = backDone(once, 12)
    expect(twice.current?.order.commit).toBe(first.commit)
    expect(back(twice, 13).outcome).toMatchObject({ refusal: { code: 'nothing-to-roll-back-to' } })
  })

  test('by name reaches any earlier accepted deployment', () => {
    expect(backDone(three, 11, 1).current?.order.commit).toBe(first.commit)
  })

  test.each([
    ['what was rolled back from', 3],
    ['what was never accepted there', 8],
  ])('does not go to %s', (_, to) => {
    expect(back(backDone(three, 11), 12, to).outcome).toMatchObject({
      refusal: { code: 'not-an-accepted-deployment' },
    })
  })

  test('after a failed deployment puts back what ran before it', () => {
    const failed = deploy(three, anOrder(4), bad)
    expect(rollbackTarget(failed)?.commit).toBe(third.commit)
    expect(statusOf(backDone(failed, 11))).toBe('ready')
  })

  test('of what runs now waits for its end and then takes it back', () => {
    const running = begin(enqueue(three, anOrder(4)).state)
    const { step } = back(running, 11)
    expect(nextEntry(step.state, openAt(minute(9)))).toBeNull()
    const after = finish(begin(finish(step.state, good, minute(8)).state), good, minute(9)).state
    expect(after.current?.order.commit).toBe(third.commit)
  })

  test('where nothing was accepted is refused and holds nothing', () => {
    const { step, outcome } = back(deploy(aLane(), anOrder(1), bad), 11)
    expect(outcome).toMatchObject({ refusal: { code: 'nothing-to-roll-back-to' } })
    expect(step.state.hold).toBeNull()
  })
})

test('a decision about what does not run there any more changes nothing', () => {
  const state = deploy(deploy(aLane(), anOrder(1, { acceptance: 'by-person' })), anOrder(2))
  expect(judged(state, { deploymentId: deploymentId(1), acceptance: 'accepted' }).state).toEqual(state)
})

type Press =
  | { readonly kind: 'enqueue' | 'retry' | 'skip' | 'abort' | 'accept'; readonly number: number }
  | { readonly kind: 'rollback'; readonly number: number }
  | { readonly kind: 'end'; readonly result: DeploymentResult }

const press: fc.Arbitrary<Press> = fc.oneof(
  fc.record({
    kind: fc.constantFrom(
      'enqueue' as const,
      'retry' as const,
      'skip' as const,
      'abort' as const,
      'accept' as const,
    ),
    number: fc.integer({ min: 1, max: 6 }),
  }),
  fc.record({ kind: fc.constant('rollback' as const), number: fc.integer({ min: 20, max: 26 }) }),
  fc.record({
    kind: fc.constant('end' as const),
    result: fc.constantFrom(
      good,
      bad,
      { ...bad, stage: 'check' as const },
      {
        kind: 'aborted' as const,
        touched: true,
        stage: 'patch' as const,
      },
    ),
  }),
)

function apply(state: EnvironmentState, one: Press, at: string): EnvironmentState {
  switch (one.kind) {
    case 'enqueue':
      return enqueue(state, anOrder(one.number, { acceptance: one.number % 2 ? 'by-person' : 'by-check' }))
        .state
    case 'retry':
      return retry(state, deploymentId(one.number), { by: BOB, at }).step.state
    case 'skip':
      return skip(state, deploymentId(one.number), { by: BOB, at }).step.state
    case 'abort':
      return abort(state, deploymentId(one.number), { by: BOB, at }).step.state
    case 'accept':
      return judged(state, { deploymentId: deploymentId(one.number), acceptance: 'accepted' }).state
    case 'rollback':
      return state.known.includes(deploymentId(one.number))
        ? state
        : rollBack(state, {
            ...{ deploymentId: deploymentId(one.number), to: null, reason: '', failure: null },
            ...{ by: BOB, at },
          }).step.state
    case 'end':
      return finish(state, one.result, at).state
  }
}

test('whatever is pressed, each deployment has one place, the lane one deployment, and nothing unaccepted is rolled back to', () => {
  fc.assert(
    fc.property(fc.array(press, { maxLength: 40 }), (presses) => {
      let state = aLane()
      for (const [index, one] of presses.entries()) {
        state = begin(apply(state, one, minute(index)), minute(index))
        const places = [...waiting(state), ...(state.running ? [state.running.entry.order.id] : [])]
        expect(new Set(places).size).toBe(places.length)
        expect(state.running !== null || state.queue.length === 0).toBe(true)
        const target = rollbackTarget(state)
        expect(target === null || state.accepted.includes(target)).toBe(true)
      }
    }),
    { numRuns: propertyRuns(100) },
  )
})
