import { describe, expect, test } from 'vitest'
import { parseAppName } from '../../domain/identifiers.js'
import { runsOn, runsOnToday, serves, unserved, unwanted } from '../../domain/runs-on.js'
import type { WorkerStatus } from '../../domain/sandbox.js'
import { anApp } from '../support/app-definition.js'
import { sure } from '../support/lane.js'
import { environmentName } from '../support/release-views.js'

const environments = `
      - { name: integration, mode: continuous, patch: { run: patch.sh } }
      - { name: production, patch: { run: patch.sh }, runsOn: vault }`
const open = anApp({ environments })
const bank = anApp({ environments, more: '    runsOn: bank\n    previews: { like: production }' })
const of = (...apps: (typeof bank)[]) => ({ apps, command: '/release' }) as never
const worker = (labels: readonly string[], parts = { builds: 1, stages: 1 }): WorkerStatus => ({
  ...{ host: 'h', kind: 'off', network: 'host-only', says: '', runsOn: labels, lowDisk: null },
  ...parts,
})

describe('what an app or environment runs on', () => {
  test('is its own label, else its app’s; previews run where what they are like does', () => {
    expect(runsOn(open, null)).toBeNull()
    expect(runsOn(open, environmentName('integration'))).toBeNull()
    expect(runsOn(open, environmentName('production'))).toBe('vault')
    expect(runsOn(bank, null)).toBe('bank')
    expect(runsOn(bank, environmentName('integration'))).toBe('bank')
    expect(runsOn(bank, environmentName('pr-1'))).toBe('vault')
  })

  test('is what the configuration says today; of an app that was taken out, what was asked', () => {
    const work = { app: bank.name, environment: null }
    expect(runsOnToday(of(bank), work, null)).toBe('bank')
    const gone = { app: sure(parseAppName('gone')), environment: null }
    expect(runsOnToday(of(bank), gone, 'old')).toBe('old')
  })
})

test('a worker with labels serves those alone, and only the parts that it does', () => {
  expect(serves(worker([]), null, 'builds')).toBe(true)
  expect(serves(worker([]), 'bank', 'builds')).toBe(false)
  expect(serves(worker(['bank']), 'bank', 'stages')).toBe(true)
  expect(serves(worker(['bank']), null, 'stages')).toBe(false)
  expect(serves(worker(['bank'], { builds: 0, stages: 2 }), 'bank', 'builds')).toBe(false)
})

test('what nobody serves is named with its part and the way out', () => {
  expect(unserved(of(open), [worker([]), worker(['vault'])])).toEqual([])
  expect(unserved(of(open), [worker([])])).toEqual([
    'No worker does the stages with runsOn: vault, so they wait: start a worker with SLIPWAY_RUNS_ON=vault',
  ])
  expect(unserved(of(open), [worker(['vault'])])).toEqual([
    'No worker does the builds and stages without runsOn, so they wait: start a worker without SLIPWAY_RUNS_ON',
  ])
  expect(unwanted(of(bank), ['bank', 'vault', 'bnak'])).toEqual(['bnak'])
})
