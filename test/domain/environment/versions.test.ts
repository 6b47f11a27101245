import { describe, expect, test } from 'vitest'
import type { EnvironmentState, VersionedContent } from '../../../domain/environment/state.js'
import { withLifecycle } from '../../../domain/environment/state.js'
import { launchable, seen, withApplied, withInspected } from '../../../domain/environment/versions.js'
import { aLane, BOB, minute, sure } from '../../support/lane.js'
import { aPreview, orderFor, previewApp, running, setUp } from '../../support/lifecycle.js'

const nothing: VersionedContent = { hash: null, version: 0, applied: 0, known: [] }
const contents = (...hashes: readonly (string | null)[]): VersionedContent => hashes.reduce(seen, nothing)

test.each<[string, readonly (string | null)[], number]>([
  ['no content has no version', [null], 0],
  ['the first is 1', ['a'], 1],
  ['the same again keeps it', ['a', 'a'], 1],
  ['another is the next', ['a', 'b'], 2],
  ['one that was there before has its version again', ['a', 'b', 'a'], 1],
  ['a new one after that is newer than all', ['a', 'b', 'a', 'c'], 3],
  ['none for once changes nothing', ['a', 'b', null], 2],
])('the version of a content: %s', (_, hashes, version) => {
  const content = contents(...hashes)
  expect([content.version, content.hash]).toEqual([version, hashes.findLast((hash) => hash !== null) ?? null])
})

test('versions go on rising after a restart that forgot the hashes', () => {
  expect(seen({ ...nothing, version: 7, known: [] }, 'a').version).toBeGreaterThan(7)
})

test('the last twenty contents are known', () => {
  const many = contents(...Array.from({ length: 30 }, (_, index) => `h${index}`))
  expect(many.known.length).toBe(20)
  expect([seen(many, 'h29').version, seen(many, 'h10').version, seen(many, 'h9').version]).toEqual([
    30, 11, 31,
  ])
})

const lane = aLane('integration', previewApp)

test('a look at a commit applies nothing; a setup does', () => {
  const inspected = withInspected(lane, { templateHash: 't1', variablesHash: 'v1' })
  expect([inspected.template, inspected.variables]).toMatchObject([
    { hash: 't1', version: 1, applied: 0 },
    { hash: 'v1', version: 1, applied: 0 },
  ])
  const record = sure(setUp(lane, { templateHash: 't2', variablesHash: 'v1' }).setup)
  const applied = withApplied(inspected, record)
  expect(applied.setup).toBe(record)
  expect([applied.template, applied.variables]).toMatchObject([
    { hash: 't2', version: 2, applied: 2 },
    { hash: 'v1', version: 1, applied: 1 },
  ])
})

describe('what is run', () => {
  const entry = {
    order: { ...orderFor(lane), configHash: 'old' },
    attempt: { number: 2, from: null, runs: {}, host: null, reattach: false },
  }

  test("is by the order's own stages with the environment's present variables", () => {
    expect(launchable({ ...lane, configHash: 'today' }, entry)).toMatchObject({
      entry: { ...entry, order: { configHash: 'old' } },
      variablesOf: 'today',
    })
  })

  const failed = { phase: 'failed', by: BOB, cause: { kind: 'asked' }, at: minute(5), failure: null } as const
  test.each<[string, EnvironmentState, object]>([
    [
      'with what was set up',
      { ...setUp(lane), fence: 8 },
      { setup: setUp(lane).setup, preview: false, fence: 8 },
    ],
    [
      'without it after a teardown that failed',
      withLifecycle(setUp(lane), { teardown: failed }),
      { setup: null },
    ],
    ['as a preview', running(aPreview()), { preview: true, setup: null }],
  ])('%s', (_, state, wanted) => {
    expect(launchable(state, entry)).toMatchObject(wanted)
  })
})
