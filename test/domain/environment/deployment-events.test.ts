/** What is written, said and told when a deployment moves. */
import { expect, test } from 'vitest'
import {
  aborted,
  appEvent,
  environmentEvent,
  type Moved,
  moved,
  recordOf,
  reportsOf,
  superseded,
} from '../../../domain/environment/deployment-events.js'
import { nextFence } from '../../../domain/environment/fence.js'
import { reordered } from '../../../domain/environment/override.js'
import { type DeploymentKind } from '../../../domain/states.js'
import { ALICE, aLane, anOrder, BOB, commitOf, deploymentId, minute, releaseId } from '../../support/lane.js'
import { exit, running } from '../../support/lifecycle.js'

const lane = aLane()
const order = anOrder(4)
const pushed = anOrder(5, { kind: 'push', candidate: null })
const subject = { name: '2026.11.4-rc.1', commit: commitOf(4), requester: ALICE }
const told = { at: minute(9), by: BOB }
const report = {
  ...{ releaseId: releaseId(4), deploymentId: deploymentId(4), environment: 'production', candidate: 1 },
  ...{ requestedBy: ALICE, ...told, replaced: false, rolledBack: false },
}

const failed = (touched: boolean) =>
  ({ kind: 'deployment.failed', facts: { ...subject, touched, failure: exit } }) as unknown as Moved
const abortedBy = (cause: object) =>
  ({ kind: 'deployment.aborted', facts: { ...subject, cause } }) as unknown as Moved
test.each<[Moved | string, string, boolean]>([
  ['deployment.queued', 'queued', false],
  ['deployment.prepared', 'prepared', false],
  ['deployment.awaiting_acceptance', 'awaiting_acceptance', true],
  ['deployment.accepted', 'accepted', true],
  ['deployment.rejected', 'rejected', false],
  ['deployment.superseded', 'superseded', false],
  [failed(true), 'failed', true],
  [failed(false), 'failed', false],
  [abortedBy({ kind: 'running', touched: true }), 'aborted', true],
  [abortedBy({ kind: 'running', touched: false }), 'aborted', false],
  [abortedBy({ kind: 'waiting', touched: true }), 'aborted', false],
])('%j moves it to %s; its environment was touched: %s', (line, to, touched) => {
  const said = typeof line === 'string' ? ({ kind: line, facts: subject } as unknown as Moved) : line
  const step = moved(lane, order, { ...said, ...told })
  expect(step).toEqual({
    state: lane,
    moves: [{ id: order.id, to, ...told, attempt: null, failedStage: null, note: null }],
    events: [
      {
        ...{ kind: said.kind, facts: said.facts, at: minute(9), actor: BOB },
        ...{ releaseId: releaseId(4), deploymentId: deploymentId(4), environment: 'production' },
      },
    ],
    reports: [{ ...report, to, note: null, touched }],
    newDeployments: [],
  })
})

test.each([
  ['replaced', anOrder(7), true, '2026.11.7-rc.1'],
  ['torn-down', null, true, null],
  ['newer-push', anOrder(7), false, '2026.11.7-rc.1'],
] as const)('what is superseded (%s) says by what, and whether it ran', (why, newer, replaced, by) => {
  const { moves, events, reports } = superseded(lane, order, { why, newer, ...told })
  const note = { kind: 'superseded', by }
  expect(moves).toMatchObject([{ to: 'superseded', note }])
  expect(events).toMatchObject([{ facts: { ...subject, why, by } }])
  expect(reports).toMatchObject([{ note, replaced }])
})

test('what is aborted says why', () => {
  const cause = { kind: 'torn-down' } as const
  const { moves, events } = aborted(lane, order, { cause, ...told })
  expect(moves).toMatchObject([{ to: 'aborted', note: { kind: 'aborted', cause } }])
  expect(events).toMatchObject([{ kind: 'deployment.aborted', facts: { ...subject, cause } }])
})

const reports = {
  to: 'running',
  ...told,
  note: null,
  touched: false,
  replaced: false,
  rolledBack: false,
} as const
test.each<[string, Parameters<typeof reportsOf>[0], boolean]>([
  ['a promotion', order, true],
  ['a rollback', anOrder(4, { kind: 'rollback' }), true],
  ['a push', pushed, false],
  ...(['redeploy', 'rebuild'] as const).map((kind: DeploymentKind): [string, typeof order, boolean] => [
    `a ${kind} of what runs`,
    anOrder(4, { kind }),
    false,
  ]),
])('the release is told of %s', (...[, of, isReported]) => {
  expect(reportsOf(of, reports)).toEqual(isReported ? [{ ...report, ...reports }] : [])
})

test.each([
  [order, releaseId(4), 1],
  [pushed, null, null],
])('the row of a deployment names its candidate', (of, release, candidate) => {
  expect(recordOf(of)).toEqual({
    ...{ id: of.id, environment: 'production', kind: of.kind, releaseId: release, candidate },
    ...{ commit: of.commit, artifactDigest: of.artifactDigest, requestedBy: ALICE, at: of.requestedAt },
    ...{ needs: 0, approvers: [], override: null, configHash: of.configHash },
  })
})

test('a line about the environment stands in the thread of what runs there, or in none', () => {
  const line = { kind: 'environment.unlocked', facts: {}, ...told } as never
  const of = (release: unknown) => ({
    ...{ kind: 'environment.unlocked', actor: BOB, at: minute(9), releaseId: release },
    ...{ deploymentId: null, environment: 'production' },
  })
  const busy = running(lane, order)
  expect(environmentEvent(busy, line)).toMatchObject(of(releaseId(4)))
  expect(environmentEvent(running(lane, pushed), line)).toMatchObject(of(null))
  expect(environmentEvent(lane, line)).toMatchObject(of(null))
  expect(appEvent(busy, line)).toMatchObject(of(null))
})

test('ordered again, it passes nothing but by an override of its own', () => {
  const before = anOrder(4, { override: { reason: 'outage', at: minute(1) }, passesFreeze: true })
  const again = { reason: 'again', at: minute(2) }
  expect(reordered(before)).toEqual({ ...before, override: null, passesFreeze: false })
  expect(reordered(before, again)).toEqual({ ...before, override: again, passesFreeze: false })
})

test.each([
  ['rises with every use', 1_000_000_000, '2026-01-01T00:00:10.000Z', 1_000_000_001],
  ['never stands behind the clock', 0, '2026-01-01T00:00:10.999Z', 10],
  ['rises within a second', 10, '2026-01-01T00:00:10.000Z', 11],
])('the number that a command hands on %s', (_, last, at, wanted) => {
  expect(nextFence(last, at)).toBe(wanted)
})
