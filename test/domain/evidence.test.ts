import { describe, expect, test } from 'vitest'
import { againKey, type Evidence, giverOf, inboxKeyOf, isProven } from '../../domain/evidence.js'
import { SLIPWAY, type UserId } from '../../domain/identifiers.js'

const alice = 'U01ALICE' as UserId
const bob = 'U01BOB' as UserId
const inbox = (actor: UserId, isFinished = false): Evidence => ({ inbox: { actor, isFinished } })

test.each<[string, UserId, Evidence | null, boolean]>([
  ['an order of theirs that has no answer yet', alice, inbox(alice), true],
  ['an order of somebody else', alice, inbox(bob), false],
  ['an order that was answered', alice, inbox(alice, true), false],
  ['nothing in the inbox', alice, { inbox: null }, false],
  ['nothing that was sent', alice, null, false],
  ['Slipway’s own step', SLIPWAY, { inbox: null }, true],
  ['Slipway’s name on a person’s order', SLIPWAY, inbox(alice), false],
  ['Slipway’s name on nothing', SLIPWAY, null, false],
])('%s: by %s', (_, by, evidence, proven) => {
  expect(isProven({ by }, evidence)).toBe(proven)
})

describe('whose an order is', () => {
  test.each([
    [{ by: { user: alice, roles: [] } }, alice],
    [{ by: bob, reason: '' }, bob],
    [{ user: alice, roles: [] }, alice],
  ])('%j', (order, giver) => {
    expect(giverOf(order)).toBe(giver)
  })

  test.each([null, {}, { by: null }, { by: { user: 4 } }, { by: 'nobody' }, 4])(
    '%j does not say it',
    (order) => {
      expect(giverOf(order)).toBeNull()
    },
  )
})

test('an order that is asked again is still the order of the inbox', () => {
  expect(inboxKeyOf(againKey('Ev/1', 3))).toBe('Ev/1')
  expect(inboxKeyOf('Ev/again-x')).toBe('Ev/again-x')
})
