import { describe, expect, test } from 'vitest'
import { differences, type Recorded } from '../../../domain/environment/reconcile.js'
import {
  configured,
  environmentRecord,
  isSetupRequired,
  statusOf,
} from '../../../domain/environment/record.js'
import { repaired } from '../../../domain/environment/repair.js'
import { restored } from '../../../domain/environment/restore.js'
import { type EnvironmentState, withLifecycle } from '../../../domain/environment/state.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import type { DeploymentState } from '../../../domain/states.js'
import { anApp } from '../../support/app-definition.js'
import { ALICE, aLane, BOB, commitOf, deploymentId, minute, sure } from '../../support/lane.js'
import {
  aLivingPreview,
  deploying,
  failing,
  orderFor,
  previewApp,
  queued,
  running,
  setUp,
} from '../../support/lifecycle.js'
import { aDeployment, anEnvironment } from '../../support/release-views.js'

const preview = { ...running(aLivingPreview()), seq: 7 }
const teardown = (phase: 'waiting' | 'running' | 'failed') =>
  ({ teardown: { phase, by: BOB, cause: { kind: 'asked' }, at: minute(5), failure: null } }) as const

describe('what the record says against what the workflow holds', () => {
  const row = environmentRecord(preview)

  test.each<[string, Partial<Recorded>]>([
    ['state', { state: 'absent' }],
    ['setupRequired', { setupRequired: false }],
    ['currentDeployment', { currentDeployment: null }],
    ['generation', { generation: 2 }],
    ['expiresAt', { expiresAt: minute(61) }],
    ['seq', { seq: 6 }],
  ])('finds another %s', (field, change) => {
    const truth: Readonly<Record<string, unknown>> = { ...row }
    const [[, recorded] = []] = Object.entries(change)
    expect(differences(preview, { ...row, ...change }, [])).toEqual({
      gone: false,
      fields: [{ field, recorded, actual: truth[field] }],
      orphans: [],
    })
  })

  test.each<[string, EnvironmentState, readonly number[]]>([
    ['nothing, where both agree', preview, []],
    ['deployments that nobody knows any more', preview, [4, 5]],
    ['not what runs', deploying(preview, orderFor(preview, 4)), [5]],
    ['not what waits', queued(preview, orderFor(preview, 4), orderFor(preview, 5)), []],
  ])('finds %s', (_, state, lost) => {
    const unfinished = lost.length === 0 && state === preview ? [] : [deploymentId(4), deploymentId(5)]
    const found = differences(state, environmentRecord(state), unfinished)
    expect(found?.orphans ?? []).toEqual(lost.map(deploymentId))
    expect(found === null).toBe(lost.length === 0)
  })
})

test('a repair goes past the number of the record, and ends what nobody knows', () => {
  const state = queued({ ...preview, seq: 3 }, orderFor(preview, 4))
  const difference = { gone: false, fields: [], orphans: [deploymentId(4), deploymentId(5)] }
  const { state: next, moves, events } = repaired(state, { seq: 9, difference }, minute(8))

  expect(next.seq).toBe(9)
  expect(repaired(state, { seq: 2, difference }, minute(8)).state.seq).toBe(3)
  expect(moves).toEqual([
    {
      ...{ id: deploymentId(5), to: 'aborted', at: minute(8), by: SLIPWAY, attempt: null, failedStage: null },
      note: { kind: 'aborted', cause: { kind: 'unknown' } },
    },
  ])
  expect(events).toMatchObject([{ kind: 'environment.repaired', facts: difference, actor: SLIPWAY }])
})

describe('an environment that is restored from its record', () => {
  const definition = sure(previewApp.environments[0])
  const lock = { owner: ALICE, reason: 'load test', since: minute(1), until: null }
  const hold = { by: ALICE, reason: 'broken', since: minute(1), rollback: null }
  const freeze = { owner: ALICE, reason: 'audit', since: minute(1), until: minute(90) }
  const current = aDeployment({ number: 3, state: 'accepted' })
  const restoredWith = (change: Parameters<typeof anEnvironment>[1]) =>
    restored(previewApp, definition, { view: anEnvironment('integration', change), generation: 4, seq: 11 })

  test('keeps what closes it, its generation and its number', () => {
    const state = restoredWith({ lock, hold, freeze, current })
    expect(state).toMatchObject({ lock, hold, freeze, seq: 11, lifecycle: { generation: 4 } })
  })

  test.each<[DeploymentState, string, number]>([
    ['accepted', 'accepted', 1],
    ['awaiting_acceptance', 'awaiting', 0],
    ['rejected', 'rejected', 0],
    ['superseded', 'superseded', 0],
    ['failed', 'accepted', 1],
  ])('holds what was %s as %s', (state, acceptance, accepted) => {
    const found = restoredWith({ current: { ...current, state } })
    expect(found.current).toMatchObject({
      acceptance,
      order: { id: current.id, commit: current.commit, definition },
    })
    expect(found.accepted.length).toBe(accepted)
  })

  test('has nothing where nothing ran', () => {
    expect(restoredWith({ current: null })).toMatchObject({ current: null, accepted: [] })
  })

  test('needs its setup, whatever was applied', () => {
    const view = anEnvironment('integration', { current })
    const detail = {
      ...view.detail,
      templateVersion: 3,
      templateApplied: 3,
      variablesVersion: 2,
      variablesApplied: 2,
    }
    const state = restoredWith({ current, detail })

    expect(isSetupRequired(state)).toBe(true)
    expect(state).toMatchObject({
      template: { version: 3, applied: 0 },
      variables: { version: 2, applied: 0 },
    })
  })

  test('a preview has its owner and its end again', () => {
    const view = anEnvironment('integration', { current })
    const detail = { ...view.detail, preview: true, owner: BOB, branch: 'feature', pull: 9 }
    const state = restoredWith({ current, detail, expiresAt: minute(60) })

    expect(state.lifecycle).toMatchObject({
      preview: { owner: BOB, branch: 'feature', pull: 9, commit: current.commit },
      expiry: { at: minute(60), extensions: 0, noticed: [] },
    })
    expect(restoredWith({ current, detail: { ...detail, owner: null } }).lifecycle.preview).toBeNull()
  })
})

describe('what an environment is said to be', () => {
  const noSetup = aLane('production')
  const lane = aLane('integration', previewApp)

  test.each<[string, EnvironmentState, string]>([
    ['absent, where nothing ever ran', lane, 'absent'],
    ['set up, at its first deployment', deploying(lane), 'setting_up'],
    ['deployed to, after its setup', deploying(setUp(lane)), 'deploying'],
    ['deployed to, where there is no setup', deploying(noSetup), 'deploying'],
    ['ready', running(lane), 'ready'],
    ['failed, when something was touched', failing(running(lane)), 'failed'],
    ['ready, when nothing was', failing(running(lane), orderFor(lane), { touched: false }), 'ready'],
    ['torn down, while that waits', withLifecycle(running(lane), teardown('waiting')), 'tearing_down'],
    ['left over', withLifecycle(running(lane), teardown('failed')), 'teardown_failed'],
    [
      'deployed to, before a teardown',
      withLifecycle(deploying(setUp(lane)), teardown('waiting')),
      'deploying',
    ],
    ['retired', withLifecycle(running(lane), { retired: true }), 'retired'],
    [
      'out of sync',
      withLifecycle(running(lane), {
        drift: { finding: { kind: 'commit', expected: commitOf(1), observed: 'x' }, at: minute(1) },
      }),
      'out_of_sync',
    ],
  ])('%s', (_, state, wanted) => {
    expect(statusOf(state)).toBe(wanted)
  })

  test.each<[string, EnvironmentState, boolean]>([
    ['without a setup stage never', noSetup, false],
    ['before the first', lane, true],
    ['no more after it', setUp(lane), false],
    [
      'with another template',
      setUp({ ...lane, template: { ...lane.template, version: 2, applied: 1 } }),
      true,
    ],
    [
      'with other variables',
      setUp({ ...lane, variables: { ...lane.variables, version: 2, applied: 1 } }),
      true,
    ],
  ])('setup is required: %s', (_, state, wanted) => {
    expect(isSetupRequired(state)).toBe(wanted)
  })

  test.each<[string, EnvironmentState, string | null]>([
    ['its grace', aLivingPreview({ closing: { cause: { kind: 'expired' }, until: minute(40) } }), minute(40)],
    ['its expiry', aLivingPreview(), minute(60)],
    ['never', lane, null],
  ])('its end: %s', (_, state, wanted) => {
    expect(environmentRecord(state).expiresAt).toBe(wanted)
  })
})

describe("today's configuration", () => {
  const changed = { ...previewApp, configHash: 'new' }

  test('is taken over, and what was retired is back', () => {
    const state = configured(withLifecycle(aLane('integration', previewApp), { retired: true }), changed)
    expect(state).toMatchObject({ configHash: 'new', position: 0, lifecycle: { retired: false } })
  })

  test('without the environment it is retired', () => {
    expect(
      configured(
        aLane('integration', previewApp),
        anApp({
          environments: `
      - { name: other, mode: continuous, patch: { run: p } }`,
        }),
      ).lifecycle.retired,
    ).toBe(true)
  })

  test('of a preview is that of what it is like', () => {
    expect(configured(aLivingPreview(), changed)).toMatchObject({
      configHash: 'new',
      position: 1,
      definition: { branch: 'feature' },
    })
  })

  test('without previews takes nothing from one that lives', () => {
    expect(configured(aLivingPreview(), anApp())).toMatchObject({
      lifecycle: { retired: false },
      configHash: previewApp.configHash,
    })
  })
})
