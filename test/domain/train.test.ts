import { describe, expect, test } from 'vitest'
import { parseEnvironmentName, SLIPWAY } from '../../domain/identifiers.js'
import type { TrainDefinition } from '../../domain/pipeline.js'
import {
  announceTrain,
  failedTrain,
  leftTrain,
  loadTrain,
  nextTrainDuty,
  type TrainStep,
  trainDuty,
  trainTitle,
} from '../../domain/train/rules.js'
import { newTrain, type TrainLook, type TrainState } from '../../domain/train/state.js'
import { nextDeparture as next } from '../../workflows/timetable.js'
import { sure } from '../support/lane.js'
import { twoCommits as look, shop, weekly } from '../support/train.js'
import {
  announced,
  before,
  configured,
  depart,
  following,
  ids,
  order,
  rules,
  tuesday,
  waiting,
} from '../support/train-moves.js'

const kinds = ({ events }: TrainStep): readonly string[] => events.map(({ kind }) => kind)

describe('the timetable', () => {
  const berlin = (hour: string) => ({ cron: `${hour} * * *`, timezone: 'Europe/Berlin' })
  const york = (hour: string) => ({ cron: `${hour} * * *`, timezone: 'America/New_York' })
  test.each<[string, Parameters<typeof next>[0], string, readonly string[]]>([
    ['Berlin, clocks forward', berlin('0 10'), '2026-03-28T00:00Z', ['28T09', '29T08', '30T08']],
    ['Berlin, clocks back', berlin('0 10'), '2026-10-24T00:00Z', ['24T08', '25T09', '26T09']],
    ['New York, clocks forward', york('0 10'), '2026-03-07T00:00Z', ['07T15', '08T14', '09T14']],
    ['New York, clocks back', york('0 10'), '2026-10-31T00:00Z', ['31T14', '01T15', '02T15']],
    ['an hour that is skipped', berlin('30 2'), '2026-03-28T12:00Z', ['29T01', '30T00']],
    ['an hour that comes twice', berlin('30 2'), '2026-10-24T12:00Z', ['25T00', '26T01']],
    ['the same in New York', york('30 1'), '2026-10-31T12:00Z', ['01T05', '02T06']],
  ])('keeps its hour, and each day leaves once: %s', (_, timetable, from, days) => {
    let at = from
    const left = days.map(() => {
      at = sure(next(timetable, at))
      return at.slice(8, 13)
    })

    expect(left).toEqual(days)
  })
})

describe('what the clock asks for', () => {
  test.each<[string, TrainState, string, readonly [ReturnType<typeof trainDuty>, string | null]]>([
    ['nothing without a train', newTrain(shop), tuesday, [null, null]],
    ['nothing a moment before the announcement', waiting(), '2026-12-01T06:59:59.999Z', [null, before]],
    ['the announcement', waiting(), before, ['announce', before]],
    ['nothing once it is announced', announced(), before, [null, tuesday]],
    ['the departure', announced(), tuesday, ['depart', tuesday]],
    ['the departure, also where nothing was announced', waiting(), tuesday, ['depart', before]],
    ['nothing while it leaves', depart(announced()).state, following, [null, '2026-12-08T07:00:00.000Z']],
  ])('%s', (_, state, now, asked) => {
    expect([trainDuty(state, now), nextTrainDuty(state)]).toEqual(asked)
  })
})

describe('a departure', () => {
  test('is announced with what it would take, and the latest ones are remembered', () => {
    const step = announceTrain(waiting(), look, { next, now: before })
    let state = step.state
    for (let week = 0; week < 6; week++) {
      state = leftTrain(
        depart(state, sure(state.departure)).state,
        { kind: 'refused', code: '' },
        tuesday,
      ).state
      state = announceTrain(state, null, { next, now: before }).state
    }

    expect(step.events).toMatchObject([
      { kind: 'train.announced', at: before, actor: SLIPWAY, facts: { departs: tuesday, look } },
    ])
    expect(step.state.trips).toEqual([{ departs: tuesday, announcedAt: before, look, end: null }])
    expect(state.trips.map(({ departs }) => departs.slice(5, 10))).toEqual([
      '12-15',
      '12-22',
      '12-29',
      '01-05',
      '01-12',
    ])
  })

  test('is none without a train, or of a timetable that has no day left', () => {
    for (const state of [newTrain(shop), { ...waiting(), departure: null }, { ...waiting(), train: null }]) {
      expect(announceTrain(state, look, { next, now: before })).toEqual({ state, events: [] })
      expect(depart(state)).toEqual({ state, events: [] })
      expect(trainDuty(state, following)).toBeNull()
      expect(nextTrainDuty(state)).toBeNull()
    }
    const idle = announced()
    expect([loadTrain(idle, look, before), failedTrain(idle, '', before)]).toEqual([
      { state: idle, events: [] },
      { state: idle, events: [] },
    ])
    expect(leftTrain(idle, { kind: 'cut', version: '' }, before)).toEqual({ state: idle, events: [] })
  })

  test('leaves at its time, and the next one is planned', () => {
    const { state } = depart(announced())
    const end = leftTrain(
      loadTrain(state, look, tuesday).state,
      { kind: 'cut', version: '2026.12.1' },
      tuesday,
    )

    expect(state).toMatchObject({
      leaving: { departs: tuesday, how: 'on-time', ...ids },
      departure: following,
    })
    expect(end.events).toMatchObject([
      { kind: 'train.left', facts: { departs: tuesday, version: '2026.12.1', total: 2 } },
    ])
    expect(end.state).toMatchObject({ leaving: null, trips: [{ end: { kind: 'left' } }] })
    expect(trainTitle(weekly, '2026-11-30T23:30:00.000Z')).toBe('Train of 2026-12-01')
  })

  test.each<[string, TrainDefinition['skip'], Partial<TrainLook>, string | null]>([
    ['nothing new', ['empty'], { empty: true }, 'empty'],
    ['nothing new, which does not matter', [], { empty: true }, null],
    ['a freeze', ['frozen'], { frozen: { reason: 'audit', until: following } }, 'frozen'],
    ['a freeze, which does not matter', ['empty'], { frozen: { reason: 'audit', until: following } }, null],
    ['a holiday', ['holidays'], { holiday: 'New Year' }, 'holiday'],
    ['a holiday, which does not matter', ['frozen'], { holiday: 'New Year' }, null],
    ['a calendar that cannot be read', ['holidays'], { calendar: '503' }, null],
  ])('is kept by %s', (_, skip, found, kept) => {
    const { state } = depart(announced({ skip }))
    const step = loadTrain(state, { ...look, ...found }, tuesday)

    const why = step.events.map(({ facts }) => ('why' in facts ? [facts.why, facts] : facts))
    const facts = { departs: tuesday, next: following }
    expect(why).toMatchObject(kept === null ? [] : [[{ kind: kept }, facts]])
    expect(kinds(step)).toEqual(kept === null ? [] : ['train.skipped'])
    expect(step.state.leaving?.look?.total ?? null).toBe(kept === null ? 2 : null)
  })

  test('of a holiday is not announced, but told to be skipped', () => {
    const step = announceTrain(waiting(), { ...look, holiday: 'St. Nicholas' }, { next, now: before })

    expect(kinds(step)).toEqual(['train.skipped'])
    expect(step.state).toMatchObject({ departure: following, trips: [{ end: { kind: 'skipped' } }] })
  })

  test.each<[string, TrainDefinition['missed'], string, readonly [string | null, string]]>([
    ['ten minutes late', 'skip', '2026-12-01T09:10:00.000Z', ['on-time', following]],
    ['too late', 'skip', '2026-12-01T09:10:00.001Z', [null, following]],
    ['too late, and caught up', 'run', '2026-12-03T09:00:00.000Z', ['caught-up', following]],
    [
      'weeks late, and caught up once',
      'run',
      '2026-12-16T09:00:00.000Z',
      ['caught-up', '2026-12-22T09:00:00.000Z'],
    ],
  ])('that is %s', (_, missed, now, [how, departure]) => {
    const step = depart(announced({ missed }), now)

    expect(step.state.leaving?.how ?? null).toBe(how)
    expect(step.state.departure).toBe(departure)
    expect(kinds(step)).toEqual(how === null ? ['train.let_go'] : [])
  })

  test('of which git says nothing, or that is refused, is reported and over', () => {
    const { state } = depart(announced())
    const refused = leftTrain(state, { kind: 'refused', code: 'lacks-pick' }, tuesday)
    const failed = failedTrain(state, 'timed out', tuesday)

    const ends = [refused, failed].map((step) => step.state.trips.map(({ end }) => end))
    expect(ends).toMatchObject([[{ kind: 'not-cut' }], [{ kind: 'not-cut', at: tuesday }]])
    expect([refused, failed].map((step) => step.events[0]?.facts)).toEqual([
      { departs: tuesday, code: 'lacks-pick', next: following },
      { departs: tuesday, asked: 'repository', message: 'timed out', next: following },
    ])
    expect([refused, failed].map(kinds)).toEqual([['train.not_cut'], ['train.failed']])
    expect([refused, failed].map((step) => step.state.leaving)).toEqual([null, null])
  })
})

describe('a configuration', () => {
  test('that leaves the timetable as it was, leaves the departure as it was', () => {
    const step = configured({ ...weekly, promote: parseEnvironmentName('staging') }, announced(), before)

    expect(step.state).toMatchObject({ departure: tuesday, train: { promote: 'staging' } })
    expect(step.events).toEqual([])
  })

  test('with another cron that leaves at the same time next says nothing', () => {
    const step = configured({ ...weekly, cron: '0 10 * * 2,5' }, announced(), before)

    expect(step.state).toMatchObject({
      departure: tuesday,
      train: { cron: '0 10 * * 2,5' },
      trips: [{ end: null }],
    })
    expect(step.events).toEqual([])
  })

  test('with another zone moves the departure', () => {
    const { state } = configured({ ...weekly, timezone: 'America/New_York' }, announced(), before)

    expect(state.departure).toBe('2026-12-01T15:00:00.000Z')
  })

  test('with another one moves the departure, and says so to whom it was announced', () => {
    const step = configured({ ...weekly, cron: '0 12 * * 2' }, announced(), before)

    expect(step.state).toMatchObject({
      departure: '2026-12-01T11:00:00.000Z',
      trips: [{ departs: tuesday, end: { kind: 'moved' } }],
    })
    expect(step.events).toMatchObject([
      {
        kind: 'train.scheduled',
        facts: { before: tuesday, announced: true, departs: '2026-12-01T11:00:00.000Z' },
      },
    ])
  })

  test('without the train ends it, held or not', () => {
    const step = configured(null, rules.hold(announced(), order()).step.state, before)

    expect(step.state).toMatchObject({ train: null, departure: null, held: null })
    expect(step.state.trips).toMatchObject([{ end: { kind: 'moved', at: before } }])
    expect(step.events).toMatchObject([
      { kind: 'train.removed', actor: SLIPWAY, facts: { departs: tuesday, announced: true } },
    ])
    expect(nextTrainDuty(step.state)).toBeNull()
    expect(configured(null).events).toEqual([])
  })
})
