/** The commits of trunk that a form offers to pick. */
import { expect, test } from 'vitest'
import { databaseReads, type Sources } from '../../../bot/orders/reads.js'
import { anApp } from '../../support/app-definition.js'
import { commitOf } from '../../support/release-views.js'

const head = commitOf('f')
const onto = commitOf('0')
const lacked = ['c', 'b', 'a'].map((seed) => ({ sha: commitOf(seed), subject: seed, author: 'Bob' }))

const sourcesOf = (trunk: typeof head | null): Sources =>
  ({
    branchHead: async () => trunk,
    takenOut: async (_: unknown, from: unknown, to: unknown, limit: number) =>
      from === head && to === onto ? { total: 3, commits: lacked.slice(0, limit) } : null,
  }) as unknown as Sources

const lackedIn = async (sources: Sources, most: number) =>
  (await databaseReads(null as never, sources).lackedOfTrunk(anApp(), onto, most)).map(
    ({ subject }) => subject,
  )

test('the newest of those that the candidate lacks, none of a trunk that is gone', async () => {
  expect(await lackedIn(sourcesOf(head), 10)).toEqual(['c', 'b', 'a'])
  expect(await lackedIn(sourcesOf(head), 2)).toEqual(['c', 'b'])
  expect(await lackedIn(sourcesOf(null), 10)).toEqual([])
})
