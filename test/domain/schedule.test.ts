import { describe, expect, test } from 'vitest'
import { measureSchedule, type ScheduleRow, saySlip, scheduleOf } from '../../domain/schedule.js'

const at = (hour: number): string => new Date(Date.UTC(2026, 10, 20, hour)).toISOString()
const HOUR = 3_600_000
const row = (change: Partial<ScheduleRow> = {}): ScheduleRow => ({
  version: '2026.11.1',
  title: 'Summer sale',
  plannedAt: '2026-11-20T00:00:00.000Z',
  releasedAt: at(10),
  phases: [
    { phase: 'planning', enteredAt: at(0), leftAt: at(4) },
    { phase: 'building', enteredAt: at(4), leftAt: at(5) },
    { phase: 'testing', enteredAt: at(5), leftAt: at(6) },
    { phase: 'building', enteredAt: at(6), leftAt: at(7) },
    { phase: 'deploying', enteredAt: at(7), leftAt: null },
  ],
  ...change,
})

describe('the schedule of a release', () => {
  test('adds up the times of each phase, and counts from the cut', () => {
    expect(scheduleOf(row(), 'UTC')).toEqual({
      plannedFor: '2026-11-20',
      releasedOn: '2026-11-20',
      slipDays: 0,
      tookMs: 6 * HOUR,
      phases: [
        { phase: 'planning', ms: 4 * HOUR },
        { phase: 'building', ms: 2 * HOUR },
        { phase: 'testing', ms: HOUR },
        { phase: 'deploying', ms: 3 * HOUR },
      ],
    })
  })

  test('that is not released yet has no slip, and a phase that lasts has no time', () => {
    const { releasedOn, slipDays, tookMs, phases } = scheduleOf(row({ releasedAt: null }), 'UTC')
    expect([releasedOn, slipDays, tookMs, phases.at(-1)]).toEqual([
      null,
      null,
      null,
      { phase: 'deploying', ms: null },
    ])
  })

  test.each([
    ['2026-11-20T23:30:00.000Z', 'UTC', 0, 'on the day'],
    ['2026-11-20T23:30:00.000Z', 'Asia/Tokyo', 1, '1 day late'],
    ['2026-11-21T03:00:00.000Z', 'America/Los_Angeles', 0, 'on the day'],
    ['2026-11-17T12:00:00.000Z', 'UTC', -3, '3 days early'],
    ['2026-12-02T12:00:00.000Z', 'UTC', 12, '12 days late'],
  ])('released at %s in %s', (releasedAt, timezone, slip, words) => {
    expect(scheduleOf(row({ releasedAt }), timezone).slipDays).toBe(slip)
    expect(saySlip(slip)).toBe(words)
  })
})

describe('the schedules of a span', () => {
  const here = { timezone: 'UTC', now: '2026-11-30T12:00:00.000Z' }

  test('give the share on time, the median slip, and what is overdue', () => {
    const metrics = measureSchedule(
      [
        row({ releasedAt: '2026-11-19T10:00:00.000Z' }),
        row(),
        row({ releasedAt: '2026-11-22T10:00:00.000Z', version: '2026.11.2' }),
        row({ releasedAt: '2026-11-25T10:00:00.000Z', version: '2026.11.3' }),
        row({ plannedAt: null }),
        row({ releasedAt: null }),
        row({ releasedAt: null, plannedAt: '2026-11-30T00:00:00.000Z' }),
      ],
      here,
    )

    expect(metrics).toMatchObject({ released: 5, planned: 4, onTime: 0.5, medianSlipDays: 2, overdue: 1 })
    expect(metrics.latest.map(({ version, slipDays }) => [version, slipDays])).toEqual([
      ['2026.11.3', 5],
      ['2026.11.2', 2],
      ['2026.11.1', 0],
      ['2026.11.1', -1],
    ])
    expect(metrics.phases).toContainEqual({ phase: 'building', medianMs: 2 * HOUR })
  })

  test('of nothing are none', () => {
    expect(measureSchedule([], here)).toMatchObject({
      released: 0,
      onTime: null,
      medianSlipDays: null,
      medianTookMs: null,
      phases: [],
    })
  })
})
