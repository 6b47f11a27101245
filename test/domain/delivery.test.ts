/** What a branch holds decides what is delivered, whatever was told of it, in which order and how often. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { after, announce, judge, MOST_OVERTAKEN, nextTurn } from '../../domain/delivery/rules.js'
import { type DeliveryState, type Found, newDelivery } from '../../domain/delivery/state.js'
import { anApp } from '../support/app-definition.js'
import { commitOf, minute, sure } from '../support/lane.js'

const app = (cut: 'automatic' | 'manual') => anApp({ more: `    cut: ${cut}` })
const START = 10

const told = (state: DeliveryState, number: number, key: string): DeliveryState =>
  announce(state, state.app, { key, commit: commitOf(number), at: minute(0), via: 'webhook' })

/** The branch stands at `head`, a straight line of commits by number. */
function look(state: DeliveryState, head: number): Found {
  const turn = sure(nextTurn(state))
  const since = Number(BigInt(`0x${state.head ?? '0'}`))
  const isThere = state.head !== null && since <= head
  const wanted = turn.wanted === null ? null : Number(BigInt(`0x${turn.wanted}`))
  const one = isThere && turn.each ? Math.min(since + 1, head) : head
  const taken = !turn.each && isThere && wanted !== null && wanted > since && wanted <= head ? wanted : one
  return {
    ...{ kind: 'found', commit: commitOf(taken), more: turn.each && taken < head },
    ...{ subject: '', author: '', skip: false, authors: [], total: 1, touches: true },
  }
}

/** Everything that waits is dealt with; the numbers of what was delivered, in order. */
function dealt(state: DeliveryState, head: number): { state: DeliveryState; delivered: readonly number[] } {
  const delivered: number[] = []
  let now = state
  for (let turn = nextTurn(now); turn !== null; turn = nextTurn(now)) {
    const found = look(now, head)
    if (judge(now, turn, found) === 'deliver') delivered.push(Number(BigInt(`0x${found.commit}`)))
    now = after(now, turn, found)
  }
  return { state: now, delivered }
}
const at = (cut: 'automatic' | 'manual'): DeliveryState => ({
  ...newDelivery(app(cut), 'main'),
  head: commitOf(START),
})

describe('where every commit is cut', () => {
  test.each([
    ['in order', [11, 12]],
    ['the newer one first', [12, 11]],
    ['by two ways', [11, 12, 11, 12]],
    ['the newer one again', [12, 11, 12]],
    ['the newest alone', [12]],
  ])('told %s: each is delivered once, in the order of the branch', (_, order) => {
    const state = order.reduce((now, number, index) => told(now, number, `d${index}`), at('automatic'))
    expect(dealt(state, 12).delivered).toEqual([11, 12])
  })

  test('a branch that was forced back on purpose delivers what it holds now', () => {
    expect(dealt(told(at('automatic'), 8, 'd1'), 8).delivered).toEqual([8])
  })

  test('what is told while it goes on is not lost, nor delivered twice', () => {
    const tell = fc.record({ number: fc.integer({ min: 1, max: 8 }), key: fc.integer({ max: 20 }) })
    fc.assert(
      fc.property(fc.array(fc.array(tell, { minLength: 1, maxLength: 4 }), { maxLength: 5 }), (rounds) => {
        let state = at('automatic')
        const delivered: number[] = []
        let head = START
        rounds.forEach((round, index) => {
          head = Math.max(head, ...round.map(({ number }) => START + number))
          state = round.reduce((now, one) => told(now, START + one.number, `${index}/${one.key}`), state)
          const end = dealt(state, head)
          state = end.state
          delivered.push(...end.delivered)
        })
        expect(delivered).toEqual(Array.from({ length: head - START }, (__, index) => START + 1 + index))
      }),
    )
  })
})

describe('where the newest push wins', () => {
  test('the head is delivered once, whatever is told', () => {
    const state = [12, 11, 12].reduce((now, number, index) => told(now, number, `d${index}`), at('manual'))
    expect(dealt(state, 12).delivered).toEqual([12])
  })

  test('of very many, one in between is delivered as well; told late, it goes back nowhere', () => {
    const many = Array.from({ length: MOST_OVERTAKEN + 5 }, (_, index) => START + 1 + index)
    const tellAll = (from: DeliveryState, prefix: string) =>
      many.reduce((now, number) => told(now, number, `${prefix}${number}`), from)
    const last = START + many.length
    const first = dealt(tellAll(at('manual'), 'a'), last)

    expect(first.delivered).toEqual([START + MOST_OVERTAKEN, last])
    expect(dealt(tellAll(first.state, 'b'), last).delivered).toEqual([])
  })

  test('what touches nothing of the app starts nothing of it', () => {
    const state = told(at('manual'), START + 1, 'd1')
    const found = look(state, START + 1)

    expect(judge(state, sure(nextTurn(state)), { ...found, touches: false })).toBe('untouched')
    expect(judge(state, sure(nextTurn(state)), found)).toBe('deliver')
  })
})
