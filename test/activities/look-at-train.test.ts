import { describe, expect, test } from 'vitest'
import type { CommitSha } from '../../domain/identifiers.js'
import type { TrainRecords } from '../../domain/train/ports.js'
import { lookAtTrain, type TrainLookNeeds } from '../../workflows/activities/look-at-train.js'
import { anApp } from '../support/app-definition.js'
import { commitOf } from '../support/lane.js'
import { weekly } from '../support/train.js'

const departs = '2026-12-01T09:00:00.000Z'
const lost = (): never => {
  throw Object.assign(new Error('bad object'), { name: 'GitOrderError' })
}

describe('what a train would take', () => {
  let asked: readonly unknown[] = []
  const looked = (
    cuts: Awaited<ReturnType<TrainRecords['latestCuts']>>,
    more: {
      readonly head?: CommitSha | null
      readonly total?: number
      readonly range?: TrainLookNeeds['git']['range']
      readonly tag?: string
      readonly alsoWhen?: readonly string[]
      readonly touches?: TrainLookNeeds['git']['touches']
    } = {},
  ) => {
    const { head = commitOf(9), total = 3, tag, alsoWhen = [] } = more
    const commits = Array.from({ length: 10 }, (_, number) => ({
      ...{
        sha: commitOf(number),
        subject: 'x'.repeat(500),
        author: 'Alice',
        email: '',
        at: departs,
        ...{ pull: null, original: null },
      },
    }))
    const range: TrainLookNeeds['git']['range'] = async (_, from, to, limit) => {
      asked = [from, to, limit]
      return { ...{ commits, total, read: 10, authors: 1 }, people: [], pulls: [] }
    }
    const needs: TrainLookNeeds = {
      git: {
        branchHead: async () => head,
        range: more.range ?? range,
        touches: more.touches ?? (async () => true),
        tagBefore: async () => (tag === undefined ? null : { tag, commit: commitOf(5) }),
      },
      records: { latestCuts: async () => cuts, freezeOf: async () => ({ reason: 'audit', until: departs }) },
      holidays: { on: async () => ({ kind: 'unknown', why: '503' }) },
    }
    const app = { ...anApp(), alsoWhen, ...(alsoWhen.length > 0 ? { paths: ['shop'] } : {}) }
    return lookAtTrain(needs, app, { train: weekly, departs })
  }
  const cut = { version: '2026.11.2', commit: commitOf(2) }

  test('is what came since the newest cut, with its newest commits, cut to what a line holds', async () => {
    const look = await looked([cut, { version: '2026.11.1', commit: commitOf(1) }])

    expect(asked).toEqual([cut.commit, commitOf(9), 10])
    expect(look).toMatchObject({
      ...{ commit: commitOf(9), since: '2026.11.2', total: 3, empty: false },
      ...{ frozen: { reason: 'audit', until: departs }, holiday: null, calendar: '503' },
    })
    expect(look.commits).toHaveLength(10)
    expect(look.commits[0]?.subject).toHaveLength(120)
  })

  test.each<[string, Parameters<typeof looked>, boolean]>([
    ['is cut already', [[cut, { version: '2026.11.1', commit: commitOf(9) }]], true],
    ['touches nothing of the app since', [[cut], { total: 0 }], true],
    ['has something new', [[cut]], false],
    ['changes what starts work of the app', [[cut], { total: 0, alsoWhen: ['libs'] }], false],
    [
      'changes nothing that starts work of it',
      [[cut], { total: 0, alsoWhen: ['libs'], touches: async () => false }],
      true,
    ],
    ['lacks the cut’s commit', [[cut], { total: 0, alsoWhen: ['libs'], touches: async () => lost() }], false],
    ['was never cut', [[], { total: 0 }], false],
  ])('is empty or not where the head %s', async (_, given, empty) => {
    expect((await looked(...given)).empty).toBe(empty)
  })

  test('comes after the newest tag where Slipway cut nothing, and after nothing without one', async () => {
    expect(await looked([], { tag: 'v1.0.0' })).toMatchObject({ since: 'v1.0.0' })
    expect(asked[0]).toBe(commitOf(5))
    expect(await looked([])).toMatchObject({ since: null })
    expect(asked[0]).toBeNull()
  })

  test('is all there is where the cut’s commit is gone from the repository', async () => {
    const range: TrainLookNeeds['git']['range'] = async (_, from) =>
      from === null ? { commits: [], total: 7, read: 0, authors: 0, people: [], pulls: [] } : lost()

    expect(await looked([cut], { range })).toMatchObject({ total: 7, empty: false })
  })

  test('is not known of a branch that is gone', async () => {
    await expect(looked([cut], { head: null })).rejects.toThrow('There is no branch main')
  })
})
