import { describe, expect, test } from 'vitest'
import { notificationOf } from '../../../domain/notifications.js'
import { isFinished } from '../../../domain/release/end-release.js'
import { applyLook, nextLookAt, onTrunk, type TrunkAnswer } from '../../../domain/release/off-trunk.js'
import type { Candidate, ReleaseState } from '../../../domain/release/state.js'
import { ALICE, aRelease, by, commitOf, minute, sure } from '../../support/lane.js'

const cut = aRelease()
const second: Candidate = { ...sure(cut.candidates[0]), number: 2, madeAt: minute(5) }
const picked: ReleaseState = { ...cut, candidates: [...cut.candidates, second] }
const fix = { sha: commitOf(7), original: commitOf(8), subject: 'Fix totals', author: 'Bob' }
const lacks: TrunkAnswer = { kind: 'looked', missing: [fix], total: 1 }
const has: TrunkAnswer = { kind: 'looked', missing: [], total: 0 }
const look = (state: ReleaseState, answer: TrunkAnswer, at = minute(6)) =>
  applyLook(state, { candidate: 2, at }, answer)
const told = ({ events }: ReturnType<typeof look>) =>
  events.map((event) => `${event.kind} ${notificationOf(event)}`)
const released = (state: ReleaseState): ReleaseState => ({ ...state, lifecycle: 'released' })

describe('picks are looked for on trunk', () => {
  test('as soon as there is one, and not before', () => {
    expect(nextLookAt(cut)).toBeNull()
    expect(nextLookAt(picked)).toBe(minute(5))
    expect(nextLookAt({ ...picked, lifecycle: 'deleted' })).toBeNull()
  })

  test('again and again while one is missing, at most once an hour', () => {
    let state = picked
    const at: string[] = []
    for (let turn = 0; turn < 9; turn++) {
      state = look(state, lacks, sure(nextLookAt(state))).state
      at.push(sure(nextLookAt(state)))
    }

    expect(at).toEqual([6, 8, 12, 20, 36, 68, 128, 188, 248].map(minute))
    expect(nextLookAt(look(state, has).state)).toBeNull()
  })

  test('again after another pick, and when it is released', () => {
    const known = look(picked, has).state
    const third = { ...second, number: 3, madeAt: minute(30) }

    expect(nextLookAt({ ...known, candidates: [...known.candidates, third] })).toBe(minute(30))
    expect(nextLookAt(released(known))).toBe(minute(5))
  })

  test('and what is known stays when the repository does not answer', () => {
    const away = look(look(picked, lacks).state, { kind: 'away', reason: 'no route' })

    expect(away.state.offTrunk).toMatchObject({ total: 1, commits: [fix], because: 'no route' })
  })
})

describe('what trunk lacks', () => {
  test('is told once, when it is released, and told when it is there', () => {
    const before = look(picked, lacks)
    const at = look(released(before.state), lacks)
    const again = look(at.state, lacks)
    const after = look(again.state, has)

    expect([before, at, again, after].map(told)).toEqual([
      [],
      ['pick.off_trunk broadcast'],
      [],
      ['pick.on_trunk thread'],
    ])
  })

  test('keeps a release going that would be finished', () => {
    const runs = aRelease()
    const deployment = { environment: runs.app.environments.at(-1)?.name, state: 'accepted', replaced: true }
    const over = (state: ReleaseState) => ({ ...state, tags: [], deployments: [deployment] }) as never

    expect(isFinished(over(look(released(picked), has).state))).toBe(true)
    expect(isFinished(over(look(released(picked), lacks).state))).toBe(false)
    // It was looked for before the release, and not since.
    expect(isFinished(over(released(look(picked, has).state)))).toBe(false)
  })
})

describe('a person', () => {
  const order = (commit: string | null, reason: string | null = 'in #12') =>
    ({ commit, reason, by: by(ALICE, minute(9)) }) as const
  const missing = look(released(picked), lacks).state

  test('has it looked for at once', () => {
    const { step, outcome } = onTrunk(missing, order(null))

    expect(outcome).toMatchObject({ done: { code: 'looking-on-trunk' } })
    expect(nextLookAt(step.state)).toBe(minute(9))
  })

  test.each([fix.sha, fix.original, fix.original.slice(0, 39).toUpperCase()])(
    'is believed that %s is there in another form, for good',
    (name) => {
      const { step, outcome } = onTrunk(missing, order(name))
      const again = look(step.state, lacks)

      expect(outcome).toMatchObject({ done: { code: 'pick-settled', commit: fix.original, left: 0 } })
      expect(step.events.map(({ kind }) => kind)).toEqual(['pick.settled', 'pick.on_trunk'])
      expect(again.state.offTrunk).toMatchObject({
        ...{ total: 0, commits: [] },
        settled: [{ commit: fix.sha, original: fix.original, by: ALICE, reason: 'in #12' }],
      })
    },
  )

  test('is told when there is no such pick, or none at all', () => {
    expect(onTrunk(missing, order(commitOf(99))).outcome).toMatchObject({
      refusal: { code: 'not-off-trunk' },
    })
    expect(onTrunk(picked, order(null)).outcome).toMatchObject({ refusal: { code: 'on-trunk-already' } })
  })
})
