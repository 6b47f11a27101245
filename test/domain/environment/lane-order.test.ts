/** Whatever is ordered, locked, paused and rolled back in a lane, in whatever order. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DeploymentResult, finish, judged } from '../../../domain/environment/attempt-end.js'
import { automaticRollback } from '../../../domain/environment/automatic.js'
import type { LaneNow } from '../../../domain/environment/closures.js'
import { pause, resume } from '../../../domain/environment/holds.js'
import { enqueue, nextEntry, nextWake, start } from '../../../domain/environment/lane.js'
import { endClosures, freeze, lock, thaw, unlock } from '../../../domain/environment/locks.js'
import { type Answered, abort, retry, skip } from '../../../domain/environment/retry-skip-abort.js'
import { rollBack } from '../../../domain/environment/rollback.js'
import type { DeploymentRequest, EnvironmentState, LaneStep } from '../../../domain/environment/state.js'
import { SLIPWAY, type UserId } from '../../../domain/identifiers.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import { type DeploymentState, deploymentMoves } from '../../../domain/states.js'
import { anApp } from '../../support/app-definition.js'
import {
  ALICE,
  aLane,
  anOrder,
  BOB,
  CAROL,
  commitOf,
  deploymentId,
  minute,
  must,
  sure,
} from '../../support/lane.js'
import { propertyRuns } from '../../support/property-runs.js'

const definedAs = (queue: string) =>
  anApp({
    environments: `
      - { name: production, queue: ${queue}, rollbackOnFailedCheck: true, patch: { run: p }, check: { run: c } }`,
  })

const good: DeploymentResult = { kind: 'succeeded', setup: null, observed: null }
const failed = (stage: 'patch' | 'check', inconclusive = false): DeploymentResult => ({
  ...{ kind: 'failed', stage, touched: true },
  failure: inconclusive
    ? { kind: 'inconclusive', stage }
    : { kind: 'exit', stage, exit: { kind: 'exited', code: 1 } },
  ...{ runs: { [stage]: 1 }, setup: null },
})
const results: readonly DeploymentResult[] = [
  ...[good, good, good],
  failed('patch'),
  failed('check'),
  failed('check', true),
  { kind: 'aborted', touched: true, stage: 'patch' },
  { kind: 'aborted', touched: false, stage: null },
  { kind: 'refused', cause: { kind: 'release-deleted' } },
]

interface Ordered {
  readonly kind: 'enqueue'
  readonly by: UserId
  readonly type: 'promote' | 'push'
  readonly hotfix: boolean
  readonly override: string | null
  readonly passesFreeze: boolean
  readonly acceptance: DeploymentRequest['acceptance']
}
type Move =
  | Ordered
  | { readonly kind: 'retry' | 'skip' | 'abort' | 'accept' | 'reject' | 'rollback'; readonly number: number }
  | { readonly kind: 'lock' | 'freeze' | 'pause'; readonly by: UserId; readonly minutes: number }
  | { readonly kind: 'unlock' | 'thaw' | 'resume'; readonly by: UserId }
  | { readonly kind: 'window'; readonly closed: boolean }
  | { readonly kind: 'end'; readonly result: DeploymentResult }

const person = fc.constantFrom(ALICE, BOB, CAROL)
const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record<Ordered>({
      kind: fc.constant('enqueue'),
      by: fc.constantFrom(ALICE, BOB, SLIPWAY),
      type: fc.constantFrom('promote', 'promote', 'push'),
      hotfix: fc.constantFrom(false, false, true),
      override: fc.constantFrom(null, null, null, 'users wait'),
      passesFreeze: fc.boolean(),
      acceptance: fc.constantFrom('by-check', 'by-person'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('retry', 'skip', 'abort', 'accept', 'reject', 'rollback'),
      number: fc.nat({ max: 40 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('lock', 'freeze', 'pause'),
      by: person,
      minutes: fc.integer({ min: 1, max: 12 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('unlock', 'thaw', 'resume'), by: person }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('window'), closed: fc.boolean() }) },
  { weight: 7, arbitrary: fc.record({ kind: fc.constant('end'), result: fc.constantFrom(...results) }) },
) as fc.Arbitrary<Move>

/** A lane as its workflow drives it, with the rows that its moves write. */
class Lane {
  state: EnvironmentState
  private readonly app: AppDefinition
  readonly rows = new Map<string, DeploymentState>()
  started: readonly DeploymentRequest['kind'][] = []
  private clock = 0
  private closed = false
  private count = 0

  constructor(app: AppDefinition) {
    this.app = app
    this.state = aLane('production', app)
  }

  happen(one: Move): void {
    this.clock++
    if (one.kind === 'enqueue') this.order(one)
    else if (one.kind === 'end') this.end(one.result)
    else if (one.kind === 'window') this.closed = one.closed
    else if ('number' in one) this.press(one.kind, one.number)
    else this.close(one)
    this.advance()
  }

  /** Everything that closes the lane is lifted, and each deployment is let through. */
  empty(): void {
    this.clock += 1_000
    this.closed = false
    for (const kind of ['unlock', 'thaw', 'resume'] as const) this.close({ kind, by: ALICE })
    for (let left = 200; (this.state.running || this.state.queue.length > 0) && left > 0; left--) {
      // A push waits for a decision, but not indefinitely.
      this.clock += 300
      this.end(good)
      this.advance()
    }
  }

  private now(): LaneNow {
    const closed = this.closed ? { until: minute(this.clock + 5), reason: 'night' } : null
    return { at: minute(this.clock), closed }
  }

  private take(step: LaneStep): void {
    this.state = step.state
    for (const { id } of step.newDeployments) this.rows.set(id, 'prepared')
    for (const { id, to } of step.moves) this.write(id, to)
  }

  private write(id: string, to: DeploymentState): void {
    const from = sure(this.rows.get(id))
    must(deploymentMoves[to].includes(from), `${id} goes from ${from} to ${to}`)
    this.rows.set(id, to)
  }

  private order({ by, type, ...rest }: Ordered): void {
    const number = ++this.count
    const push = { kind: 'push', candidate: null } as const
    const override = rest.override === null ? null : { reason: rest.override, at: this.now().at }
    const order = anOrder(number, {
      app_: this.app,
      ...{ hotfix: rest.hotfix, override, passesFreeze: rest.passesFreeze },
      ...{ acceptance: rest.acceptance, requestedBy: type === 'push' ? SLIPWAY : by },
      ...{ requestedAt: this.now().at, definition: this.state.definition, commit: commitOf(number) },
      ...(type === 'push' ? { ...push, hotfix: false, override: null } : {}),
    })
    if (type === 'promote') this.rows.set(order.id, 'prepared')
    this.take(enqueue(this.state, order, this.now()))
    must(enqueue(this.state, order, this.now()).state === this.state, 'an order is taken once')
  }

  private press(kind: string, number: number): void {
    const ids = [...this.rows.keys()]
    const id = ids[number % Math.max(1, ids.length)]
    if (id === undefined) return
    const by = { by: BOB, at: this.now().at }
    if (kind === 'rollback') {
      const order = {
        ...by,
        deploymentId: deploymentId(++this.count),
        to: null,
        reason: 'errors',
        failure: null,
      }
      this.take(rollBack(this.state, order).step)
    } else if (kind === 'accept' || kind === 'reject') this.judge(id, kind === 'accept')
    else {
      const known = deploymentId(Number(id.slice(4)))
      const answer: (...order: Parameters<typeof retry>) => Answered =
        kind === 'retry' ? retry : kind === 'skip' ? skip : abort
      this.take(answer(this.state, known, by).step)
    }
  }

  /** The release has written it; the environment only remembers. */
  private judge(id: string, accepted: boolean): void {
    if (this.rows.get(id) !== 'awaiting_acceptance') return
    const acceptance = accepted ? 'accepted' : 'rejected'
    this.write(id, acceptance)
    this.take(judged(this.state, { deploymentId: id as never, acceptance }))
  }

  private close(
    one: Exclude<Move, Ordered | { number: number } | { closed: boolean } | { result: unknown }>,
  ): void {
    const order = { by: one.by, at: this.now().at, reason: 'a test' }
    const until = 'minutes' in one ? minute(this.clock + one.minutes) : ''
    const answers: Readonly<Record<typeof one.kind, () => Answered>> = {
      lock: () => lock(this.state, { ...order, until, takeOver: true }),
      freeze: () => freeze(this.state, { ...order, until }),
      pause: () => pause(this.state, order),
      unlock: () => unlock(this.state, order),
      thaw: () => thaw(this.state, order),
      resume: () => resume(this.state, order),
    }
    this.take(answers[one.kind]().step)
  }

  private end(result: DeploymentResult): void {
    if (!this.state.running) return
    const { at } = this.now()
    const failure = automaticRollback(this.state, result)
    this.take(finish(this.state, result, at))
    if (failure !== null) {
      const order = {
        by: SLIPWAY,
        at,
        deploymentId: deploymentId(++this.count),
        to: null,
        reason: '',
        failure,
      }
      this.take(rollBack(this.state, order).step)
      must(this.state.hold !== null, 'an automatic rollback holds automation')
    }
  }

  private advance(): void {
    const opened = endClosures(this.state, this.now().at)
    if (opened) this.take(opened)
    const before = this.state
    const entry = nextEntry(before, this.now())
    if (entry) {
      this.mayStart(before, entry.order)
      this.take(start(before, entry, this.now()))
      this.write(entry.order.id, 'running')
      this.started = [...this.started, entry.order.kind]
    }
    const idle = this.state.running === null
    must(idle || nextEntry(this.state, this.now()) === null, 'one runs at a time')
    this.wakes()
  }

  /** What waits for a lock, a freeze or a window is looked at again when that ends. */
  private wakes(): void {
    const { state } = this
    if (state.running || state.queue.length === 0) return
    const ends = [state.lock?.until, state.freeze?.until, this.now().closed?.until].filter(
      (end) => end != null,
    )
    must(ends.length === 0 || nextWake(state, this.now()) === ends.toSorted()[0], 'it wakes when that ends')
  }

  private mayStart(state: EnvironmentState, order: DeploymentRequest): void {
    must(state.running === null, 'the lane is free')
    // A rollback waits for nothing, so it is never behind anything.
    const waits = state.queue.some((one) => one.order.kind === 'rollback')
    must(order.kind === 'rollback' || !waits, 'a rollback goes first')
    if (order.kind === 'rollback' || (order.override ?? null) !== null) return
    const at = this.now().at
    const locked =
      state.lock !== null && (state.lock.until ?? '9') > at && state.lock.owner !== order.requestedBy
    const frozen = state.freeze !== null && state.freeze.until > at && !order.passesFreeze
    must(!locked && !frozen && !this.closed, 'what is closed is passed by nothing else')
    const automatic = order.kind === 'push' || order.requestedBy === SLIPWAY
    must(!automatic || state.hold === null, 'a hold is passed by no automation')
    this.passes(state, order)
  }

  /** Whoever is passed in line could not start. */
  private passes(state: EnvironmentState, order: DeploymentRequest): void {
    const place = state.queue.findIndex((one) => one.order.id === order.id)
    for (const one of state.queue.slice(0, place)) {
      const alone = { ...state, queue: [one] }
      must(nextEntry(alone, this.now()) === null, 'nobody is passed in line who could start')
    }
  }
}

const settled: ReadonlySet<DeploymentState> = new Set([
  'accepted',
  'awaiting_acceptance',
  'rejected',
  'superseded',
  'aborted',
])

test.each(['fifo', 'newest'])(
  'in a %s lane one runs at a time, rollbacks first, a hold stops automation, and nothing is lost',
  (queue) => {
    const kinds = new Set<string>()
    const app = definedAs(queue)
    fc.assert(
      fc.property(fc.array(move, { minLength: 20, maxLength: 120, size: 'max' }), (moves) => {
        const lane = new Lane(app)
        for (const one of moves) lane.happen(one)
        lane.empty()
        for (const kind of lane.started) kinds.add(kind)

        expect(lane.state.queue.map(({ order }) => order.id)).toEqual([])
        for (const [id, state] of lane.rows) {
          const open = state === 'failed' && lane.state.failed?.entry.order.id === id
          expect(settled.has(state) || open, `${id} is ${state} for ever`).toBe(true)
        }
      }),
      { numRuns: propertyRuns(60) },
    )
    expect([...kinds].toSorted()).toEqual(['promote', 'push', 'rollback'])
  },
)
