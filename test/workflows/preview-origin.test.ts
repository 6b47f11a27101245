import { MockActivityEnvironment } from '@temporalio/testing'
import { describe, expect, test } from 'vitest'
import { refusalMessage } from '../../bot/verbs/refusal-message.js'
import type { PullRequestHead } from '../../domain/ports.js'
import { createEnvironmentActivities } from '../../workflows/activities/environment-activities.js'
import { anApp } from '../support/app-definition.js'
import { commitOf } from '../support/release-views.js'

const app = anApp()
const sha = commitOf('a')
type Heads = Parameters<typeof createEnvironmentActivities>[0]['pullRequests']

/** What `env create pr-1 from <ref>` is told, in a repository with the branches `feature` and `main`. */
async function origin(ref: string, pullRequests: Heads, attempt = 1): Promise<string> {
  const { resolveOrigin } = createEnvironmentActivities({
    pullRequests,
    ledger: { readConfigured: async () => null },
    previews: { freePlace: async () => undefined, claimPlace: async () => undefined },
    git: {
      branchHead: async (_, branch) => (branch === 'feature' || branch === 'main' ? sha : null),
      resolve: async (_, text) =>
        /^(refs\/heads\/)?(feature|main)$/.test(text ?? '')
          ? {
              kind: 'resolved',
              onTrunk: false,
              commit: { sha, author: 'A', email: 'a@example.com', at: '', subject: '' },
            }
          : { kind: 'not-found', nearest: [] },
    },
  })
  type Resolve = typeof resolveOrigin
  const answer = await new MockActivityEnvironment({ attempt }).run<
    Parameters<Resolve>,
    Awaited<ReturnType<Resolve>>,
    Resolve
  >(resolveOrigin, { app, ref })
  if (answer.kind === 'refused') return refusalMessage(answer.refusal, 'e_1', '/release').text
  return JSON.stringify(answer.origin)
}

const says = (head: PullRequestHead): Heads => ({ headOf: async () => head })

describe('what a new preview is to show', () => {
  test('a branch, or the branch of an open pull request with its number', async () => {
    expect(await origin('feature', null)).toBe(JSON.stringify({ commit: sha, branch: 'feature' }))
    expect(await origin('#17', says({ kind: 'open', branch: 'feature' }))).toBe(
      JSON.stringify({ commit: sha, branch: 'feature', pull: 17 }),
    )
  })

  test.each<readonly [string, string, Heads, RegExp]>([
    ['without GitHub', '#17', null, /not signed in to GitHub/],
    ['no number', '#x', null, /not the number of a pull request/],
    ['unknown', '#17', says({ kind: 'unknown' }), /no such pull request/],
    ['merged', '#17', says({ kind: 'closed', merged: true, at: '' }), /merged already/],
    ['closed', '#17', says({ kind: 'closed', merged: false, at: '' }), /closed already/],
    ['of a fork', '#17', says({ kind: 'fork', from: 'mallory/shop' }), /comes from mallory\/shop/],
    ['whose branch is gone', '#17', says({ kind: 'open', branch: 'gone' }), /no branch, tag or commit/],
  ])('one %s is refused, with the reason and what to do', async (_, ref, pullRequests, reason) => {
    const text = await origin(ref, pullRequests)

    expect(text).toMatch(/^I did not /)
    expect(text).toMatch(reason)
  })

  test('a GitHub that stays away is asked again, then told to the person', async () => {
    const away: Heads = {
      headOf: async () => {
        throw new Error('503')
      },
    }

    await expect(origin('#17', away)).rejects.toThrow('503')
    expect(await origin('#17', away, 4)).toMatch(/GitHub does not answer/)
  })
})
