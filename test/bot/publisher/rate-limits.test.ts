import { describe, expect, test } from 'vitest'
import { createPostBudget, createUpdateBudget } from '../../../bot/publisher/rate-limits.js'

/** Lets every card change all the time, and counts what the budget lets through. */
function run(cards: number, seconds: number): readonly { readonly key: string; readonly at: number }[] {
  let now = 0
  const budget = createUpdateBudget(() => now)
  const taken: { key: string; at: number }[] = []
  for (; now < seconds * 1_000; now += 250) {
    const keys = [...Array(cards).keys()].map((card) => `card/${card}`)
    for (const key of keys.toSorted((one, other) => budget.lastAt(one) - budget.lastAt(other) || 0)) {
      if (budget.take(key)) taken.push({ key, at: now })
    }
  }
  return taken
}

const longestGap = (taken: readonly { readonly key: string; readonly at: number }[], key: string): number => {
  const times = taken.filter((one) => one.key === key).map(({ at }) => at)
  return Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? 0)))
}

describe('chat.update', () => {
  test.each([1, 3, 10, 50, 200])(
    'with %i cards that change all the time, at most 45 in any minute',
    (cards) => {
      const taken = run(cards, 300)
      for (const { at } of taken) {
        const within = taken.filter((other) => other.at >= at && other.at < at + 60_000)
        expect(within.length).toBeLessThanOrEqual(45)
      }
    },
  )

  test.each([1, 2, 3])('%i moving cards are never older than 5 s', (cards) => {
    const taken = run(cards, 300)
    for (let card = 0; card < cards; card += 1) {
      expect(longestGap(taken, `card/${card}`)).toBeLessThanOrEqual(5_000)
    }
  })

  test('what has gathered is spent at once, also on many cards', () => {
    const taken = run(8, 20).filter(({ at }) => at < 1_000)
    expect(new Set(taken.map(({ key }) => key)).size).toBeGreaterThanOrEqual(7)
    expect(
      run(1, 4)
        .slice(0, 6)
        .every(({ at }) => at < 3_000),
    ).toBe(true)
  })

  test('eight cards that each move every 15 s are shown within two seconds', () => {
    let now = 0
    const budget = createUpdateBudget(() => now)
    const waiting = new Map<string, number>()
    const waited: number[] = []
    for (; now < 300_000; now += 250) {
      if (now % 15_000 < 2_000) waiting.set(`card/${(now % 15_000) / 250}`, now)
      for (const [key, since] of waiting) {
        if (!budget.take(key)) continue
        waiting.delete(key)
        waited.push(now - since)
      }
    }
    expect(waited).toHaveLength(160)
    expect(Math.max(...waited)).toBeLessThan(2_000)
  })

  test('many moving cards all get their share', () => {
    const taken = run(20, 300)
    expect(new Set(taken.map(({ key }) => key)).size).toBe(20)
    for (let card = 0; card < 20; card += 1) {
      expect(longestGap(taken, `card/${card}`)).toBeLessThanOrEqual(60_000)
    }
  })

  test('a pause that Slack asked for stops all of them', () => {
    let now = 0
    const budget = createUpdateBudget(() => now)
    budget.pause(3_000)
    expect(budget.take('card/1')).toBe(false)
    now = 3_000
    expect(budget.take('card/1')).toBe(true)
  })
})

test('one post a second in each channel', () => {
  let now = 0
  const budget = createPostBudget(() => now)
  expect(budget.take('C1')).toBe(true)
  expect(budget.take('C1')).toBe(false)
  expect(budget.take('C2')).toBe(true)
  now = 1_100
  expect(budget.take('C1')).toBe(true)
  budget.pause('C1', 10_000)
  now = 11_000
  expect(budget.take('C1')).toBe(false)
  now = 11_200
  expect(budget.take('C1')).toBe(true)
})
