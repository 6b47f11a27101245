/** How much may wait in one line, and what those hear for whom there is no room. */
import { describe, expect, test } from 'vitest'
import { enqueue } from '../../../domain/environment/lane.js'
import { lineFull } from '../../../domain/environment/line-limit.js'
import { patch, rebuild } from '../../../domain/environment/manual.js'
import { rollBack } from '../../../domain/environment/rollback.js'
import type { EnvironmentState } from '../../../domain/environment/state.js'
import { sizeOf } from '../../../domain/sizes.js'
import { anApp } from '../../support/app-definition.js'
import { ALICE, aLane, anOrder, BOB, deploymentId, minute, sure } from '../../support/lane.js'
import { running, setUp } from '../../support/lifecycle.js'

const app = anApp({
  environments: `
      - { name: production, setup: { run: s.sh }, patch: { run: p.sh } }`,
})
const waiting = (count: number, length = 0): EnvironmentState =>
  Array.from({ length: count }, (_, index) => index + 1).reduce(
    (state, number) => {
      const override = length === 0 ? null : { reason: 'r'.repeat(length), at: minute(number) }
      return enqueue(state, anOrder(number, { app_: app, override })).state
    },
    aLane('production', app),
  )

describe('a line that is full', () => {
  test.each([
    ['takes twenty', 0, 20],
    ['takes twenty with a sentence each', 400, 20],
    ['takes fewer where people give long reasons', 6_000, 7],
  ])('%s', (_, length, most) => {
    const state = waiting(25, length)
    expect(state.queue.map(({ order }) => order.id)).toEqual(
      Array.from({ length: most }, (_unused, index) => deploymentId(index + 1)),
    )
    expect(lineFull(state)).toBe(most)
    expect(lineFull(waiting(most - 1, length))).toBeNull()
    expect(sizeOf(state.queue)).toBeLessThanOrEqual(48 * 1_024)
  })

  test('takes one at least, whatever its size', () => {
    const reason = 'x'.repeat(60_000)
    const large = enqueue(aLane(), anOrder(1, { override: { reason, at: minute(0) } })).state
    expect([large.queue.length, lineFull(large)]).toEqual([1, 1])
  })

  test('ends what comes at once, and its release is told why', () => {
    const full = waiting(20)
    const { state, moves, reports, events } = enqueue(full, anOrder(21, { app_: app }))
    const note = { kind: 'aborted', cause: { kind: 'line-full', waiting: 20 } }
    expect(state.queue).toEqual(full.queue)
    expect(moves.at(-1)).toMatchObject({ id: deploymentId(21), to: 'aborted', note })
    expect(reports.at(-1)).toMatchObject({ deploymentId: deploymentId(21), to: 'aborted', note })
    expect(events.at(-1)).toMatchObject({ kind: 'deployment.aborted', facts: { cause: note.cause } })
    expect(enqueue(state, anOrder(21, { app_: app })).moves).toEqual([])
  })

  test('takes no rebuild and no patch', () => {
    const full = running(setUp(waiting(20)), anOrder(30, { app_: app }))
    for (const again of [rebuild, patch]) {
      const { step, outcome } = again(full, {
        deploymentId: deploymentId(31),
        by: BOB,
        at: minute(40),
        confirmed: true,
      })
      expect(outcome).toMatchObject({ refusal: { code: 'line-full', waiting: 20 } })
      expect(step.state).toBe(full)
    }
  })

  test('still takes a rollback, three times', () => {
    const order = (number: number) => ({
      ...{ deploymentId: deploymentId(number), to: null, reason: 'bad', failure: null },
      ...{ by: ALICE, at: minute(number) },
    })
    const accepted = [anOrder(40, { app_: app }), anOrder(41, { app_: app })]
    const full: EnvironmentState = { ...running(waiting(20), sure(accepted[1])), accepted }
    const thrice = [50, 51, 52].reduce((state, number) => rollBack(state, order(number)).step.state, full)
    expect(thrice.queue.slice(0, 3).map(({ order: { kind } }) => kind)).toEqual(Array(3).fill('rollback'))
    const { step, outcome } = rollBack(thrice, order(53))
    expect(outcome).toMatchObject({ refusal: { code: 'line-full', waiting: 23 } })
    expect(step.state).toBe(thrice)
  })
})

test('a hundred deployments are known to have been taken, refused ones among them', () => {
  const state = waiting(120)
  expect([state.known.length, state.known.at(-1)]).toEqual([100, deploymentId(120)])
})
