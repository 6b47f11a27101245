/** The commits of trunk that a form offers to pick. */
import { expect, test } from 'vitest'
import { databaseReads, type Sources } from '../../../bot/orders/reads.js'
import { anApp } from '../../support/app-definition.js'
import { commitOf } from '../../support/release-views.js'

const head = commitOf('f')
const onto = commitOf('0')
const shown = (seed: string) => ({ sha: commitOf(seed), subject: seed, author: 'Bob' })
const lacked = ['c', 'b', 'a'].map(shown)

const sourcesOf = (trunk: typeof head | null): Sources =>
  ({
    branchHead: async () => trunk,
    takenOut: async (_: unknown, from: unknown, to: unknown, limit: number) =>
      from === head && to === onto ? { total: 3, commits: lacked.slice(0, limit) } : null,
  }) as unknown as Sources

const lackedIn = async (sources: Sources, most = 10) =>
  (await databaseReads(null as never, sources).lackedOfTrunk(anApp(), onto, most)).map(
    ({ subject }) => subject,
  )

test.each([
  { most: 10, offered: ['c', 'b', 'a'] },
  { most: 2, offered: ['c', 'b'] },
])('the newest: %j', async ({ most, offered }) => {
  expect(await lackedIn(sourcesOf(head), most)).toEqual(offered)
})

test('none of a trunk that is gone', async () => {
  expect(await lackedIn(sourcesOf(null))).toEqual([])
})
