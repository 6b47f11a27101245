import { describe, expect, test } from 'vitest'
import type { IntentDraft } from '../../../bot/commands/parsed-command.js'
import { addIds, joinKey, orderKeys, workflowKey } from '../../../bot/inbox/record-order.js'
import { parseReleaseCommand } from '../../../bot/verbs/parse-release-command.js'
import { ALICE, BOB, inShop, SHOP_CHANNEL } from '../verbs/grammar-fixture.js'

function order(text: string): IntentDraft {
  const parsed = parseReleaseCommand(text, inShop())
  if (parsed.kind !== 'order') throw new Error(`${text} is ${parsed.kind}`)
  return parsed.intent
}

describe('orders', () => {
  test.each([
    ['cut "X"', 'app/shop'],
    ['promote latest to staging', 'app/shop'],
    ['promote rc.1 to staging', 'app/shop'],
    ['promote 2026.11.3-rc.1 to staging', 'release/shop/2026.11.3'],
    ['accept 2026.11.3-rc.2 staging', 'release/shop/2026.11.3'],
    ['delete v2026.11.3', 'release/shop/2026.11.3'],
    ['retry staging', 'environment/shop/staging'],
    ['rollback production --yes', 'environment/shop/production'],
    ['env teardown pr-17', 'environment/shop/pr-17'],
    ['freeze all for 2h: audit', 'apps'],
    ['mute', `mute/${ALICE}`],
  ])('%s waits in %s', (text, key) => {
    expect(workflowKey(order(text), ALICE)).toBe(key)
  })

  test('get the ids of what they will create, and no others', () => {
    let next = 0
    const newUlid = (): string => `01JD${String(next++).padStart(22, '0')}`
    expect(addIds(order('cut "X"'), newUlid)).toMatchObject({
      releaseId: expect.stringMatching(/^rel_/),
      deploymentId: expect.stringMatching(/^dep_/),
    })
    expect(addIds(order('promote latest to staging'), newUlid)).toMatchObject({
      deploymentId: expect.stringMatching(/^dep_/),
    })
    expect(addIds(order('retry staging'), newUlid)).not.toHaveProperty('deploymentId')
    expect(() => addIds(order('cut "X"'), () => 'no ulid')).toThrow(TypeError)
  })

  test('join only the same words of the same person in the same place', () => {
    const same = joinKey(ALICE, SHOP_CHANNEL, 'cut  "X" ')
    expect(joinKey(ALICE, SHOP_CHANNEL, 'cut "X"')).toBe(same)
    for (const other of [
      joinKey(BOB, SHOP_CHANNEL, 'cut "X"'),
      joinKey(ALICE, null, 'cut "X"'),
      joinKey(ALICE, SHOP_CHANNEL, 'cut "Y"'),
    ]) {
      expect(other).not.toBe(same)
    }
  })

  test('are told apart by how they were given', () => {
    const at = { user: ALICE, channel: 'C1', message: '1.1', action: 'rel.v1.accept' }
    expect(orderKeys.click({ ...at, at: '1' })).not.toBe(orderKeys.click({ ...at, at: '2' }))
  })
})
