/** The release is told the progress of many picks, and its silence stops none of them. */
import { MockActivityEnvironment } from '@temporalio/testing'
import { expect, test, vi } from 'vitest'
import type { PickOutcome } from '../../domain/ports.js'
import type { PickProgress } from '../../domain/release/picking.js'
import { createPickActivities } from '../../workflows/activities/pick-activities.js'
import { anApp } from '../support/app-definition.js'
import { commitOf } from '../support/lane.js'

const outcome: PickOutcome = { kind: 'moved' }

/** Picks so many, a second each. */
async function progressOf(count: number, answers: boolean): Promise<readonly PickProgress[]> {
  const told: PickProgress[] = []
  const clock = vi.spyOn(Date, 'now')
  const notAsked = () => Promise.reject(new Error('not asked'))
  const activities = createPickActivities({
    git: {
      ...{
        ...{ update: notAsked, find: notAsked },
        offTrunk: notAsked,
        range: notAsked,
        takenOut: notAsked,
        tagBefore: notAsked,
        authors: notAsked,
        pickBranch: notAsked,
        onBranch: notAsked,
      },
      ...{ pullCommits: notAsked, trunkPull: notAsked, rangeCommits: notAsked, backwardsMerges: notAsked },
      cherryPick: async (_repository, { picks }, done = () => undefined) => {
        const start = Date.now()
        for (const index of picks.keys()) {
          clock.mockReturnValue(start + (index + 1) * 1_000)
          done(index + 1)
        }
        return outcome
      },
    },
    ledger: { isCandidate: notAsked, whatRuns: notAsked },
    pullRequests: null,
    identities: () => ({ people: [], agents: [] }),
    onForgeTrouble: () => undefined,
    releases: {
      pickProgress: async (_workflow, progress) => {
        told.push(progress)
        if (!answers) throw new Error('Temporal is away')
      },
    },
  })
  const order = {
    app: anApp(),
    branch: 'release/v1',
    onto: commitOf(1),
    picks: Array.from({ length: count }, (_, index) => commitOf(index + 2)),
  }
  const answer = await new MockActivityEnvironment().run(activities.cherryPick, order)
  clock.mockRestore()
  expect(answer).toEqual(outcome)
  return told
}

test('is told every few seconds', async () => {
  expect(await progressOf(22, true)).toEqual([5, 10, 15, 20].map((done) => ({ done, of: 22 })))
})

test('of a few is not told', async () => {
  expect(await progressOf(19, true)).toEqual([])
})

test('a report that nobody receives stops nothing', async () => {
  expect(await progressOf(22, false)).toHaveLength(4)
})
