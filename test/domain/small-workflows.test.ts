/** Whatever is pushed and however many previews are asked for, what their workflows carry stays small. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyChange } from '../../domain/change.js'
import { pushOrder, pushSubject } from '../../domain/delivery/orders.js'
import {
  after,
  announce,
  environmentsFollowing,
  failedAt,
  judge,
  nextTurn,
} from '../../domain/delivery/rules.js'
import { type DeliveryState, type Found, newDelivery } from '../../domain/delivery/state.js'
import {
  claimPlace,
  freePlace,
  noPreviews,
  type PreviewPlaces,
  placesAfter,
} from '../../domain/environment/preview-places.js'
import { eventOfApp } from '../../domain/events.js'
import { parseEnvironmentName, SLIPWAY } from '../../domain/identifiers.js'
import { sizeOf } from '../../domain/sizes.js'
import { anApp } from '../support/app-definition.js'
import { commitOf, deploymentId, digestOf, minute, must, sure } from '../support/lane.js'
import { propertyRuns } from '../support/property-runs.js'

const LARGEST = 256 * 1_024

function measured(what: string, value: unknown): number {
  const size = sizeOf(value)
  must(size <= LARGEST, `${what} has ${size} bytes`)
  return size
}

/** As large an app as the file may define. */
const app = anApp({
  environments: `
      - { name: one, mode: continuous, patch: { run: "${'p'.repeat(30_000)}" } }
      - { name: two, mode: continuous, alongside: one, patch: { run: "${'p'.repeat(7_000)}" } }`,
})

const found = (number: number, letter: string): Found => ({
  ...{ kind: 'found', commit: commitOf(number), subject: letter.repeat(200), author: letter.repeat(100) },
  ...{ skip: false, total: 5_000, touches: true, more: false },
  authors: Array.from({ length: 50 }, (_, index) => letter.repeat(250) + index),
})

/** Takes what waits, and measures what is said, ordered and recorded of it. */
function deliver(state: DeliveryState, number: number, letter: string): DeliveryState {
  const turn = nextTurn(state)
  if (turn === null) return state
  const look = found(number, letter)
  const deployments = Object.fromEntries(
    environmentsFollowing(app, state.branch).map(({ name }, index) => [name, deploymentId(index)]),
  )
  const next = after(state, turn, look)
  if (judge(state, turn, look) !== 'deliver') return next
  for (const environment of environmentsFollowing(app, state.branch)) {
    const built = { digest: digestOf(number), reference: 'r'.repeat(200) }
    const order = { id: deploymentId(number), commit: look.commit, built, at: minute(number) }
    measured('what is enqueued', { app, deployment: pushOrder(next, environment, order) })
  }
  const delivering = { found: look, release: 'rel_0' as never, deployments }
  const events = [
    eventOfApp(
      { kind: 'push.taken', facts: pushSubject(state.branch, look) },
      { by: SLIPWAY, at: minute(number) },
    ),
  ]
  measured('the change', {
    ...{ ...emptyChange(app.name, 'k'), events },
    workflow: { id: 'delivery/shop/main', state: { ...next, delivering } },
  })
  return failedAt(next, look.commit)
}

test('a branch carries at most 256 KB, however often it is pushed to and whoever wrote it', () => {
  let largest = 0
  const push = fc.record({ taken: fc.boolean(), letter: fc.constantFrom('x', '価', '"') })
  fc.assert(
    fc.property(fc.array(push, { minLength: 250, maxLength: 500, size: 'max' }), (pushes) => {
      let state = newDelivery(app, 'b'.repeat(255))
      for (const [index, { taken, letter }] of pushes.entries()) {
        const key = `github/${String(index).padStart(100, 'k')}`
        const announced = { key, commit: commitOf(index), at: minute(index), via: 'webhook' } as const
        measured('the signal', [app, announced])
        state = announce(state, app, announced)
        if (taken && index > 210) state = deliver(state, index, letter)
        if (index % 10 === 0)
          largest = Math.max(largest, measured('continue-as-new', { app, branch: state.branch, state }))
      }
    }),
    { numRuns: propertyRuns(10), endOnFailure: true },
  )
  expect(largest).toBeGreaterThan(LARGEST / 4)
})

test('the places of previews carry at most 256 KB, and a preview that finds the line full is told that it waits', () => {
  const name = (number: number) => sure(parseEnvironmentName(`p${String(number).padStart(39, '0')}`))
  let largest = 0
  const move = fc.record({ asks: fc.nat({ max: 9 }), number: fc.nat({ max: 700 }) })
  fc.assert(
    fc.property(fc.array(move, { minLength: 900, maxLength: 1_200, size: 'max' }), (moves) => {
      let places: PreviewPlaces = noPreviews
      for (const { asks, number } of moves) {
        const claim = { name: name(number), branch: '価'.repeat(85), most: 200 }
        const next = asks > 0 ? claimPlace(places, claim) : freePlace(places, claim.name)
        if (asks > 0) {
          const told = placesAfter(places, next, claim.name).filter((one) => one.name === claim.name)
          must(told.length === 1, 'whoever asks is answered once')
        }
        places = next
      }
      largest = Math.max(largest, measured('continue-as-new', { app: app.name, places }))
    }),
    { numRuns: propertyRuns(10), endOnFailure: true },
  )
  expect(largest).toBeGreaterThan(LARGEST / 2)
})
