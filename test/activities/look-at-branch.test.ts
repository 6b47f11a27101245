/** What a look at a branch takes, on real git. */
import { expect, test } from 'vitest'
import type { CommitSha } from '../../domain/identifiers.js'
import { GitRefusedError } from '../../integrations/git/git-error.js'
import { createDeliveryActivities } from '../../workflows/activities/delivery-activities.js'
import { createDemoRepository, type DemoRepository, sha } from '../integrations/support/demo-repository.js'
import { anApp } from '../support/app-definition.js'

const looker = (demo: DemoRepository) => {
  const notAsked = (): Promise<never> => Promise.reject(new Error('not asked'))
  const { lookAtBranch } = createDeliveryActivities({ git: demo.git, releases: { cut: notAsked } })
  return async (since: CommitSha | null, more: { each?: boolean; wanted?: CommitSha } = {}) => {
    const { each = false, wanted = null } = more
    demo.push()
    const found = await lookAtBranch({
      repository: demo.ref,
      branch: 'main',
      since,
      each,
      wanted,
      runsOn: null,
      build: anApp().build.stage.run,
    })
    return found.kind === 'found' ? [found.commit, found.more] : found.kind
  }
}

/** Base, one, a merge of two commits, and three on top. */
async function withLine() {
  const demo = await createDemoRepository()
  const base = demo.commit('Base', { 'a.txt': 'one\n' })
  const one = demo.commit('One', { 'b.txt': 'x' })
  demo.run('checkout', '--quiet', '-b', 'side')
  const inside = demo.commit('Inside', { 'c.txt': 'x' })
  demo.run('checkout', '--quiet', 'main')
  demo.run('merge', '--quiet', '--no-ff', '-m', 'Merge side', 'side')
  const merge = sha(demo.run('rev-parse', 'HEAD'))
  const three = demo.commit('Three', { 'd.txt': 'x' })
  return { demo, look: looker(demo), base, one, inside, merge, three }
}

test('one by one: the oldest on the branch’s own line that was not dealt with', async () => {
  const { look, base, one, merge, three } = await withLine()

  expect(await look(base, { each: true })).toEqual([one, true])
  expect(await look(one, { each: true })).toEqual([merge, true])
  expect(await look(merge, { each: true })).toEqual([three, false])
  expect(await look(three, { each: true })).toEqual([three, false])
  expect(await look(null, { each: true })).toEqual([three, false])
})

test('otherwise the head, or what was asked for where it lies ahead', async () => {
  const { look, base, one, inside, merge, three } = await withLine()

  expect(await look(base)).toEqual([three, false])
  expect(await look(base, { wanted: one })).toEqual([one, false])
  expect(await look(merge, { wanted: one })).toEqual([three, false])
  expect(await look(merge, { wanted: inside })).toEqual([three, false])
})

test('a branch that was forced back is taken as it is, whatever was told before', async () => {
  const { demo, look, base, one, three } = await withLine()
  await look(null)
  demo.run('checkout', '--quiet', '-B', 'main', one)

  expect(await look(three, { each: true })).toEqual([one, false])
  expect(await look(three, { wanted: three })).toEqual([one, false])
  expect(await look(base, { wanted: three })).toEqual([one, false])
})

test('of a remote that refuses, that it cannot be read', async () => {
  const demo = await createDemoRepository()
  const branchHead = () => Promise.reject(new GitRefusedError('git fetch: Authentication failed'))
  const { lookAtBranch } = createDeliveryActivities({
    git: { ...demo.git, branchHead },
    releases: { cut: () => Promise.reject(new Error('not asked')) },
  })
  const order = {
    repository: demo.ref,
    branch: 'main',
    wanted: null,
    each: false,
    since: null,
    runsOn: null,
    build: anApp().build.stage.run,
  }

  expect(await lookAtBranch(order)).toEqual({
    ...{ kind: 'unread', refused: true, detail: 'git fetch: Authentication failed' },
  })
})
