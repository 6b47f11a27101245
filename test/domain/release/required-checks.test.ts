import { describe, expect, test } from 'vitest'
import { gateTexts } from '../../../bot/views/card/gates.js'
import { situationOf } from '../../../bot/views/card/situation.js'
import { plain } from '../../../bot/views/markup.js'
import { blockerWords, planGateWords } from '../../../bot/views/words/blocker-words.js'
import type { Blocker } from '../../../domain/blockers/blocker.js'
import { planOf } from '../../../domain/blockers/plan.js'
import { blockersOf } from '../../../domain/blockers/why.js'
import { type CheckReading, judgeChecks, unknownChecks } from '../../../domain/forge/checks.js'
import { notificationOf } from '../../../domain/notifications.js'
import { openGates, unreadChecks } from '../../../domain/release/gates.js'
import { approve, promote } from '../../../domain/release/handle.js'
import { releaseRecord } from '../../../domain/release/record.js'
import { applyChecks } from '../../../domain/release/required-checks.js'
import type { ReleaseState } from '../../../domain/release/state.js'
import { anApp } from '../../support/app-definition.js'
import { aRelease, BOB, by, deploymentId, minute, sure } from '../../support/lane.js'
import * as views from '../../support/release-views.js'

const app = anApp({
  environments: `
      - { name: integration, mode: continuous, patch: { run: patch.sh } }
      - { name: production, approve: { from: [managers] }, patch: { run: patch.sh } }`,
  more: '    github: { requiredChecks: [ci/test, ci/lint] }',
})
const ID = deploymentId(2)
const names = ['ci/test', 'ci/lint']
const run = (name: string, result: 'success' | 'pending' | 'failure') => ({
  ...{ name, result, by: 'app 1', id: 1, word: result },
})
const green = (at: string): CheckReading =>
  judgeChecks(names, [run('ci/test', 'success'), run('ci/lint', 'success')], at)
const red = (at: string): CheckReading =>
  judgeChecks(names, [run('ci/test', 'failure'), run('ci/lint', 'success')], at)

const going =
  (environment: string, id: typeof ID, override: string | null = null) =>
  (state: ReleaseState) =>
    promote(state, {
      ...{ deploymentId: id, candidate: 1, environment, override, olderConfirmed: true },
      by: by(undefined, minute(1)),
    }).step
const accepted = (state: ReleaseState): ReleaseState => ({
  ...state,
  deployments: state.deployments.map((one) => ({ ...one, state: 'accepted' })),
})
const below = accepted(going('integration', deploymentId(1))(aRelease({ app })).state)
const prepared = going('production', ID)(below).state
const approved = (state: ReleaseState): ReleaseState =>
  approve(state, { deploymentId: ID, comment: null, by: by(BOB, minute(2)) }).step.state
const open = (state: ReleaseState, now: string): readonly string[] =>
  openGates(state, sure(state.deployments.find(({ id }) => id === ID)), now).map(({ kind }) => kind)
const unread = (state: ReleaseState, now: string): readonly string[] =>
  unreadChecks(state, now).map(({ id }) => id)

const says = (blocker: Blocker): string => blockerWords(blocker, plain).says
const away = { kind: 'no-answer', message: 'no route' } as const

describe('required checks', () => {
  test('are not asked for on the first level', () => {
    const first = going('integration', ID)(aRelease({ app })).state
    expect(open(first, minute(1))).toEqual([])
    expect(unread(first, minute(1))).toEqual([])
  })

  test('keep what is prepared waiting until they are known to be green', () => {
    expect(open(prepared, minute(1))).toEqual(['approvals', 'checks'])
    expect(unread(prepared, minute(1))).toEqual([ID])
    const unknown = applyChecks(prepared, ID, unknownChecks(names, away, minute(2))).state
    const failed = applyChecks(unknown, ID, red(minute(3))).state
    expect(open(unknown, minute(3))).toContain('checks')
    expect(open(failed, minute(3))).toContain('checks')
    expect(unread(failed, minute(3))).toEqual([ID])
    const passed = applyChecks(failed, ID, green(minute(4))).state
    expect(open(passed, minute(5))).toEqual(['approvals'])
    expect(open(approved(passed), minute(5))).toEqual([])
  })

  test('that were green long ago are asked for again, but only when nothing else is missing', () => {
    const passed = applyChecks(prepared, ID, green(minute(4))).state
    expect(open(passed, minute(60))).toEqual(['approvals', 'checks'])
    expect(unread(passed, minute(60))).toEqual([])
    expect(unread(approved(passed), minute(60))).toEqual([ID])
    const turned = applyChecks(approved(passed), ID, red(minute(60))).state
    expect(open(turned, minute(60))).toEqual(['checks'])
  })

  test('are passed by an override, which is written down', () => {
    const step = going('production', ID, 'the build server is down')(below)
    expect(open(step.state, minute(1))).toEqual(['approvals'])
    expect(step.state.overrides.map(({ rule }) => rule)).toEqual([
      { kind: 'checks', names: ['ci/test', 'ci/lint'] },
    ])
  })

  test('are told when the waiting begins and when it is over, and what changes between is kept', () => {
    const told = (state: ReleaseState, reading: CheckReading) => {
      const step = applyChecks(state, ID, reading)
      return {
        state: step.state,
        lines: step.events.map((event) => `${event.kind} ${notificationOf(event)}`),
      }
    }
    const first = told(prepared, red(minute(2)))
    const again = told(first.state, red(minute(3)))
    const other = told(again.state, unknownChecks(names, away, minute(4)))
    const over = told(other.state, green(minute(5)))
    const atOnce = told(prepared, green(minute(2)))
    const gone = told({ ...prepared, deployments: [] }, red(minute(2)))
    expect([first, again, other, over, atOnce, gone].map(({ lines }) => lines)).toEqual([
      ['checks.waits thread'],
      [],
      ['checks.waits keep'],
      ['checks.passed thread'],
      ['checks.passed keep'],
      [],
    ])
  })
})

describe('what people see of them', () => {
  const state = applyChecks(approved(prepared), ID, red(minute(3))).state
  const deployment = views.aDeployment({
    id: ID,
    environment: views.environmentName('production'),
    state: 'prepared',
    needs: 0,
  })
  const view = views.aRelease({ detail: releaseRecord(state).detail, deployments: [deployment] })
  const candidate = sure(view.candidates.at(-1))
  const context = { view, app, candidate, windows: () => new Map(), now: minute(9) }

  test('`why` names each check that blocks, since when', () => {
    expect(blockersOf(context)).toMatchObject([
      { kind: 'checks', check: { name: 'ci/test' }, since: minute(3), environment: 'production' },
    ])
    expect(blockersOf(context).map(says)).toEqual(['The check ci/test is failure'])
    const unasked = { ...context, view: { ...view, detail: releaseRecord(approved(prepared)).detail } }
    expect(blockersOf(unasked).map(says)).toEqual([
      'The check ci/test is unknown (not asked yet)',
      'The check ci/lint is unknown (not asked yet)',
    ])
  })

  test('`plan` lists them before the environment', () => {
    const step = planOf({
      ...{ state, candidate: 1, environments: view.environments, asker: views.ALICE },
      ...{ windows: context.windows, usual: new Map(), now: context.now },
    }).find(({ environment }) => environment === 'production')
    expect(step?.before.flatMap((gate) => planGateWords(gate, plain))).toContain(
      'check ci/test green (it is failure)',
    )
    expect(step?.before.flatMap((gate) => planGateWords(gate, plain)).join()).not.toContain('ci/lint')
  })

  test('the card says which and since when', () => {
    const text = gateTexts(view, { command: '/release', links: noLinks }, 0).join('\n')
    expect(text).toMatch(/Waits for check\* ci\/test: failure since </)
    expect(text).not.toContain('ci/lint')
    expect(situationOf(view).sentence).toContain('waits for the checks of its commit')
  })
})

const noLinks = { deploymentLog: () => null, buildLog: () => null, workflow: () => null }
