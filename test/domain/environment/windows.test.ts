import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { closedBy, type WindowTimes } from '../../../domain/environment/windows.js'
import type { WindowDefinition } from '../../../domain/pipeline.js'
import { wallTimeAfter } from '../../../domain/wall-clock.js'
import { closedAt } from '../../../workflows/windows.js'
import { minute, sure } from '../../support/lane.js'

describe('windows', () => {
  const weekend: WindowDefinition = {
    kind: 'deny',
    cron: '0 16 * * 5',
    durationMs: 64 * 3_600_000,
    timezone: 'Europe/Berlin',
    reason: 'weekend',
  }
  const office: WindowDefinition = {
    ...weekend,
    kind: 'allow',
    cron: '0 9 * * 1-5',
    durationMs: 7 * 3_600_000,
    reason: 'office hours',
  }
  const hour = (reason: string): WindowDefinition => ({ ...weekend, durationMs: 3_600_000, reason })
  const may = (reason: string): WindowDefinition => ({ ...hour(reason), kind: 'allow' })
  const opened = (window: WindowDefinition, last: number | null, next: number | null): WindowTimes => ({
    window,
    last: last === null ? null : minute(last),
    next: next === null ? null : minute(next),
  })
  test.each([
    ['before a deny window', [weekend], '2026-11-06T14:59:59.999Z', null],
    ['at its first instant, in its zone', [weekend], '2026-11-06T15:00:00.000Z', '2026-11-09T07:00:00.000Z'],
    ['in it', [weekend], '2026-11-08T12:00:00.000Z', '2026-11-09T07:00:00.000Z'],
    ['at its end', [weekend], '2026-11-09T07:00:00.000Z', null],
    ['in an allow window', [office], '2026-11-09T09:00:00.000Z', null],
    ['after it', [office], '2026-11-09T15:00:00.000Z', '2026-11-10T08:00:00.000Z'],
    ['deny beats allow', [office, weekend], '2026-11-06T15:30:00.000Z', '2026-11-09T07:00:00.000Z'],
    [
      'when clocks change a window keeps its hour',
      [weekend],
      '2026-10-23T14:00:00.000Z',
      '2026-10-26T07:00:00.000Z',
    ],
  ])('%s', (_, windows, instant, until) => {
    expect(closedAt(windows, instant)?.until ?? null).toBe(until)
  })

  test.each<[string, readonly WindowTimes[], string | null, string]>([
    ['by none that never opened', [opened(weekend, null, 30)], null, ''],
    ['by none that is to come', [opened(weekend, 11, 30)], null, ''],
    ['from its first instant', [opened(hour('a'), 10, null)], minute(70), 'a'],
    ['no more at its end', [opened(hour('a'), -50, null)], null, ''],
    [
      'until the last of several ends',
      [opened(hour('a'), 0, null), opened(hour('b'), 5, null)],
      minute(65),
      'b',
    ],
    [
      'until the last, in whatever order',
      [opened(hour('b'), 5, null), opened(hour('a'), 0, null)],
      minute(65),
      'b',
    ],
    ['outside of an allow window until it opens', [opened(office, null, 30)], minute(30), 'office hours'],
    [
      'outside of all until the first opens',
      [opened(may('a'), null, 40), opened(may('b'), null, 30)],
      minute(30),
      'b',
    ],
    ['the same in another order', [opened(may('b'), null, 30), opened(may('a'), null, 40)], minute(30), 'b'],
    ['not while one is open', [opened(may('a'), null, 40), opened(may('b'), 5, 300)], null, ''],
    ['for good where none opens again', [opened(may('a'), null, null)], null, 'a'],
    [
      'until the one that opens again',
      [opened(may('a'), null, null), opened(may('b'), null, 30)],
      minute(30),
      'b',
    ],
    [
      'by a deny window in an allow window',
      [opened(may('a'), 5, null), opened(hour('b'), 0, null)],
      minute(60),
      'b',
    ],
  ])('at minute 10 it is closed %s', (_, windows, until, reason) => {
    const closed = until === null && reason === '' ? null : { until, reason }
    expect(closedBy(windows, minute(10))).toEqual(closed)
  })

  const night = (cron: string, timezone: string, hours: number): WindowDefinition => ({
    ...weekend,
    cron,
    timezone,
    durationMs: hours * 3_600_000,
  })
  test.each([
    [
      'Berlin, clocks forward',
      night('0 22 * * *', 'Europe/Berlin', 8),
      '2026-03-28T22:00Z',
      '2026-03-29T04:00Z',
    ],
    [
      'Berlin, clocks back',
      night('0 22 * * *', 'Europe/Berlin', 8),
      '2026-10-24T22:00Z',
      '2026-10-25T05:00Z',
    ],
    [
      'New York, clocks forward',
      night('0 22 * * *', 'America/New_York', 8),
      '2026-03-08T04:00Z',
      '2026-03-08T10:00Z',
    ],
    [
      'New York, clocks back',
      night('0 22 * * *', 'America/New_York', 8),
      '2026-11-01T04:00Z',
      '2026-11-01T11:00Z',
    ],
    [
      'a weekend over clocks forward',
      night('0 16 * * 5', 'Europe/Berlin', 64),
      '2026-03-28T12:00Z',
      '2026-03-30T06:00Z',
    ],
    [
      'an end that is skipped',
      night('30 0 * * *', 'Europe/Berlin', 2),
      '2026-03-29T00:00Z',
      '2026-03-29T01:00Z',
    ],
    [
      'an end that comes twice',
      night('30 0 * * *', 'Europe/Berlin', 2),
      '2026-10-25T00:00Z',
      '2026-10-25T00:30Z',
    ],
    [
      'a begin that is skipped',
      night('30 2 * * *', 'Europe/Berlin', 1),
      '2026-03-29T01:10Z',
      '2026-03-29T02:00Z',
    ],
    [
      'an hour that comes twice',
      night('0 1 * * *', 'America/New_York', 0.5),
      '2026-11-01T05:10Z',
      '2026-11-01T05:30Z',
    ],
  ])('end at the time that people wrote: %s', (_, window, instant, until) => {
    expect(closedAt([window], instant)?.until).toBe(new Date(until).toISOString())
  })

  test('begin in the second of two same hours, and do not end in the first', () => {
    expect(wallTimeAfter('2026-10-25T01:10:00.000Z', 30 * 60_000, 'Europe/Berlin')).toBe(
      '2026-10-25T01:40:00.000Z',
    )
  })

  test('end after they began, at the first instant that shows their time, in whatever zone', () => {
    const zone = fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'UTC',
    )
    const start = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) })
    fc.assert(
      fc.property(zone, start, fc.integer({ min: 1_000, max: 200 * 3_600_000 }), (timezone, at, ms) => {
        const end = Date.parse(wallTimeAfter(new Date(at).toISOString(), ms, timezone))
        // The clocks are put on or back by at most an hour and never twice in eight days.
        expect(end).toBeGreaterThan(at)
        expect(Math.abs(end - at - ms)).toBeLessThanOrEqual(3_600_000)
        expect(timezone === 'UTC' || timezone === 'Asia/Kathmandu' ? end - at : ms).toBe(ms)
      }),
    )
  })

  test('are never closed beyond the end they give, however they overlap', () => {
    const instant = fc.integer({ min: 0, max: 10_000 }).map(minute)
    const times = fc.record({
      last: fc.option(instant),
      next: fc.constant(null),
      window: fc.record({
        ...Object.fromEntries(Object.entries(weekend).map(([key, value]) => [key, fc.constant(value)])),
        durationMs: fc.integer({ min: 1, max: 10_000_000 }),
      }) as fc.Arbitrary<WindowDefinition>,
    })
    fc.assert(
      fc.property(fc.array(times), instant, (windows, now) => {
        const closed = closedBy(windows, now)
        const open = windows.filter(
          ({ last, window }) =>
            last !== null && last <= now && Date.parse(last) + window.durationMs > Date.parse(now),
        )
        expect(closed === null).toBe(open.length === 0)
        expect(closed === null || sure(closed.until) > now).toBe(true)
      }),
    )
  })
})
