/** A train that somebody has leave before its time, and one whose timetable is changed: it leaves once, and not never. */
import { expect, test } from 'vitest'
import {
  announceTrain,
  failedTrain,
  judgedAt,
  leftTrain,
  loadTrain,
  type TrainStep,
  trainDuty,
} from '../../domain/train/rules.js'
import type { TrainState } from '../../domain/train/state.js'
import { nextDeparture as next } from '../../workflows/timetable.js'
import { saidOf } from '../support/events.js'
import { BOB, by } from '../support/lane.js'
import { twoCommits as look, weekly } from '../support/train.js'
import {
  announced,
  before,
  configured,
  depart,
  following,
  order,
  rules,
  tuesday,
} from '../support/train-moves.js'

const early = (): TrainState => rules.leave(announced(), order({ departs: tuesday })).step.state
/** Held at its time, and let go on later. */
const caughtUp = (at: string): TrainState => {
  const stood = depart(rules.hold(announced({ missed: 'run' }), order()).step.state).state
  return rules.resume(stood, order({ by: by(BOB, at) })).step.state
}
const loaded = (): TrainState => loadTrain(early(), look, before).state
const leftEarly = (): TrainState => leftTrain(loaded(), { kind: 'cut', version: '2026.12.1' }, before).state

test.each<[string, () => TrainStep]>([
  ['had nothing new', () => loadTrain(early(), { ...look, empty: true }, before)],
  ['was refused', () => leftTrain(loaded(), { kind: 'refused', code: 'lacks-pick' }, before)],
  ['could not be looked at', () => failedTrain(early(), 'timed out', before)],
])('leaves at its time after all, when it %s before', (_, tried) => {
  const { state, events } = tried()

  expect(state).toMatchObject({ departure: tuesday, leaving: null, gone: null, trips: [{ end: null }] })
  expect(depart(state).state.leaving).toMatchObject({ departs: tuesday, how: 'on-time' })
  expect(saidOf(events[0])).toMatch(/did not leave before its time|does not leave before its time/)
  expect(saidOf(events[0])).toMatch(/It leaves as planned\.$/)
})

const thursday = '2026-12-03T09:00:00.000Z'
test.each<[string, TrainState, string]>([
  ['on time, by its day', depart(announced()).state, tuesday],
  ['before its time, by its day as well', early(), tuesday],
  [
    'when Slipway did not run at its time, by today',
    depart(announced({ missed: 'run' }), thursday).state,
    thursday,
  ],
  ['when it was held at its time, by today', caughtUp(thursday), thursday],
])('that leaves %s is judged', (_, { leaving }, wanted) => {
  expect(leaving && judgedAt(leaving)).toBe(wanted)
})

test('that left early stays gone when the one after it is tried in vain', () => {
  const second = rules.leave(leftEarly(), order({ departs: following })).step.state
  const inVain = loadTrain(second, { ...look, empty: true }, before).state
  const { state } = configured({ ...weekly, cron: '0 10 * * 2,4' }, inVain, before)

  expect(inVain).toMatchObject({ departure: following, gone: tuesday })
  expect(state.departure).toBe('2026-12-03T09:00:00.000Z')
  expect(rules.leave(inVain, order()).outcome).toMatchObject({ refusal: { code: 'train-gone' } })
})

test('that is skipped for a holiday is told once, whatever becomes of its timetable', () => {
  const skipped = announceTrain(
    configured(weekly).state,
    { ...look, holiday: 'Rest' },
    { next, now: before },
  ).state
  const { state } = configured({ ...weekly, cron: '0 10 * * 2,4' }, skipped, before)

  expect([skipped.departure, state.departure]).toEqual([following, '2026-12-03T09:00:00.000Z'])
})

test('does not leave again when nobody knows whether it was cut', () => {
  const step = failedTrain(loaded(), 'timed out', before)

  expect(step.state).toMatchObject({ departure: following, leaving: null, gone: tuesday })
  expect(step.events).toMatchObject([{ facts: { asked: 'cut' } }])
})

test('has one leave once, when two say it at the same moment', () => {
  const { step, outcome } = rules.leave(leftEarly(), order())

  expect(outcome).toMatchObject({ refusal: { code: 'train-gone', departs: tuesday, next: following } })
  expect(step.state).toEqual(leftEarly())
})

test('that left early does not leave again for a timetable that has its time as well', () => {
  const { state } = configured({ ...weekly, cron: '0 10 * * 2,4' }, leftEarly(), before)

  expect(state.departure).toBe('2026-12-03T09:00:00.000Z')
})

test('is announced again when its timetable was changed and changed back', () => {
  const moved = configured({ ...weekly, cron: '0 10 * * 3' }, announced(), before).state
  const back = configured(weekly, moved, before).state

  expect([back.departure, trainDuty(back, before)]).toEqual([tuesday, 'announce'])
  const { trips } = announceTrain(back, look, { next, now: before }).state
  expect(trips).toMatchObject([{ departs: tuesday, end: null }])
})
