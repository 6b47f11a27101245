import { describe, expect, test } from 'vitest'
import { planStages, setupNeeded } from '../../../domain/environment/plan.js'
import { findEnvironment } from '../../../domain/pipeline.js'
import { anApp } from '../../support/app-definition.js'
import { anOrder, commitOf, minute, sure } from '../../support/lane.js'

const definitionOf = (stages: string) =>
  sure(findEnvironment(anApp({ environments: `\n      - { name: one, ${stages} }` }), 'one'))
const full = definitionOf('setup: { run: s }, patch: { run: p }, check: { run: c }')
const strict = { ...full, requireSetup: 'refuse' as const }
const bare = definitionOf('patch: { run: p }')
const now = { templateHash: 't1', variablesHash: 'v1' }
const setup = {
  ...now,
  outputs: {},
  commit: commitOf(1),
  template: null,
  variablesOf: 'h',
  at: minute(0),
  order: anOrder(1),
}

describe('setup is needed', () => {
  test.each([
    ['before the first', full, null, now, 'never'],
    ['not when what it applied is still right', full, setup, now, null],
    ['for a new template', full, setup, { ...now, templateHash: 't2' }, 'template'],
    ['for new variables', full, setup, { ...now, variablesHash: 'v2' }, 'variables'],
    ['never where there is none', bare, null, now, null],
  ] as const)('%s', (...row) => {
    const [, definition, applied, then, because] = row
    expect(setupNeeded(definition, applied, then)).toBe(because)
  })
})

const older = { ...setup, templateHash: 't0' }
describe('an attempt runs', () => {
  test.each([
    ['setup instead of patch the first time', full, null, false, null, ['setup', 'check']],
    ['patch afterwards', full, setup, false, null, ['patch', 'check']],
    ['setup when it has become necessary', full, older, false, null, ['setup', 'check']],
    ['setup on a rebuild', full, setup, true, null, ['setup', 'check']],
    ['patch alone where there is nothing else', bare, null, false, null, ['patch']],
    ['only the check on a retry of the check', full, setup, false, 'check', ['check']],
    [
      'setup all the same when a retry of the check finds it necessary',
      full,
      older,
      false,
      'check',
      ['setup', 'check'],
    ],
    ['nothing more after a skipped check', full, setup, false, 'end', []],
  ] as const)('%s', (...row) => {
    const [, definition, applied, rebuild, from, stages] = row
    expect(planStages(definition, { setup: applied, now, rebuild, from })).toEqual({ kind: 'run', stages })
  })

  test.each([
    ['nothing where setup is refused', false, 'refuse'],
    ['setup where it is refused but a person asked for it', true, 'run'],
  ] as const)('%s', (_, rebuild, kind) => {
    expect(planStages(strict, { setup: older, now, rebuild, from: null }).kind).toBe(kind)
  })
})
