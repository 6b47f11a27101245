import { describe, expect, test } from 'vitest'
import { awaitTeardown } from '../../../domain/environment/await-teardown.js'
import {
  advanceExpiry,
  afterStart,
  extend,
  keep,
  mayTearDown,
  nextExpiryStep,
  withExpiry,
} from '../../../domain/environment/expiry.js'
import type { EnvironmentLifecycle } from '../../../domain/environment/lifecycle.js'
import { type EnvironmentState, step, withLifecycle } from '../../../domain/environment/state.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import { ALICE, aLane, BOB, minute } from '../../support/lane.js'
import { aLivingPreview, answered, aPreview, deploying } from '../../support/lifecycle.js'

const expiry = { startedAt: minute(0), at: minute(60), extensions: 0, noticed: [] }
const closing = { cause: { kind: 'branch-gone', branch: 'feature' }, until: minute(40) } as const
const teardown = (phase: 'waiting' | 'running' | 'failed'): Partial<EnvironmentLifecycle> => ({
  teardown: {
    ...{ phase, by: BOB, cause: { kind: 'asked' }, at: minute(5) },
    failure: phase === 'failed' ? { stage: 'teardown', failure: { kind: 'fault', message: 'gone' } } : null,
  },
})
const HOUR = 3_600_000

describe('when an environment begins to live', () => {
  test.each<[string, EnvironmentState, EnvironmentLifecycle['expiry']]>([
    ['one with an expiry has an end', aPreview(), { ...expiry, startedAt: minute(3), at: minute(63) }],
    ['one that lives already keeps its end', aLivingPreview(), expiry],
    ['a permanent one has none', aLane(), null],
  ])('%s', (_, state, wanted) => {
    expect(withExpiry(state, minute(3)).lifecycle.expiry).toEqual(wanted)
    expect(afterStart(step(state), minute(3)).state.lifecycle.expiry).toEqual(wanted)
  })
})

describe('what comes next by the clock', () => {
  test.each<[string, EnvironmentState, string | null]>([
    ['the first notice', aLivingPreview(), minute(30)],
    [
      'the next, once that was given',
      aLivingPreview({ expiry: { ...expiry, noticed: [1_800_000] } }),
      minute(50),
    ],
    [
      'the end, once all were',
      aLivingPreview({ expiry: { ...expiry, noticed: [1_800_000, 600_000] } }),
      minute(60),
    ],
    [
      'no notice from before it lived',
      aLivingPreview({ expiry: { ...expiry, startedAt: minute(31) } }),
      minute(50),
    ],
    [
      'a notice of its first instant',
      aLivingPreview({ expiry: { ...expiry, startedAt: minute(30) } }),
      minute(30),
    ],
    ['the end of a grace', aLivingPreview({ expiry: null, closing }), minute(40)],
    ['nothing while it is torn down', aLivingPreview(teardown('running')), null],
    ['nothing for one without an end', aLane(), null],
  ])('%s', (_, state, wanted) => {
    expect(nextExpiryStep(state)).toBe(wanted)
  })
})

describe('what the clock does', () => {
  const done = (state: EnvironmentState, at: number) => {
    const { state: next, events } = advanceExpiry(state, minute(at))
    return {
      events: events.map(({ kind }) => kind),
      noticed: next.lifecycle.expiry?.noticed,
      notices: next.lifecycle.notices.map((notice) => [
        notice.kind,
        'until' in notice && notice.until,
        notice.at,
      ]),
      teardown: next.lifecycle.teardown,
    }
  }
  const nothing = { events: [], noticed: [], notices: [], teardown: null }
  const ordered = (cause: object, at: number) => ({
    events: ['environment.teardown_ordered'],
    teardown: { phase: 'waiting', by: SLIPWAY, cause, at: minute(at), failure: null },
  })

  test.each<[string, EnvironmentState, number, object]>([
    ['nothing before the first notice', aLivingPreview(), 29, nothing],
    [
      'the notice that is due',
      aLivingPreview(),
      30,
      {
        events: ['environment.expiring'],
        noticed: [1_800_000],
        notices: [['expiring', minute(60), minute(30)]],
      },
    ],
    [
      'one notice for all that are',
      aLivingPreview(),
      50,
      { noticed: [1_800_000, 600_000], events: ['environment.expiring'] },
    ],
    [
      'no notice twice',
      aLivingPreview({ expiry: { ...expiry, noticed: [1_800_000] } }),
      40,
      { ...nothing, noticed: [1_800_000] },
    ],
    ['the end at its instant', aLivingPreview(), 60, ordered({ kind: 'expired' }, 60)],
    ['the end of a grace before anything else', aLivingPreview({ closing }), 60, ordered(closing.cause, 60)],
    ['the grace at its instant', aLivingPreview({ closing }), 40, ordered(closing.cause, 40)],
    [
      'a notice during a grace',
      aLivingPreview({ closing }),
      39,
      { events: ['environment.expiring'], teardown: null },
    ],
    ['nothing for one without an end', aLane(), 60, { ...nothing, noticed: undefined }],
    ['nothing while it is torn down', aLivingPreview(teardown('running')), 60, { events: [] }],
  ])('%s', (_, state, at, wanted) => {
    expect(done(state, at)).toMatchObject(wanted)
  })
})

describe('the wait for a teardown', () => {
  const why = { by: ALICE, at: minute(9), cause: { kind: 'asked' } } as const

  test.each<[string, EnvironmentState, boolean]>([
    ['begins with the order', aLivingPreview({ closing }), true],
    ['begins again after one that failed', aLivingPreview(teardown('failed')), true],
    ['is not begun twice', aLivingPreview(teardown('waiting')), false],
    ['is not begun while one runs', aLivingPreview(teardown('running')), false],
  ])('%s', (_, state, begins) => {
    const { state: next, events } = awaitTeardown(state, why)

    expect(events.map(({ kind, actor }) => [kind, actor])).toEqual(
      begins ? [['environment.teardown_ordered', ALICE]] : [],
    )
    const ordered = { closing: null, teardown: { phase: 'waiting', ...why, failure: null } } as const
    expect(next).toEqual(begins ? withLifecycle(state, ordered) : state)
  })

  test.each<[string, EnvironmentState, boolean]>([
    ['ends at once where nothing runs', aLivingPreview(teardown('waiting')), true],
    ['lasts while a stage runs', deploying(aLivingPreview(teardown('waiting'))), false],
    ['is over while the teardown runs', aLivingPreview(teardown('running')), false],
    ['is over after one that failed', aLivingPreview(teardown('failed')), false],
    ['has not begun without an order', aLivingPreview(), false],
  ])('%s', (_, state, may) => {
    expect(mayTearDown(state)).toBe(may)
  })
})

describe('extend', () => {
  const order = { by: BOB, at: minute(35), durationMs: HOUR, until: null }
  const someone = { by: ALICE, at: minute(34), decision: 'extended' } as const
  const moved = { ...expiry, at: minute(120), extensions: 1 }
  const unlimited: EnvironmentState = (() => {
    const state = aLivingPreview()
    return { ...state, definition: { ...state.definition, maxAgeMs: null } }
  })()

  test.each<[string, EnvironmentState, Partial<typeof order> | { until: string }, object]>([
    ['adds what was asked for', aLivingPreview(), {}, { code: 'extended', until: minute(120), left: 1 }],
    ['adds a day where nothing was said', unlimited, { durationMs: null as never }, { until: minute(1_500) }],
    ['goes to the oldest age', aLivingPreview(), { durationMs: 3 * HOUR }, { until: minute(240) }],
    [
      'not past it',
      aLivingPreview(),
      { durationMs: 3 * HOUR + 1 },
      { code: 'extension-cap', cap: { kind: 'age', ms: 4 * HOUR } },
    ],
    ['not by nothing', aLivingPreview(), { durationMs: 0 }, { code: 'extension-cap', cap: { kind: 'age' } }],
    [
      'not for ever',
      unlimited,
      { durationMs: Number.MAX_SAFE_INTEGER },
      { code: 'extension-cap', cap: { kind: 'age' } },
    ],
    [
      'as often as is allowed',
      aLivingPreview({ expiry: { ...expiry, extensions: 1 } }),
      {},
      { code: 'extended', left: 0 },
    ],
    [
      'not more often',
      aLivingPreview({ expiry: { ...expiry, extensions: 2 } }),
      {},
      { cap: { kind: 'count', most: 2 } },
    ],
    [
      'by the button of this end',
      aLivingPreview({ answered: someone }),
      { until: minute(60) },
      { code: 'extended' },
    ],
    [
      'not by the button of an end that somebody moved',
      aLivingPreview({ answered: someone }),
      { until: minute(50) },
      { code: 'already-decided', ...someone },
    ],
    ['by an old button that nobody answered', aLivingPreview(), { until: minute(50) }, { code: 'extended' }],
    [
      'by the button of the grace',
      aLivingPreview({ closing, answered: someone }),
      { until: minute(40) },
      { code: 'extended' },
    ],
    ['not a permanent one', aLane(), {}, { code: 'permanent' }],
    [
      'not a preview whose only end is its grace',
      aLivingPreview({ expiry: null, closing }),
      {},
      { code: 'permanent' },
    ],
    ['not while it goes', aLivingPreview(teardown('running')), {}, { code: 'tearing-down' }],
    [
      'not after a teardown that failed',
      aLivingPreview(teardown('failed')),
      {},
      { code: 'teardown-failed', failure: { stage: 'teardown' } },
    ],
    ['while the teardown still waits', aLivingPreview(teardown('waiting')), {}, { code: 'extended' }],
  ])('%s', (_, state, change, wanted) => {
    const { outcome } = extend(state, { ...order, ...change })
    expect(answered(outcome)).toMatchObject(wanted)
  })

  test('takes back a grace and an order to tear down, gives the notices again, and says who did it', () => {
    const before = aLivingPreview({
      closing,
      ...teardown('waiting'),
      expiry: { ...expiry, noticed: [600_000] },
    })
    const { state, events } = extend(before, order).step

    expect(state.lifecycle).toMatchObject({
      expiry: moved,
      closing: null,
      teardown: null,
      answered: { by: BOB, at: minute(35), decision: 'extended' },
    })
    expect(events).toMatchObject([
      { kind: 'environment.extended', actor: BOB, at: minute(35), facts: { until: minute(120) } },
    ])
  })

  test('changes nothing when it is refused', () => {
    const before = aLivingPreview({ expiry: { ...expiry, extensions: 2 } })
    expect(extend(before, order).step).toEqual(step(before))
  })
})

describe('keep', () => {
  const order = { by: BOB, at: minute(35), until: null }
  const old = { ...expiry, at: minute(240) }

  test.each<[string, EnvironmentState, object, EnvironmentLifecycle['expiry'] | undefined]>([
    ['lives to the oldest age', aLivingPreview(), { task: { kind: 'kept', until: minute(240) } }, old],
    [
      'is refused where that changes nothing',
      aLivingPreview({ expiry: old }),
      { code: 'extension-cap', cap: { kind: 'kept' } },
      old,
    ],
    [
      'only ends the grace then',
      aLivingPreview({ expiry: old, closing }),
      { task: { kind: 'kept', until: minute(240) } },
      old,
    ],
    [
      'lives for good where only its branch ended it',
      aLivingPreview({ expiry: null, closing }),
      { task: { kind: 'kept', until: null } },
      null,
    ],
    ['is refused for a permanent one', aLane(), { code: 'permanent' }, null],
    ['is refused while it goes', aLivingPreview(teardown('running')), { code: 'tearing-down' }, expiry],
  ])('%s', (_, state, wanted, end) => {
    const { outcome, step: kept } = keep(state, order)
    expect(answered(outcome)).toMatchObject(wanted)
    expect(kept.state.lifecycle.expiry).toEqual(end)
  })

  test('lives for good where nothing limits it', () => {
    const state = aLivingPreview({ closing })
    const free = { ...state, definition: { ...state.definition, maxAgeMs: null } }
    const { step: kept } = keep(free, order)

    expect(kept.state.lifecycle).toMatchObject({
      expiry: null,
      closing: null,
      answered: { decision: 'kept' },
    })
    expect(kept.events).toMatchObject([{ kind: 'environment.kept', actor: BOB, facts: { until: null } }])
  })
})
