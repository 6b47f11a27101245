import { expect, test } from 'vitest'
import { metricsChart } from '../../bot/views/charts/metrics-chart.js'
import { metricsMessage } from '../../bot/views/read/metrics-message.js'
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
  expect(metricsMessage('shop', metrics).text).toContain('0 good deployments')
  expect(Buffer.from(png).subarray(1, 4).toString()).toBe('PNG')
  expect(png.length).toBeGreaterThan(5_000)
})
