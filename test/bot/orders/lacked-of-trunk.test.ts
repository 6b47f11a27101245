/** The commits of trunk that a form offers to pick. */
import { expect, test } from 'vitest'
import { databaseReads, type Sources } from '../../../bot/orders/reads.js'
import { anApp } from '../../support/app-definition.js'
import { commitOf } from '../../support/release-views.js'

const head = commitOf('f')
const onto = commitOf('0')
const shown = (seed: string) => ({ sha: commitOf(seed), subject: seed, author: 'Bob' })
const lacked = ['c', 'b', 'a'].map(shown)

/** Git of a repository in which only these commits touch the app's paths. */
const sourcesOf = (trunk: typeof head | null, ours: readonly string[]): Sources =>
  ({
    branchHead: async () => trunk,
    takenOut: async (_: unknown, from: unknown, to: unknown, limit: number) =>
      from === head && to === onto ? { total: 3, commits: lacked.slice(0, limit) } : null,
    range: async () => ({ commits: ours.map(shown) }),
  }) as unknown as Sources

const lackedIn = async (paths: readonly string[], sources: Sources, most = 10) =>
  (await databaseReads(null as never, sources).lackedOfTrunk({ ...anApp(), paths }, onto, most)).map(
    ({ subject }) => subject,
  )

test.each([
  { paths: [], ours: ['a'], most: 10, offered: ['c', 'b', 'a'] },
  { paths: [], ours: ['a'], most: 2, offered: ['c', 'b'] },
  { paths: ['shop'], ours: ['a', 'b', 'z'], most: 10, offered: ['b', 'a'] },
  { paths: ['shop'], ours: ['a', 'b'], most: 1, offered: ['b'] },
])('the newest, and of an app with paths its own alone: %j', async ({ paths, ours, most, offered }) => {
  expect(await lackedIn(paths, sourcesOf(head, ours), most)).toEqual(offered)
})

test('none of a trunk that is gone', async () => {
  expect(await lackedIn([], sourcesOf(null, []))).toEqual([])
})
