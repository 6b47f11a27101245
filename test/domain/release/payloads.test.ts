/** Whatever is ordered of a release, what its workflow carries stays small. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyChange } from '../../../domain/change.js'
import { pickedMerges } from '../../../domain/ports.js'
import { applyBuilt, applyReport } from '../../../domain/release/deployment-reports.js'
import type { PickOrder } from '../../../domain/release/effect-orders.js'
import { releaseRules } from '../../../domain/release/orders.js'
import { endPick } from '../../../domain/release/pick-end.js'
import type { PickResult } from '../../../domain/release/picking.js'
import { releaseRecord } from '../../../domain/release/record.js'
import { newestCandidate, type ReleaseState } from '../../../domain/release/state.js'
import type { ReleaseStep } from '../../../domain/release/step.js'
import { sizeOf } from '../../../domain/sizes.js'
import { withAnswer } from '../../../domain/stored-state.js'
import { anApp } from '../../support/app-definition.js'
import { commitSummary } from '../../support/commit-counts.js'
import {
  aRelease,
  by,
  commitOf,
  deploymentId,
  digestOf,
  minute,
  must,
  person,
  sure,
} from '../../support/lane.js'
import { propertyRuns } from '../../support/property-runs.js'

const LARGEST = 256 * 1_024

/** As large an app as the file may define. */
const app = anApp({
  environments: ['one', 'two', 'three', 'four', 'five']
    .map(
      (name) =>
        `\n      - { name: ${name}, approve: { from: [managers] }, patch: { run: "${'p'.repeat(7_300)}" } }`,
    )
    .join(''),
})

type Move =
  | { readonly kind: 'edit' | 'promote' | 'approve' | 'accept'; readonly words: string; readonly who: number }
  | { readonly kind: 'pick'; readonly count: number; readonly conflict: boolean }
  | { readonly kind: 'report'; readonly to: 'awaiting_acceptance' | 'failed'; readonly words: string }

const long = fc
  .record({ letter: fc.constantFrom('x', '価', '"'), length: fc.constantFrom(1, 500, 2_000) })
  .map(({ letter, length }) => letter.repeat(length))
const move = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('edit', 'promote', 'promote', 'approve', 'accept'),
      words: long,
      who: fc.nat({ max: 9 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('pick'),
      count: fc.constantFrom(1, 20, 500),
      conflict: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('report'),
      to: fc.constantFrom('awaiting_acceptance', 'awaiting_acceptance', 'failed'),
      words: long,
    }),
  },
) as fc.Arbitrary<Move>

/** A release as its workflow drives it; everything that crosses Temporal is measured. */
class Release {
  state: ReleaseState = aRelease({ app })
  largest = 0
  private count = 10

  happen(one: Move): void {
    this.count++
    if (one.kind === 'pick') this.pick(one)
    else if (one.kind === 'report') this.report(one)
    else this.order(one)
  }

  private order({ kind, words, who }: Extract<Move, { readonly who: number }>): void {
    const actor = by(person(`user${who}`), minute(this.count))
    const target = this.state.app.environments[who % 5]
    const open = this.state.deployments.find(
      ({ state }) => state === (kind === 'approve' ? 'prepared' : 'awaiting_acceptance'),
    )
    const place = open ?? {
      environment: sure(target).name,
      candidate: newestCandidate(this.state)?.number ?? 1,
    }
    const order = {
      ...{ title: null, description: null, plannedAt: null, scope: null, after: null },
      ...{ links: [`${this.count} ${words}`], by: actor, deploymentId: deploymentId(this.count) },
      ...{ environment: place.environment, candidate: place.candidate, comment: words, override: words },
      ...{ olderConfirmed: true, again: words, reason: words },
    }
    const { step, outcome } = releaseRules[kind](this.state, order)
    this.take(step)
    this.state = { ...this.state, recent: withAnswer(this.state.recent, `key-${this.count}`, outcome) }
  }

  private pick({ count, conflict }: Extract<Move, { kind: 'pick' }>): void {
    const number = (newestCandidate(this.state)?.number ?? 0) + 1
    const commits = Array.from({ length: count }, (_, index) => commitOf(this.count * 1_000 + index))
    const order: PickOrder = {
      ...{ picks: commits, step: this.state.conflict ? 'continue' : 'start', override: null },
      ...{ confirmed: null, deploymentId: deploymentId(this.count), by: by(undefined, minute(this.count)) },
    }
    const begun = releaseRules.pick(this.state, order)
    if (begun.outcome.kind === 'refused') return
    this.take(begun.step)
    const head = commitOf(this.count)
    const sides = Array.from({ length: 50 }, () => ({ file: 'f'.repeat(60), ours: 'o', theirs: 't' }))
    const merges = pickedMerges(...commits.map((commit) => ({ commit, against: head })))
    const branch = { branch: 'release/v1', head, merges, confirmed: [], overrode: [] }
    const half = commits.slice(0, count / 2)
    const result: PickResult = conflict
      ? { kind: 'conflict', ...branch, at: commitOf(1), sides, picks: commits, picked: half }
      : {
          ...{ kind: 'picked', ...branch, picked: commits, alreadyContained: [], authors: [] },
          ...{ gained: commitSummary(5), contents: commitSummary(5) },
        }
    must(sizeOf({ order, result }) <= LARGEST, 'what git answers is small')
    const { step, outcome } = endPick(this.state, order, result, minute(this.count))
    this.take(step)
    this.state = { ...this.state, recent: withAnswer(this.state.recent, `pick-${this.count}`, outcome) }
    const built = { kind: 'ready', digest: digestOf(this.count), reference: null } as const
    if (!conflict) this.take(applyBuilt(this.state, number, built, minute(this.count)))
  }

  private report({ to, words }: Extract<Move, { kind: 'report' }>): void {
    const one = this.state.deployments.find(({ state }) => state === 'queued' || state === 'prepared')
    if (!one) return
    const failure = { kind: 'fault', message: words.slice(0, 1_000) } as const
    this.take(
      applyReport(this.state, {
        ...{ releaseId: this.state.id, deploymentId: one.id, environment: one.environment },
        ...{ candidate: one.candidate, requestedBy: one.requestedBy, to, at: minute(this.count) },
        ...{ by: one.requestedBy, note: { kind: 'failure', failure } },
        ...{ touched: true, replaced: false, rolledBack: false },
      }),
    )
  }

  private take(step: ReleaseStep): void {
    this.state = step.state
    const { state } = this
    const { candidates, newDeployments, moves, approvals, events } = step
    const parts = { candidates, newDeployments, moves, events }
    const size = sizeOf({
      ...emptyChange(state.app.name, 'release/shop/1/1'),
      ...{ ...parts, approvals: approvals.map((one) => ({ ...one, order: 'k' })) },
      ...{ release: releaseRecord(state), workflow: { id: 'release/shop/1', state } },
    })
    this.largest = Math.max(this.largest, size)
    const goingOn = sizeOf({ cut: null, state, written: [] })
    must(goingOn <= LARGEST, `continue-as-new has ${goingOn} bytes`)
    must(size <= LARGEST, `the change has ${size} bytes`)
  }
}

test('a release carries at most 256 KB, whatever is ordered, and refuses what would not fit', () => {
  let largest = 0
  fc.assert(
    fc.property(fc.array(move, { minLength: 30, maxLength: 80, size: 'max' }), (moves) => {
      const release = new Release()
      for (const one of moves) release.happen(one)
      largest = Math.max(largest, release.largest)
    }),
    { numRuns: propertyRuns(10), endOnFailure: true },
  )
  // What is measured is not empty.
  expect(largest).toBeGreaterThan(LARGEST / 8)
})
