import { expect, test } from 'vitest'
import { metricsChart, periodsOf, unitOf } from '../../bot/views/charts/metrics-chart.js'
import { howOften, metricsInWords, metricsMessage } from '../../bot/views/read/metrics-message.js'
import type { EnvironmentName } from '../../domain/identifiers.js'
import { measure, type RunRow } from '../../domain/metrics.js'

const production = 'production' as EnvironmentName
const staging = 'staging' as EnvironmentName
const at = (minute: number): string => new Date(Date.UTC(2026, 10, 1, 0, minute)).toISOString()

const run = (
  commit: string,
  minutes: readonly [number, number, number],
  more: Partial<RunRow> = {},
): RunRow => ({
  environment: production,
  kind: 'promote',
  state: 'accepted',
  commit,
  failedStage: null,
  seenAt: at(minutes[0]),
  startedAt: at(minutes[1]),
  finishedAt: at(minutes[2]),
  ...more,
})
const span = {
  names: [staging, production],
  last: [production],
  from: new Date(Date.UTC(2026, 10, 1)),
  to: new Date(Date.UTC(2026, 10, 11)),
  timezone: 'UTC',
}

test('the four figures are taken in the last environment', () => {
  const rows = [
    run('a', [0, 10, 20]),
    run('b', [30, 40, 50], { state: 'failed', failedStage: 'patch' }),
    run('c', [50, 60, 80]),
    run('d', [80, 90, 100]),
    run('c', [50, 110, 115], { kind: 'rollback' }),
    run('e', [0, 1, 2], { environment: staging, state: 'failed', failedStage: 'check' }),
  ]
  const metrics = measure({ rows, releases: [] }, span)

  expect(metrics.deploymentFrequency).toEqual({ count: 4, perDay: 0.4 })
  expect(metrics.leadTime.medianMs).toBe(20 * 60_000)
  // b failed, d was rolled back from: two of five.
  expect(metrics.changeFailureRate).toBe(0.4)
  expect(metrics.timeToRestore.medianMs).toBe(30 * 60_000)
  expect(metrics.environments).toMatchObject([
    { environment: 'staging', deployments: 1, failed: 1, failureRate: 1 },
    { environment: 'production', deployments: 5, failed: 1, medianMs: 10 * 60_000 },
  ])
  expect(metrics.days).toEqual([{ day: '2026-11-01', succeeded: 4, failed: 2 }])
})

test('nothing measured is said as such, and drawn', () => {
  const metrics = measure({ rows: [], releases: [] }, span)
  const png = metricsChart('shop', metrics)

  expect(metrics).toMatchObject({ changeFailureRate: null, leadTime: { medianMs: null } })
  expect(metricsMessage('shop', metrics).text).toBe(
    'shop had 0 good deployments to production since 2026-11-01.',
  )
  expect(JSON.stringify(metricsMessage('shop', metrics))).not.toContain('0.00 a day')
  expect(Buffer.from(png).subarray(1, 4).toString()).toBe('PNG')
  expect(png.length).toBeGreaterThan(5_000)
})

test.each([
  [2.44, '2.4 a day'],
  [0.5, '3.5 a week'],
  [1 / 30, '1 a month'],
])('%f a day is said as %s', (perDay, words) => {
  expect(howOften(perDay)).toBe(words)
})

test('the picture has every day of its span, and weeks where it is long', () => {
  const days = [{ day: '2026-11-03', succeeded: 2, failed: 1 }]
  const short = periodsOf({ days, from: '2026-11-01T08:00:00.000Z', to: '2026-11-04T07:00:00.000Z' })
  const long = periodsOf({ days, from: '2026-09-01T08:00:00.000Z', to: '2026-11-30T07:00:00.000Z' })

  expect(short).toEqual({
    unit: 'day',
    periods: [
      { label: '11-01', succeeded: 0, failed: 0 },
      { label: '11-02', succeeded: 0, failed: 0 },
      { label: '11-03', succeeded: 2, failed: 1 },
      { label: '11-04', succeeded: 0, failed: 0 },
    ],
  })
  expect(long.unit).toBe('week')
  expect(long.periods).toHaveLength(13)
  expect(long.periods.filter(({ succeeded }) => succeeded > 0)).toEqual([
    { label: '11-03', succeeded: 2, failed: 1 },
  ])
})

test.each([
  [[19_000, 40_000], 'seconds'],
  [[19_000, 600_000], 'minutes'],
  [[8 * 3_600_000], 'hours'],
  [[3 * 86_400_000], 'days'],
  [[], 'seconds'],
])('durations of %j ms are drawn in %s', (durations, unit) => {
  expect(unitOf(durations).name).toBe(unit)
})

test('what the picture shows is said in words for whoever cannot see it', () => {
  const metrics = measure({ rows: [run('a', [0, 10, 20]), run('b', [0, 10, 40])], releases: [] }, span)

  expect(metricsInWords('shop', metrics)).toBe(
    'shop had 2 good deployments to production since 2026-11-01, 0 % of all failed. staging no deployment yet. production 2 deployments, 0 % failed, median 30 min, 90 % within 30 min.',
  )
})
