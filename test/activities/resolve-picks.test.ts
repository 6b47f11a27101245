/** How what was typed becomes commits to pick. On real git. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { resolvePicks } from '../../workflows/activities/pick-activities.js'
import { createDemoRepository } from '../integrations/support/demo-repository.js'
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
