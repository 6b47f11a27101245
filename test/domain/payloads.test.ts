/** Whatever a configuration says and whatever is ordered, what a workflow carries stays small. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyChange } from '../../domain/change.js'
import { type DeploymentResult, finish, judged } from '../../domain/environment/attempt-end.js'
import { enqueue, nextEntry, start } from '../../domain/environment/lane.js'
import { environmentRules } from '../../domain/environment/orders.js'
import { environmentRecord } from '../../domain/environment/record.js'
import { type EnvironmentState, type LaneStep } from '../../domain/environment/state.js'
import { launchable } from '../../domain/environment/versions.js'
import { SLIPWAY } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { Outcome } from '../../domain/refusal.js'
import { fitsOutputs } from '../../domain/stage.js'
import { withAnswer } from '../../domain/stored-state.js'
import { anApp } from '../support/app-definition.js'
import { ALICE, aLane, anOrder, commitOf, deploymentId, minute, must } from '../support/lane.js'
import { propertyRuns } from '../support/property-runs.js'

const LARGEST = 256 * 1_024
const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

/** Words as they may be given, in few and in many bytes each. */
const long = fc
  .record({ letter: fc.constantFrom('x', 'ü', '価', '"'), length: fc.constantFrom(1, 200, 2_000) })
  .map(({ letter, length }) => letter.repeat(length))

/** Legal apps of every size up to the limits: what would be refused is not built. */
const app: fc.Arbitrary<AppDefinition> = fc
  .record({
    others: fc.nat({ max: 6 }),
    length: fc.integer({ min: 1, max: 30_000 }),
    each: fc.nat({ max: 900 }),
  })
  .map(({ others, length, each }) =>
    anApp({
      environments: `
      - { name: production, queue: fifo, setup: { run: s }, check: { run: c }, rollbackOnFailedCheck: true, patch: { run: "${'p'.repeat(length)}" } }${Array.from(
        { length: others },
        (_, index) => `
      - { name: e-${index}, patch: { run: "${'p'.repeat(each + 1)}" } }`,
      ).join('')}`,
    }),
  )

type Move =
  | { readonly kind: 'enqueue'; readonly push: boolean; readonly words: string }
  | { readonly kind: 'order'; readonly verb: keyof typeof environmentRules; readonly words: string }
  | {
      readonly kind: 'end'
      readonly how: 'passed' | 'failed'
      readonly words: string
      readonly full: boolean
    }
  | { readonly kind: 'judge'; readonly accepted: boolean }

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('enqueue'), push: fc.boolean(), words: long }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('order'),
      verb: fc.constantFrom(...(Object.keys(environmentRules) as (keyof typeof environmentRules)[])),
      words: long,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('end'),
      how: fc.constantFrom('passed', 'passed', 'failed'),
      words: long,
      full: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('judge'), accepted: fc.boolean() }) },
) as fc.Arbitrary<Move>

/** As much as a stage may say. */
const outputs: Readonly<Record<string, string>> = (() => {
  const kept = new Map<string, string>()
  for (let index = 0; index < 12; index++) {
    const value = '"'.repeat(1_500)
    if (fitsOutputs(kept, `key_${index}`, value)) kept.set(`key_${index}`, value)
  }
  return Object.fromEntries(kept)
})()

/** An environment as its workflow drives it; everything that crosses Temporal is measured. */
class Lane {
  state: EnvironmentState
  largest: Readonly<Record<string, number>> = {}
  private readonly app: AppDefinition
  private count = 0
  private steps = 0

  constructor(from: AppDefinition) {
    this.app = from
    this.state = aLane('production', from)
  }

  happen(one: Move): void {
    if (one.kind === 'enqueue') this.enqueue(one)
    else if (one.kind === 'order') this.order(one)
    else if (one.kind === 'end') this.end(one)
    else if (this.state.current) {
      const acceptance = one.accepted ? 'accepted' : 'rejected'
      this.take(judged(this.state, { deploymentId: this.state.current.order.id, acceptance }))
    }
    const entry = nextEntry(this.state, { at: this.at(), closed: null })
    if (entry) this.take(start(this.state, entry, { at: this.at(), closed: null }))
  }

  private at(): string {
    return minute(this.count)
  }

  private enqueue({ push, words }: Extract<Move, { kind: 'enqueue' }>): void {
    const number = ++this.count
    const order = anOrder(number, {
      app_: this.app,
      requestedAt: this.at(),
      artifactReference: 'r'.repeat(200),
      acceptance: push ? 'by-check' : 'by-person',
      override: { reason: words, at: this.at() },
      ...(push ? { kind: 'push', releaseId: null, requestedBy: SLIPWAY } : {}),
    })
    this.measure({ order: sizeOf({ app: this.app, deployment: order }) })
    this.take(enqueue(this.state, order))
  }

  private order({ verb, words }: Extract<Move, { kind: 'order' }>): void {
    const id = this.state.running?.entry.order.id ?? this.state.failed?.entry.order.id ?? deploymentId(1)
    const isNew = verb === 'rollback' || verb === 'rebuild' || verb === 'patch'
    const order = {
      ...{ by: ALICE, at: this.at(), reason: words, until: minute(this.count + 3), takeOver: true },
      ...{ to: null, failure: null, override: words, duration: 60_000, confirmed: true, typed: 'production' },
      ...{ roles: ['managers'], deploymentId: isNew ? deploymentId(++this.count) : id, seen: null },
    }
    const rule = environmentRules[verb] as unknown as (
      state: EnvironmentState,
      given: object,
    ) => { readonly step: LaneStep; readonly outcome: Outcome }
    const { step, outcome } = rule(this.state, order)
    this.take(step)
    this.state = {
      ...this.state,
      recent: withAnswer(this.state.recent, `key-${this.count}-${verb}`, outcome),
    }
  }

  private end({ how, words, full }: Extract<Move, { kind: 'end' }>): void {
    const { running } = this.state
    if (!running) return
    const { order } = running.entry
    const setup = {
      ...{ templateHash: String(this.count).repeat(20), variablesHash: String(this.count).repeat(20) },
      ...{ outputs: full ? outputs : {}, commit: order.commit, template: 't'.repeat(200) },
      ...{ variablesOf: order.configHash, at: this.at(), order },
    }
    const result: DeploymentResult =
      how === 'passed'
        ? { kind: 'succeeded', setup, observed: commitOf(this.count), inspected: null }
        : {
            ...{ kind: 'failed', stage: 'check', failure: { kind: 'fault', message: words.slice(0, 1_000) } },
            ...{ touched: true, runs: { patch: 1 }, setup },
          }
    this.measure({ result: sizeOf(result) })
    this.take(finish(this.state, result, this.at()))
  }

  private take(step: LaneStep): void {
    this.state = step.state
    for (const report of step.reports) this.measure({ signal: sizeOf(report) })
    // What is in it stays for a while: now and then is enough.
    if (++this.steps % 4 === 0) this.measureAll(step)
  }

  private measureAll(step: LaneStep): void {
    const { state } = this
    const { newDeployments, moves, events, running } = { ...step, running: state.running }
    const change = {
      ...emptyChange(state.app, 'environment/shop/production/1/1'),
      ...{ newDeployments, moves, events, environment: environmentRecord(state) },
      workflow: { id: 'environment/shop/production', state },
    }
    this.measure({
      state: sizeOf(state),
      change: sizeOf(change),
      'continue-as-new': sizeOf({ app: this.app, name: state.name, state }),
      child: running ? sizeOf({ ...launchable(state, running.entry), work: null }) : 0,
    })
  }

  private measure(sizes: Readonly<Record<string, number>>): void {
    for (const [what, size] of Object.entries(sizes)) {
      this.largest = { ...this.largest, [what]: Math.max(size, this.largest[what] ?? 0) }
      must(size <= LARGEST, `${what} has ${size} bytes`)
    }
  }
}

test('an environment carries at most 256 KB, whatever its configuration and whatever happens', () => {
  let largest = 0
  fc.assert(
    fc.property(app, fc.array(move, { minLength: 60, maxLength: 100, size: 'max' }), (from, moves) => {
      const lane = new Lane(from)
      for (const one of moves) lane.happen(one)
      largest = Math.max(largest, lane.largest['change'] ?? 0)
    }),
    { numRuns: propertyRuns(10), endOnFailure: true },
  )
  // What is measured is not empty.
  expect(largest).toBeGreaterThan(LARGEST / 8)
})

test('an environment as people use it keeps below 64 KB, however large its configuration is', () => {
  fc.assert(
    fc.property(app, fc.array(move, { minLength: 60, maxLength: 100, size: 'max' }), (from, moves) => {
      const lane = new Lane(from)
      for (const one of moves) {
        const words = 'words' in one ? { words: one.words.slice(0, 30) } : {}
        lane.happen({ ...one, ...words, ...('full' in one ? { full: false } : {}) })
      }
      expect(lane.largest['state']).toBeLessThanOrEqual(64 * 1_024)
    }),
    { numRuns: propertyRuns(10), endOnFailure: true },
  )
})
