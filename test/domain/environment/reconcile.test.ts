import { describe, expect, test } from 'vitest'
import { differences, type Recorded } from '../../../domain/environment/reconcile.js'
import {
  configured,
  environmentRecord,
  isSetupRequired,
  statusOf,
} from '../../../domain/environment/record.js'
import { repaired } from '../../../domain/environment/repair.js'
import { resumed } from '../../../domain/environment/resume.js'
import { type EnvironmentState, withLifecycle } from '../../../domain/environment/state.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import { anApp } from '../../support/app-definition.js'
import { aLane, BOB, commitOf, deploymentId, minute } from '../../support/lane.js'
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

test('finds as many differences as deployments that nobody knows', () => {
  const row = { ...environmentRecord(preview), seq: 6 }
  expect(differences(preview, row, [deploymentId(4)])).toEqual({
    fields: [{ field: 'seq', recorded: 6, actual: 7 }],
    orphans: [deploymentId(4)],
  })
})

test('a repair goes past the number of the record, and ends what nobody knows', () => {
  const state = queued({ ...preview, seq: 3 }, orderFor(preview, 4))
  const difference = { fields: [], orphans: [deploymentId(4), deploymentId(5)] }
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

describe('an environment that goes on from its record', () => {
  test('is as it was, and says so', () => {
    const { state, moves, events } = resumed(preview, minute(8))
    expect(state).toEqual(preview)
    expect(moves).toEqual([])
    expect(events).toMatchObject([{ kind: 'environment.restored', facts: { interrupted: null } }])
  })

  test('has lost what ran: it failed, as interrupted, and what waits still waits', () => {
    const order = orderFor(preview, 4)
    const before = queued(deploying(preview, order), orderFor(preview, 5))
    const { state, moves, events } = resumed(before, minute(8))

    expect(state).toMatchObject({ running: null, queue: before.queue, current: preview.current })
    expect(state.failed).toMatchObject({ why: { kind: 'interrupted' }, touched: true })
    expect(moves).toMatchObject([{ id: deploymentId(4), to: 'failed' }])
    expect(events.map(({ kind }) => kind)).toEqual(['environment.restored', 'deployment.failed'])
    expect(events).toMatchObject([{ facts: { interrupted: order.candidate?.name } }, {}])
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
