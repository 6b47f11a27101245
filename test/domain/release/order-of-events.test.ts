/** Whatever happens to a release in whatever order: what a model of the rules, told only what was answered, says. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type EnvironmentName,
  parseEnvironmentName,
  SLIPWAY,
  type UserId,
} from '../../../domain/identifiers.js'
import { noMerges } from '../../../domain/ports.js'
import { applyBuilt, applyReport } from '../../../domain/release/deployment-reports.js'
import { deploymentOrder } from '../../../domain/release/deployment-request.js'
import { openGates } from '../../../domain/release/gates.js'
import { accept, approve, edit, pick, promote, reject, tick } from '../../../domain/release/handle.js'
import { endPick } from '../../../domain/release/pick-end.js'
import { type ReleaseDeployment, type ReleaseState, withDeployment } from '../../../domain/release/state.js'
import type { ReleaseStep } from '../../../domain/release/step.js'
import { commitCount, commitSummary } from '../../support/commit-counts.js'
import { saidOf } from '../../support/events.js'
import {
  ALICE,
  aRelease,
  BOB,
  by,
  commitOf,
  deploymentId,
  digestOf,
  minute,
  must,
  QUINN,
  sure,
} from '../../support/lane.js'
import { propertyRuns } from '../../support/property-runs.js'
import { app, below, type Move, move, needs, SOAK_MINUTES } from '../../support/release-moves.js'

/** What the world knows of a release without looking into its state. */
interface Told {
  readonly accepted: Map<string, number>
  readonly approved: Map<string, Set<UserId>>
  readonly signed: Map<number, Set<UserId>>
  readonly overridden: Map<string, string[]>
  readonly rejected: Set<number>
  ticket: boolean
}

class World {
  state: ReleaseState
  now = 0
  entered: ReleaseDeployment[] = []
  private count = 0
  private readonly told: Told = {
    accepted: new Map(),
    approved: new Map(),
    signed: new Map(),
    overridden: new Map(),
    rejected: new Set(),
    ticket: false,
  }

  constructor(type: string) {
    this.state = aRelease({ app, type })
  }

  happen(one: Move): void {
    this.now++
    if (one.kind === 'time') this.now += one.minutes
    else if (one.kind === 'ticket') this.link()
    else if (one.kind === 'promote') this.promote(one)
    else if (one.kind === 'tick') this.tick(one)
    else if (one.kind === 'report') this.report(one)
    else if (one.kind === 'next candidate') this.next()
    else this.decide(one)
    this.enter()
  }

  private by(who: UserId, roles: readonly string[] = ['managers']) {
    return { ...by(who, minute(this.now)), roles }
  }

  private take(step: ReleaseStep): void {
    this.state = step.state
    for (const event of step.events) {
      const { kind, deploymentId: id } = event
      if (kind === 'gate.overridden' && id !== null)
        this.told.overridden.set(id, [...(this.told.overridden.get(id) ?? []), saidOf(event)])
    }
  }

  private link(): void {
    const words = { title: null, description: null, plannedAt: null, scope: null, after: null }
    const { step, outcome } = edit(this.state, { ...words, links: ['CHG-1'], by: this.by(ALICE) })
    this.take(step)
    if (outcome.kind === 'done') this.told.ticket = true
  }

  private next(): void {
    if (this.state.candidates.length >= 3 || this.state.lifecycle !== 'open') return
    const order = {
      ...{
        picks: ['abcdef1'],
        step: 'start' as const,
        confirmed: null,
        override: null,
        deploymentId: deploymentId(900 + this.now),
      },
      by: this.by(BOB),
    }
    const at = minute(this.now)
    this.take(pick(this.state, order).step)
    const [head, picked] = [commitOf(700 + this.now), [commitOf(800 + this.now)]]
    const result = {
      ...{
        kind: 'picked' as const,
        head,
        picked,
        alreadyContained: [],
        authors: [],
        merges: noMerges,
        confirmed: [],
        overrode: [],
      },
      branch: 'release/v1.0.0',
      gained: commitCount(1),
      contents: commitSummary(1),
    }
    this.take(endPick(this.state, order, result, at).step)
    const number = this.state.candidates.length
    this.take(
      applyBuilt(this.state, number, { kind: 'ready', digest: digestOf(number), reference: null }, at),
    )
  }

  private promote(one: Extract<Move, { kind: 'promote' }>): void {
    const id = deploymentId(++this.count)
    const { step, outcome } = promote(this.state, {
      ...{ deploymentId: id, candidate: one.candidate, environment: one.environment },
      override: one.override ? 'users wait' : null,
      olderConfirmed: one.older,
      by: this.by(one.user),
    })
    const newer = this.state.candidates.some(
      ({ number, state }) => number > one.candidate && state === 'ready',
    )
    must(outcome.kind === 'refused' || !newer || one.older, 'an older candidate asks first')
    this.take(step)
  }

  private one(index: number, states: readonly string[]): ReleaseDeployment | undefined {
    const fitting = this.state.deployments.filter(({ state }) => states.includes(state))
    return fitting[index % Math.max(1, fitting.length)]
  }

  private decide({
    kind,
    pick: index,
    user: who,
  }: Extract<Move, { kind: 'approve' | 'accept' | 'reject' }>): void {
    const states = kind === 'approve' ? ['prepared'] : ['awaiting_acceptance', 'prepared']
    const one = this.one(index, states)
    if (!one) return
    const order = { deploymentId: one.id, comment: 'because', by: this.by(who) }
    const { step, outcome } = { approve, accept, reject }[kind](this.state, order)
    this.take(step)
    if (outcome.kind !== 'done') return
    if (kind === 'approve' && who !== one.requestedBy)
      this.told.approved.set(one.id, new Set([...(this.told.approved.get(one.id) ?? []), who]))
    if (kind === 'accept') this.accepted(one)
    if (kind === 'reject' && one.state === 'awaiting_acceptance') this.told.rejected.add(one.candidate)
  }

  private accepted({ candidate: of, environment }: ReleaseDeployment): void {
    this.told.accepted.set(`${of} ${environment}`, this.now)
  }

  private tick({ user: who, candidate: of, qualified }: Extract<Move, { kind: 'tick' }>): void {
    const order = { item: 'QA', done: true, candidate: of, by: this.by(who, qualified ? ['qa'] : []) }
    const { step, outcome } = tick(this.state, order)
    this.take(step)
    if (outcome.kind !== 'done') return
    must(qualified, 'a box is ticked by its role')
    this.told.signed.set(of, new Set([...(this.told.signed.get(of) ?? []), who]))
  }

  /** What the environment reports of what it was given. */
  private report({ to, pick: index }: Extract<Move, { kind: 'report' }>): void {
    const one = this.one(
      index,
      to === 'passed' || to === 'failed' ? ['queued'] : ['awaiting_acceptance', 'accepted'],
    )
    if (!one) return
    const byCheck = deploymentOrder(this.state, one, minute(this.now))?.acceptance === 'by-check'
    const passed = byCheck ? ('accepted' as const) : ('awaiting_acceptance' as const)
    const about = { releaseId: this.state.id, deploymentId: one.id, environment: one.environment }
    const replaced = to === 'superseded' || to === 'rolled back'
    const step = applyReport(this.state, {
      ...about,
      ...{ candidate: one.candidate, requestedBy: one.requestedBy, at: minute(this.now), by: SLIPWAY },
      ...{ note: null, touched: true, replaced, rolledBack: to === 'rolled back' },
      to: to === 'passed' ? passed : to === 'failed' ? to : one.state === 'accepted' ? null : 'superseded',
    })
    this.take(step)
    if (to === 'passed' && byCheck) this.accepted(one)
  }

  /** As its workflow does: what has no open gate any more goes to its environment. */
  private enter(): void {
    for (const one of this.state.deployments.filter(({ state }) => state === 'prepared')) {
      if (openGates(this.state, one, minute(this.now)).length > 0) continue
      this.state = withDeployment(this.state, one.id, { state: 'queued' })
      this.entered.push(one)
      this.judge(one)
    }
  }

  /** Every gate in front of it was opened by what people did, or passed by an override that was said. */
  private judge(one: ReleaseDeployment): void {
    const { approved, signed, overridden, accepted, rejected, ticket } = this.told
    const passed = overridden.get(one.id) ?? []
    must(!rejected.has(one.candidate), 'a rejected candidate goes nowhere')
    const levels = below[one.environment] ?? []
    const missing = levels.filter((name) => !accepted.has(`${one.candidate} ${name}`))
    for (const name of missing)
      must(
        new RegExp(`not accepted in [a-z, ]*${name}`).test(passed.join()),
        `accepted in ${name}, or overridden`,
      )
    if (one.environment !== 'production') return
    const type = sure(needs[this.state.type])
    const people = [...(approved.get(one.id) ?? [])]
    must(people.length >= type.approvals, 'all approvals, none of them by who asked')
    const signers = [...(signed.get(one.candidate) ?? [])].filter((who) => who !== one.requestedBy)
    must(!type.checklist || signers.length > 0, 'a checklist ticked by somebody else')
    must(ticket || /no change ticket/.test(passed.join()), 'a ticket, or overridden')
    const since = Math.max(0, ...levels.map((name) => accepted.get(`${one.candidate} ${name}`) ?? 0))
    const soaks = type.soak && missing.length === 0 && since + SOAK_MINUTES > this.now
    // What may go there without being accepted below need not have been accepted for long.
    must(!soaks || /soak time of 10 h|not accepted in/.test(passed.join()), 'soaked, or overridden')
  }
}

test.each(['feature', 'fix'])(
  'a %s reaches no environment without its gates, whatever happens in whatever order',
  (type) => {
    const entered = new Map<string, number>()
    fc.assert(
      fc.property(fc.array(move, { minLength: 60, maxLength: 150, size: 'max' }), (moves) => {
        const world = new World(type)
        for (const one of moves) {
          world.happen(one)
          const { state } = world
          const reached = state.deployments.some(
            (each) =>
              each.environment === 'production' && each.decision !== null && each.state === 'accepted',
          )
          expect(state.lifecycle === 'released' && !reached).toBe(false)
        }
        for (const { environment } of world.entered)
          entered.set(environment, (entered.get(environment) ?? 0) + 1)
      }),
      { numRuns: propertyRuns(300) },
    )
    // The property says nothing about a way that was never gone.
    expect(entered.get('production') ?? 0).toBeGreaterThan(propertyRuns(20))
  },
)

test('what was prepared of a candidate goes no further once it is rejected somewhere', () => {
  const name = (text: string): EnvironmentName => sure(parseEnvironmentName(text))
  const world = new World('fix')
  const all = { candidate: 1, override: true, older: true, user: ALICE }
  world.happen({ kind: 'promote', environment: 'staging', ...all })
  const awaiting = applyReport(world.state, {
    ...{ releaseId: world.state.id, deploymentId: deploymentId(1), environment: name('staging') },
    ...{ candidate: 1, requestedBy: ALICE, to: 'awaiting_acceptance', at: minute(2), by: SLIPWAY },
    ...{ note: null, touched: true, replaced: false, rolledBack: false },
  }).state
  const order = { deploymentId: deploymentId(2), candidate: 1, environment: 'uat', override: null }
  const prepared = withDeployment(
    promote(awaiting, { ...order, override: 'x', olderConfirmed: true, by: by() }).step.state,
    deploymentId(2),
    { state: 'prepared' },
  )
  const { step } = reject(prepared, { deploymentId: deploymentId(1), comment: 'broken', by: by(QUINN) })

  expect(step.state.deployments.map(({ state }) => state)).toEqual(['rejected', 'aborted'])
  expect(step.moves.map(({ to }) => to)).toEqual(['rejected', 'aborted'])
  expect(saidOf(step.events.at(-1))).toBe(
    '2026.11.1-rc.1 is not deployed to uat any more: it was rejected in staging.',
  )
})
