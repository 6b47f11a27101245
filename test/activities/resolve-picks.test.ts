/** How what was typed becomes commits to pick. On real git. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MockActivityEnvironment } from '@temporalio/testing'
import { expect, test } from 'vitest'
import type { CommitSha } from '../../domain/identifiers.js'
import { findFix } from '../../workflows/activities/find-fix.js'
import { createPickActivities, resolvePicks } from '../../workflows/activities/pick-activities.js'
import { createDemoRepository, sha } from '../integrations/support/demo-repository.js'
import { anApp } from '../support/app-definition.js'

test('many commits, ranges and pull requests are looked up in the remote as it is now, fetched once for all', async () => {
  const demo = await createDemoRepository()
  const base = demo.commit('Base', { a: '0' })
  const picks = [1, 2, 3, 4, 5].map((number) => demo.commit(`Fix (#${number})`, { [`${number}`]: 'x' }))
  const [first, second, third, fourth, fifth = base] = picks
  demo.push()
  const trace = join(demo.folder, 'trace')
  const git = demo.gitWith({ GIT_TRACE: trace })
  const needs = { git, ledger: { isCandidate: async () => false }, pullRequests: null }
  const app = { ...anApp(), repository: demo.remote, trunk: 'main' }
  const asked = [`${base}..${second}`, '#3', '#4', fifth.slice(0, 9)]

  expect(await resolvePicks(needs, { app, asked, branch: null, override: null })).toEqual({
    ...{ kind: 'resolved', commits: [first, second, third, fourth, fifth], branch: null, overrode: [] },
  })
  expect(readFileSync(trace, 'utf8').match(/built-in: git fetch/g)).toHaveLength(1)
})

test('a forge that does not answer, or takes no sign-in, ends the order after four tries', async () => {
  const demo = await createDemoRepository()
  demo.commit('Base', { a: '0' })
  demo.push()
  const nothing = (): never => {
    throw new Error('Nothing more is asked')
  }
  const { resolvePicks: resolve } = createPickActivities({
    git: demo.git,
    ledger: { isCandidate: nothing, whatRuns: nothing },
    pullRequests: {
      mergedAs: async () => Promise.reject(new Error('Bad credentials')),
      mergerOf: nothing,
    },
    identities: nothing,
    onForgeTrouble: nothing,
    releases: { pickProgress: nothing },
  })
  const app = { ...anApp(), repository: demo.remote, trunk: 'main' }
  const tried = (attempt: number) =>
    new MockActivityEnvironment({ attempt, scheduledTimestampMs: Date.now() }).run(resolve, {
      ...{ app, asked: ['#4'], branch: null, override: null },
    })

  await expect(tried(3)).rejects.toThrow('Bad credentials')
  expect(await tried(4)).toEqual({ kind: 'refused', refusal: { code: 'unavailable', what: 'GitHub' } })
})

test('the fix of a hotfix that runs already is none, but one that was reverted since is', async () => {
  const demo = await createDemoRepository()
  const base = demo.commit('Base', { a: '0' })
  const fix = demo.commit('Fix', { a: '1' })
  demo.run('revert', '--no-edit', fix)
  const reverted = sha(demo.run('rev-parse', 'HEAD'))
  demo.push()
  const needs = { git: demo.git, ledger: { isCandidate: async () => false }, pullRequests: null }
  const app = { ...anApp(), repository: demo.remote, trunk: 'main' }
  const found = async (onto: CommitSha) =>
    (await findFix(needs, { app, asked: [fix], override: null, onto })).kind

  expect(await found(base)).toBe('found')
  expect(await found(fix)).toBe('refused')
  expect(await found(reverted)).toBe('found')
})
