import { describe, expect, test } from 'vitest'
import { finish } from '../../../domain/environment/attempt-end.js'
import { enqueue, start } from '../../../domain/environment/lane.js'
import { abort } from '../../../domain/environment/retry-skip-abort.js'
import { rollBack } from '../../../domain/environment/rollback.js'
import { standingOf } from '../../../domain/environment/setbacks.js'
import type { DeploymentRequest, EnvironmentState, LaneStep } from '../../../domain/environment/state.js'
import { notificationOf } from '../../../domain/notifications.js'
import type { Failure } from '../../../domain/reasons.js'
import { saidOf } from '../../support/events.js'
import { ALICE, aLane, anOrder, BOB, deploymentId, minute, releaseId, sure } from '../../support/lane.js'

const exit: Failure = { kind: 'exit', stage: 'patch', exit: { kind: 'exited', code: 1 } }

/** The order's whole life there, from the line to its end. */
function run(state: EnvironmentState, order: DeploymentRequest, end: End): EnvironmentState {
  return ended(enqueue(state, order).state, end)
}

interface End {
  readonly at: number
  readonly failed?: boolean
  readonly touched?: boolean
}

const ended = (state: EnvironmentState, end: End): EnvironmentState => endOf(state, end).state

function endOf(state: EnvironmentState, { at, failed = false, touched = true }: End): LaneStep {
  const [entry] = state.queue
  if (!entry) throw new Error('Nothing waits')
  const running = start(state, entry, { at: minute(at), closed: null }).state
  return finish(
    running,
    failed
      ? { kind: 'failed', stage: 'patch', failure: exit, touched, runs: {}, setup: null }
      : { kind: 'succeeded', setup: null, observed: null },
    minute(at),
  )
}

const back = (state: EnvironmentState, at: number, number = 50): EnvironmentState =>
  rollBack(state, {
    ...{ deploymentId: deploymentId(number), to: null, reason: 'users cannot pay', failure: null },
    ...{ by: BOB, at: minute(at) },
  }).step.state

const first = run(aLane(), anOrder(1), { at: 1 })
const secondFailed = run(first, anOrder(2), { at: 2, failed: true })
const rolledBack = ended(back(secondFailed, 3), { at: 4 })

describe('what an environment remembers', () => {
  test('a failure: when, at which stage, of which candidate', () => {
    expect(secondFailed.setbacks).toMatchObject([
      {
        releaseId: releaseId(2),
        candidate: 1,
        failed: { at: minute(2), stage: 'patch', failure: exit },
        rolledBack: null,
      },
    ])
  })

  test('that it was rolled back: by whom, to what, why', () => {
    expect(rolledBack.setbacks).toMatchObject([
      {
        failed: { at: minute(2) },
        rolledBack: { at: minute(4), by: BOB, to: '2026.11.1-rc.1', reason: 'users cannot pay' },
      },
    ])
  })

  test('what was accepted and then rolled back from', () => {
    const second = run(first, anOrder(2), { at: 2 })
    expect(second.setbacks).toEqual([])
    expect(ended(back(second, 3), { at: 4 }).setbacks).toMatchObject([
      { candidate: 1, releaseId: releaseId(2), failed: null, rolledBack: { by: BOB } },
    ])
  })

  test('until something newer is accepted there', () => {
    expect(run(rolledBack, anOrder(3), { at: 6 }).setbacks).toEqual([])
  })

  test('or it is itself accepted in the end', () => {
    const again = anOrder(2, { id: deploymentId(60), requestedAt: minute(5) })
    expect(run(rolledBack, again, { at: 6 }).setbacks).toEqual([])
  })

  test('an older candidate that is promoted makes nothing good', () => {
    const older = anOrder(1, { id: deploymentId(60), requestedAt: minute(5) })
    expect(run(rolledBack, older, { at: 6 }).setbacks).toHaveLength(1)
  })

  test('a failure of something newer makes nothing good either', () => {
    expect(run(rolledBack, anOrder(3), { at: 6, failed: true }).setbacks).toHaveLength(2)
  })

  test('setting up again says nothing of the build', () => {
    expect(
      run(first, anOrder(1, { id: deploymentId(61), kind: 'rebuild' }), { at: 5, failed: true }).setbacks,
    ).toEqual([])
  })
})

describe('the all-clear of a rollback', () => {
  const told = (state: EnvironmentState) =>
    endOf(back(state, 3), { at: 4 }).events.map((event) => ({
      ...{ tell: notificationOf(event), releaseId: event.releaseId, says: saidOf(event) },
    }))

  test('stands in both threads, and once in the channel', () => {
    const after = `1 min after ${BOB} rolled back`
    const both = [
      {
        ...{ tell: 'thread', releaseId: releaseId(2) },
        says: `production is back on 2026.11.1-rc.1, ${after}; 2026.11.2-rc.1 was put away.`,
      },
      {
        ...{ tell: 'broadcast', releaseId: releaseId(1) },
        says: `production is back on 2026.11.1-rc.1, ${after}.`,
      },
    ]
    expect(told(secondFailed).filter(({ tell }) => tell !== 'keep')).toEqual(both)
    expect(told(run(first, anOrder(2), { at: 2 })).filter(({ tell }) => tell !== 'keep')).toEqual(both)
  })

  test('is one line where both are candidates of one release', () => {
    const again = anOrder(2, { candidate: { ...sure(anOrder(2).candidate), releaseId: releaseId(1) } })
    const lines = told(run(first, again, { at: 2, failed: true })).filter(({ tell }) => tell !== 'keep')
    expect(lines).toMatchObject([{ tell: 'broadcast', releaseId: releaseId(1) }])
  })

  test('is not told of a rollback that fails', () => {
    const { events } = endOf(back(secondFailed, 3), { at: 4, failed: true })
    expect(events.map(({ kind }) => kind)).toEqual(['deployment.failed'])
  })
})

describe('the pause a rollback leaves', () => {
  test('stays after it', () => {
    expect(rolledBack.hold).toMatchObject({ by: BOB, rollback: { to: '2026.11.1-rc.1' } })
  })

  test('is gone when the rollback touched nothing', () => {
    expect(ended(back(secondFailed, 3), { at: 4, failed: true, touched: false }).hold).toBeNull()
    expect(ended(back(secondFailed, 3), { at: 4, failed: true }).hold).not.toBeNull()
  })

  test('is gone when the rollback was taken out of the line', () => {
    const waiting = back(secondFailed, 3)
    expect(abort(waiting, deploymentId(50), { by: ALICE, at: minute(4) }).step.state.hold).toBeNull()
  })

  test('does not take the place of what a person paused', () => {
    const hold = { by: ALICE, reason: 'audit', since: minute(0), rollback: null }
    expect(ended(back({ ...secondFailed, hold }, 3), { at: 4 }).hold).toEqual(hold)
  })
})

describe('what a promotion is told first', () => {
  const arriving = { releaseId: releaseId(2), version: '2026.11.2', candidate: 1 }

  test('what went wrong with it', () => {
    expect(standingOf(rolledBack, arriving)).toMatchObject({ setback: { candidate: 1 }, newer: null })
    expect(standingOf(rolledBack, { ...arriving, candidate: 2 }).setback).toBeNull()
  })

  test('that what runs was cut later, and as a hotfix', () => {
    const third = run(aLane(), anOrder(3, { hotfix: true }), { at: 2 })
    expect(standingOf(third, arriving).newer).toEqual({ name: '2026.11.3-rc.1', hotfix: true })
    expect(standingOf(first, arriving).newer).toBeNull()
    const tenth = run(aLane(), anOrder(10), { at: 2 })
    expect(standingOf(tenth, arriving).newer).toEqual({ name: '2026.11.10-rc.1', hotfix: false })
  })
})
