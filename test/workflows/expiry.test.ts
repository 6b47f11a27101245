import { afterEach, describe, expect, test } from 'vitest'
import type { EnvironmentOrders } from '../../domain/environment/orders.js'
import { environmentRecord } from '../../domain/environment/record.js'
import type { EnvironmentState } from '../../domain/environment/state.js'
import {
  type EnvironmentName,
  parseCommitSha,
  parseDeploymentId,
  parseEnvironmentName,
  parseUserId,
} from '../../domain/identifiers.js'
import { anApp } from '../support/app-definition.js'
import { sure } from '../support/lane.js'
import { type SkippedEnvironment, startSkipped } from '../support/skipped-environment.js'
import { timeSkippingServer } from '../support/time-skipping.js'
import { stateUntil, until } from '../support/until.js'

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

interface Gate {
  /** Resolves with exit code 0 once it is open. */
  wait(): Promise<number>
  open(): void
}
function gate(): Gate {
  let open: () => void = () => undefined
  const opened = new Promise<number>((resolve) => {
    open = () => resolve(0)
  })
  return { wait: () => opened, open: () => open() }
}
const holding =
  (held: Gate, what: string) =>
  async (stage: string): Promise<number> =>
    stage === what ? held.wait() : 0
const other = checked(parseCommitSha('3'.repeat(40)))

/** Without the server that skips time these tests are skipped, never waited out; CI has it. */
describe.skipIf(server === null)('the clock of an environment', () => {
  let skipped: SkippedEnvironment
  afterEach(async () => skipped?.close())

  const state = async (name: EnvironmentName): Promise<EnvironmentState> =>
    sure(await skipped.gateway.readEnvironment(app.name, name))
  type Verb = 'create' | 'extend' | 'keep' | 'patch' | 'rebuild' | 'teardown'
  async function ask(verb: Verb, name: EnvironmentName = pr, ref = 'x'): Promise<string> {
    const by = { by: alice, at: await skipped.now() }
    const byHand = { ...by, deploymentId: deployment() }
    const orders: EnvironmentOrders = {
      ...({} as EnvironmentOrders),
      create: { ...byHand, ref },
      rebuild: byHand,
      patch: byHand,
      extend: { ...by, durationMs: null, until: null },
      keep: { ...by, until: null },
      teardown: { ...by, confirmed: true, seen: null, typed: null },
    }
    const order = { order: orders[verb], key: `k${++count}` }
    const outcome = await skipped.gateway.askEnvironment({ app, environment: name }, verb, order)
    return outcome.kind === 'done' ? 'done' : outcome.refusal.code
  }
  const comes = (holds: (state: EnvironmentState) => boolean): Promise<EnvironmentState> =>
    stateUntil(() => state(pr), holds)
  /** Just before the preview's end: the next seconds are real ones, and something may still begin, on a slow machine too. */
  const untilJustBefore = async (leftMs = 10_000): Promise<void> => {
    const { expiry } = (await state(pr)).lifecycle
    const left = Date.parse(expiry?.at ?? '') - Date.parse(await skipped.now())
    await skipped.sleep(`${left - leftMs} ms`)
  }
  const settled = (name: EnvironmentName, wanted: string): Promise<EnvironmentState> =>
    stateUntil(
      () => state(name),
      (now) => environmentRecord(now).state === wanted,
    )
  const notices = async (): Promise<readonly string[]> =>
    (await state(pr)).lifecycle.notices.map((notice) =>
      'until' in notice && notice.until !== null
        ? `${notice.kind} ${Math.round((Date.parse(notice.until) - Date.parse(notice.at)) / 3_600_000)} h before`
        : notice.kind,
    )

  test('the end of a preview is announced 24 h and 2 h before its three days are over, then it is torn down once', async () => {
    skipped = await startSkipped(server ?? '')
    expect(await ask('create')).toBe('done')
    await settled(pr, 'ready')
    await skipped.sleep('47 hours')
    expect(await notices()).toEqual(['ready 72 h before'])
    await skipped.sleep('2 hours')
    expect(await notices()).toEqual(['ready 72 h before', 'expiring 24 h before'])
    await skipped.sleep('22 hours')
    expect(await notices()).toEqual([...['ready 72 h before', 'expiring 24 h before', 'expiring 2 h before']])
    await skipped.sleep('2 hours')
    await settled(pr, 'absent')

    expect(skipped.stages).toEqual(['pr-1 setup', 'pr-1 teardown'])
  })

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
  })

  test('a permanent environment never expires', async () => {
    skipped = await startSkipped(server ?? '')
    expect(await ask('extend', integration)).toBe('permanent')
    await skipped.sleep('400 days')

    expect(skipped.stages).toEqual([])
    expect(environmentRecord(await state(integration)).expiresAt).toBeNull()
  })

  describe('an end and a patch at the same moment', () => {
    test('a patch that began before the end finishes, then the teardown runs, once', async () => {
      const held = gate()
      skipped = await startSkipped(server ?? '', { within: holding(held, 'pr-1 patch') })
      await ask('create')
      await settled(pr, 'ready')
      await untilJustBefore()
      await ask('patch')
      await settled(pr, 'deploying')
      await comes((now) => now.lifecycle.teardown?.phase === 'waiting')
      await until('the patch to begin', async () => skipped.stages.length > 1)
      expect(skipped.stages).toEqual(['pr-1 setup', 'pr-1 patch'])
      held.open()
      await settled(pr, 'absent')

      expect(skipped.stages).toEqual(['pr-1 setup', 'pr-1 patch', 'pr-1 teardown'])
    })

    test('while it is torn down a patch is refused, a push is ignored, and nothing puts the end off', async () => {
      const held = gate()
      skipped = await startSkipped(server ?? '', { within: holding(held, 'pr-1 teardown') })
      await ask('create')
      await settled(pr, 'ready')
      await untilJustBefore(1_000)
      await settled(pr, 'tearing_down')
      const answers = [await ask('patch'), await ask('rebuild'), await ask('extend'), await ask('keep')]
      await skipped.gateway.previewPush(app.name, 'x', other)
      held.open()
      await settled(pr, 'absent')

      expect(answers).toEqual(['tearing-down', 'tearing-down', 'tearing-down', 'tearing-down'])
      expect(skipped.stages).toEqual(['pr-1 setup', 'pr-1 teardown'])
    })

    test('a teardown that somebody ordered begins, though nothing else happens', async () => {
      skipped = await startSkipped(server ?? '')
      await ask('create')
      await settled(pr, 'ready')
      expect(await ask('teardown')).toBe('done')
      await settled(pr, 'absent')

      expect(skipped.stages).toEqual(['pr-1 setup', 'pr-1 teardown'])
    })

    test('a teardown that ends while something is written is not begun again', async () => {
      const held = gate()
      const writes = gate()
      let slow = false
      let writing = false
      skipped = await startSkipped(server ?? '', {
        within: async (what) => {
          if (what === 'pr-1 teardown') return held.wait()
          if (what !== 'record' || !slow) return 0
          writing = true
          return writes.wait()
        },
      })
      await ask('create')
      await settled(pr, 'ready')
      await ask('teardown')
      await settled(pr, 'tearing_down')
      slow = true
      const refused = ask('extend')
      await comes(() => writing)
      held.open()
      // Each query is answered after the tasks that the workflow has by then: by the last one it has heard of the end.
      for (let looked = 0; looked < 20; looked++) await settled(pr, 'tearing_down')
      writes.open()
      expect(await refused).toBe('tearing-down')
      await settled(pr, 'absent')

      expect(skipped.stages).toEqual(['pr-1 setup', 'pr-1 teardown'])
    })

    test('a build that ends after the teardown brings nothing back', async () => {
      const held = gate()
      let builds = 0
      skipped = await startSkipped(server ?? '', {
        within: async (what) => (what === 'build' && ++builds === 2 ? held.wait() : 0),
      })
      await ask('create')
      await settled(pr, 'ready')
      await untilJustBefore()
      await ask('patch')
      await comes(() => builds === 2)
      await settled(pr, 'absent')
      held.open()
      // A new preview of that name waits until the old build is over: so by its setup the old one had its chance.
      expect(await ask('create')).toBe('done')
      await settled(pr, 'ready')

      expect(skipped.stages).toEqual(['pr-1 setup', 'pr-1 teardown', 'pr-1 setup'])
    })
  })

  describe('a preview whose pull request was closed', () => {
    const closed = { number: 17, merged: true, closedAt: '2026-11-25T12:00:00Z' }
    const close = (pull = closed) => skipped.gateway.previewPush(app.name, 'x', null, pull)

    test('is torn down ten minutes after people were told', async () => {
      skipped = await startSkipped(server ?? '')
      await ask('create', pr, '#17')
      await settled(pr, 'ready')
      await close()
      await comes((now) => now.lifecycle.closing !== null)
      await skipped.sleep('9 minutes')
      expect(environmentRecord(await state(pr)).state).toBe('ready')
      await skipped.sleep('2 minutes')
      await settled(pr, 'absent')
    })

    test('lives on when somebody keeps it, and is not told of the same closing again; nor of another one’s', async () => {
      skipped = await startSkipped(server ?? '')
      await ask('create', pr, '#17')
      await settled(pr, 'ready')
      await close({ ...closed, number: 18 })
      await close()
      await comes((now) => now.lifecycle.closing !== null)
      expect(await ask('keep')).toBe('done')
      await close()
      await close({ ...closed, number: 18 })
      await skipped.sleep('20 minutes')

      expect(environmentRecord(await state(pr)).state).toBe('ready')
      expect((await state(pr)).lifecycle.notices).toMatchObject([
        { kind: 'ready' },
        { kind: 'closing', cause: { kind: 'pull-request', number: 17, merged: true } },
      ])
    })
  })

  test('after a teardown that failed a push brings nothing back; a rebuild does, with a new end', async () => {
    let fails = true
    skipped = await startSkipped(server ?? '', {
      within: async (what) => (what === 'pr-1 teardown' && fails ? 1 : 0),
    })
    await ask('create')
    await settled(pr, 'ready')
    await skipped.sleep('73 hours')
    await settled(pr, 'teardown_failed')
    await skipped.gateway.previewPush(app.name, 'x', other)
    expect([await ask('extend'), await ask('keep')]).toEqual(['teardown-failed', 'teardown-failed'])
    expect(await ask('rebuild')).toBe('done')
    await settled(pr, 'ready')
    await skipped.sleep('47 hours')
    expect(environmentRecord(await state(pr)).state).toBe('ready')
    fails = false
    await skipped.sleep('26 hours')
    await settled(pr, 'absent')

    expect(skipped.stages).toEqual(['pr-1 setup', 'pr-1 teardown', 'pr-1 setup', 'pr-1 teardown'])
  })
})
