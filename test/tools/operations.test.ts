/** The dashboard and the alarms of docs/operations name what Slipway shows, and nothing else. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { createMetrics } from '../../http/metrics.js'

const folder = resolve(import.meta.dirname, '../../docs/operations')
const text = (file: string): string => readFileSync(join(folder, file), 'utf8')
const PROMTOOL = '/usr/bin/promtool'

const rule = z.object({ alert: z.string(), expr: z.string(), annotations: z.object({ summary: z.string() }) })
const alerts = z
  .object({ groups: z.array(z.object({ rules: z.array(rule) })) })
  .parse(parse(text('alerts.yml')))
  .groups.flatMap(({ rules }) => rules)
const panels = z
  .object({
    panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) })),
  })
  .parse(JSON.parse(text('dashboard.json'))).panels
const expressions = [
  ...alerts.map(({ expr }) => expr),
  ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
]

test('every metric that they name is one that Slipway shows, and every one of its own is on the dashboard', async () => {
  const nothing = async () => ({})
  const counted = { deployments: nothing, unanswered: nothing, reports: nothing }
  const { body } = await createMetrics({ ...counted, workers: async () => [] }).text()
  const types = [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)]
  const shown = types.flatMap(([, name = '', type]) => (type === 'histogram' ? [`${name}_bucket`] : [name]))
  const named = expressions.flatMap(
    (expression) => expression.match(/\b(?:slipway|process|nodejs)_\w+/g) ?? [],
  )

  expect(named.length).toBeGreaterThan(15)
  expect(named.filter((name) => !shown.includes(name))).toEqual([])
  const own = shown.filter((name) => name.startsWith('slipway_') && !name.includes('removed_bytes'))
  expect(own.filter((name) => !named.includes(name))).toEqual([])
})

test('every alarm says what is wrong, and where the runbook has more that page has it', () => {
  const page = (name: string): string => readFileSync(join(folder, '..', name), 'utf8')
  const referred = alerts.flatMap(({ annotations: { summary } }) => {
    const [, file, title] = /docs\/(\S+\.md), "(.+)"/.exec(summary) ?? []
    return file === undefined ? [] : [{ file, title: `## ${title}` }]
  })

  expect(alerts.filter(({ annotations }) => annotations.summary.length < 20)).toEqual([])
  expect(referred.length).toBeGreaterThan(3)
  expect(referred.filter(({ file, title }) => !page(file).includes(title))).toEqual([])
})

test.skipIf(!existsSync(PROMTOOL))('Prometheus takes the alarms', () => {
  expect(
    execFileSync(PROMTOOL, ['check', 'rules', join(folder, 'alerts.yml')], { encoding: 'utf8' }),
  ).toMatch(/SUCCESS: \d+ rules found/)
})
