import { afterEach, describe, expect, test } from 'vitest'
import { lifeOf } from '../../domain/environment/life.js'
import { environmentRecord } from '../../domain/environment/record.js'
import type { EnvironmentState } from '../../domain/environment/state.js'
import {
  type EnvironmentName,
  parseDeploymentId,
  parseEnvironmentName,
  parseUserId,
} from '../../domain/identifiers.js'
import { anApp } from '../support/app-definition.js'
import { type SkippedEnvironment, startSkipped } from '../support/skipped-environment.js'
import { timeSkippingServer } from '../support/time-skipping.js'

const server = timeSkippingServer()

const environments = `
      - name: integration
        mode: continuous
        setup: { run: setup.sh }
        patch: { run: patch.sh }
        teardown: { run: teardown.sh }`
const app = anApp({ environments, more: '    previews: { like: integration }' })

function checked<Value>(value: Value | null): Value {
  if (value === null) throw new Error('A constant of this test does not parse')
  return value
}
const alice = checked(parseUserId('U01ALICE'))
const pr = checked(parseEnvironmentName('pr-1'))
const integration = checked(parseEnvironmentName('integration'))
let count = 0
const deployment = () => checked(parseDeploymentId(`dep_${String(++count).padStart(26, '0')}`))

/** Needs Java; without it these tests are skipped, never waited out. */
describe.skipIf(server === null)('the clock of an environment', () => {
  let skipped: SkippedEnvironment
  afterEach(async () => skipped?.close())

  const state = (name: EnvironmentName): Promise<EnvironmentState> =>
    skipped.gateway.readEnvironment(app.name, name)
  async function ask(verb: 'create' | 'extend' | 'keep', name: EnvironmentName = pr): Promise<string> {
    const at = await skipped.now()
    const where = { app, environment: name }
    const key = `k${++count}`
    const by = { by: alice, at }
    const { gateway } = skipped
    const outcome = await (verb === 'create'
      ? gateway.askEnvironment(where, verb, { order: { ...by, deploymentId: deployment(), ref: 'x' }, key })
      : verb === 'extend'
        ? gateway.askEnvironment(where, verb, { order: { ...by, durationMs: null, until: null }, key })
        : gateway.askEnvironment(where, verb, { order: { ...by, until: null }, key }))
    return outcome.kind === 'done' ? 'done' : outcome.refusal.code
  }
  async function settled(name: EnvironmentName, wanted: string): Promise<EnvironmentState> {
    for (let look = 0; look < 200; look++) {
      const now = await state(name)
      if (environmentRecord(now).state === wanted) return now
      await new Promise((resolve) => {
        setTimeout(resolve, 50)
      })
    }
    throw new Error(`${name} is ${environmentRecord(await state(name)).state}, not ${wanted}`)
  }
  const notices = async (): Promise<readonly string[]> =>
    lifeOf(await state(pr)).notices.map(({ kind, at, until }) =>
      until === null
        ? kind
        : `${kind} ${Math.round((Date.parse(until) - Date.parse(at)) / 3_600_000)} h before`,
    )

  test('a preview is told of 24 h and 2 h before its three days end, then torn down once', async () => {
    skipped = await startSkipped(server ?? '')
    expect(await ask('create')).toBe('done')
    await settled(pr, 'ready')
    await skipped.sleep('47 hours')
    expect(await notices()).toEqual([])
    await skipped.sleep('2 hours')
    expect(await notices()).toEqual(['expiring 24 h before'])
    await skipped.sleep('22 hours')
    expect(await notices()).toEqual(['expiring 24 h before', 'expiring 2 h before'])
    await skipped.sleep('2 hours')
    await settled(pr, 'absent')

    expect(skipped.stages).toEqual(['pr-1 setup', 'pr-1 teardown'])
  }, 60_000)

  test('extending moves the end by a day, three times at most, and never past seven days', async () => {
    skipped = await startSkipped(server ?? '')
    await ask('create')
    await settled(pr, 'ready')
    await skipped.sleep('70 hours')
    expect([await ask('extend'), await ask('extend'), await ask('extend'), await ask('extend')]).toEqual([
      'done',
      'done',
      'done',
      'extension-cap',
    ])
    await skipped.sleep('70 hours')
    expect(environmentRecord(await state(pr)).state).toBe('ready')
    await skipped.sleep('6 hours')
    await settled(pr, 'absent')

    expect(skipped.stages.filter((one) => one === 'pr-1 teardown')).toHaveLength(1)
  }, 60_000)

  test('a permanent environment never expires', async () => {
    skipped = await startSkipped(server ?? '')
    expect(await ask('extend', integration)).toBe('permanent')
    await skipped.sleep('400 days')

    expect(skipped.stages).toEqual([])
    expect(environmentRecord(await state(integration)).expiresAt).toBeNull()
  }, 60_000)

  test('an end during a stage that runs waits for it, then tears down', async () => {
    let finish: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      finish = resolve
    })
    skipped = await startSkipped(server ?? '', (stage) => (stage === 'pr-1 patch' ? held : Promise.resolve()))
    await ask('create')
    await settled(pr, 'ready')
    await skipped.sleep('71 hours')
    const at = await skipped.now()
    const order = { by: alice, at, deploymentId: deployment() }
    await skipped.gateway.askEnvironment({ app, environment: pr }, 'patch', { order, key: 'patch' })
    await settled(pr, 'deploying')
    await skipped.gateway.askEnvironment({ app, environment: pr }, 'teardown', {
      order: { by: alice, at, confirmed: true, seen: null },
      key: 'teardown',
    })
    expect(skipped.stages).not.toContain('pr-1 teardown')
    finish()
    await settled(pr, 'absent')

    expect(skipped.stages).toEqual(['pr-1 setup', 'pr-1 patch', 'pr-1 teardown'])
  }, 60_000)
})
