import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { closedBy } from '../../../domain/environment/windows.js'
import type { WindowDefinition } from '../../../domain/pipeline.js'
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
      '2026-10-26T06:00:00.000Z',
    ],
  ])('%s', (_, windows, instant, until) => {
    expect(closedAt(windows, instant)?.until ?? null).toBe(until)
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
