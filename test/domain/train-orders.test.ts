/** A train of which somebody says that it waits, goes on, or leaves before its time. */
import { describe, expect, test } from 'vitest'
import type { TrainDefinition } from '../../domain/pipeline.js'
import { type TrainOrder, trainRules } from '../../domain/train/orders.js'
import { loadTrain, type TrainStep } from '../../domain/train/rules.js'
import { newTrain, type TrainState } from '../../domain/train/state.js'
import { nextDeparture } from '../../workflows/timetable.js'
import { ALICE, BOB, by } from '../support/lane.js'
import { twoCommits as look, shop } from '../support/train.js'
import { announced, before, depart, following, order, tuesday } from '../support/train-moves.js'

const rules = trainRules(nextDeparture)
const kinds = ({ events }: TrainStep): readonly string[] => events.map(({ kind }) => kind)
const refusal = (outcome: ReturnType<typeof rules.hold>['outcome']): unknown =>
  outcome.kind === 'refused' ? outcome.refusal : outcome.done.code

describe('a person', () => {
  test('holds the next departure, which then stands, and the one after it too', () => {
    const held = rules.hold(announced(), order({ departs: tuesday, reason: 'audit' }))
    const stood = depart(held.step.state)

    expect(held.outcome).toMatchObject({ done: { code: 'train-held', departs: tuesday } })
    expect(stood.events).toMatchObject([
      { kind: 'train.stood', facts: { holder: ALICE, leavesLater: false, next: following } },
    ])
    expect(stood.state.trips).toMatchObject([{ end: { kind: 'stood', by: ALICE, at: tuesday } }])
    expect(stood.state).toMatchObject({ leaving: null, overdue: null, held: { by: ALICE, reason: 'audit' } })
    expect(kinds(depart(stood.state, following))).toEqual(['train.stood'])
  })

  test.each<[TrainDefinition['missed'], string | null, string]>([
    ['run', 'caught-up', tuesday],
    ['skip', null, following],
  ])('lets it go on after its time: missed: %s', (missed, how, departs) => {
    const stood = depart(rules.hold(announced({ missed }), order()).step.state).state
    const { step } = rules.resume(stood, order({ by: by(BOB, '2026-12-01T11:00:00.000Z') }))

    expect(step.state.leaving?.how ?? null).toBe(how)
    expect(step.state).toMatchObject({ held: null, overdue: null, departure: following })
    expect(step.events).toMatchObject([{ kind: 'train.resumed', actor: BOB, facts: { departs } }])
  })

  test('has it leave at once instead of at its time, whatever keeps a train but that nothing is new', () => {
    const frozen = { ...look, frozen: { reason: 'audit', until: following } }
    const { step, outcome } = rules.leave(
      rules.hold(announced(), order()).step.state,
      order({ departs: tuesday }),
    )

    expect(outcome).toMatchObject({ done: { code: 'train-leaving', departs: tuesday } })
    expect(step.state).toMatchObject({
      held: null,
      departure: following,
      leaving: { how: 'early', by: ALICE },
    })
    expect(loadTrain(step.state, frozen, before).state.leaving).toMatchObject({ look: frozen })
    expect(kinds(loadTrain(step.state, { ...look, empty: true }, before))).toEqual(['train.skipped'])
  })

  test('has one leave that stood; the next one keeps its time', () => {
    const stood = depart(rules.hold(announced({ missed: 'run' }), order()).step.state).state
    const { step } = rules.leave(stood, order({ departs: tuesday }))

    expect(step.state).toMatchObject({
      leaving: { departs: tuesday, how: 'caught-up' },
      departure: following,
    })
  })

  const held = rules.hold(announced(), order()).step.state
  const leaving = depart(announced()).state
  const gone = { ...leaving, leaving: null }
  const late = { departs: tuesday }
  test.each<[string, readonly [keyof typeof rules, Partial<TrainOrder>?], TrainState, unknown]>([
    ['hold none', ['hold'], newTrain(shop), { code: 'no-train' }],
    ['have none leave', ['leave'], newTrain(shop), { code: 'no-train' }],
    ['let none go on', ['resume'], newTrain(shop), { code: 'no-train' }],
    ['hold one that is held', ['hold'], held, { code: 'train-held', by: ALICE, at: before }],
    ['let one go on that is not held', ['resume'], announced(), { code: 'train-not-held', next: tuesday }],
    ['hold one that leaves', ['hold'], leaving, { code: 'train-leaves', departs: tuesday }],
    ['have one leave that leaves', ['leave'], leaving, { code: 'train-leaves', departs: tuesday }],
    [
      'have one leave that is gone',
      ['leave', late],
      gone,
      { code: 'train-gone', departs: tuesday, next: following },
    ],
    [
      'hold one that is gone',
      ['hold', late],
      gone,
      { code: 'train-gone', departs: tuesday, next: following },
    ],
  ])('can’t %s', (_, [verb, more], state, why) => {
    const { step, outcome } = rules[verb](state, order(more))

    expect(refusal(outcome)).toEqual(why)
    expect(step).toEqual({ state, events: [] })
  })
})
