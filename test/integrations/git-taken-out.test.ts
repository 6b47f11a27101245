import { expect, it } from 'vitest'
import { createDemoRepository, sha } from './support/demo-repository.js'

it('tells what going to another commit takes out, without what is there as a pick', async () => {
  const { git, ref, run, commit, push } = await createDemoRepository()
  const base = commit('Base', { a: '1' })
  const kept = commit('Picked later', { b: '1' })
  const lost = commit('Lost', { c: '1' })
  run('checkout', '--quiet', '-b', 'side', base)
  const ahead = commit('Ahead', { d: '1' })
  run('cherry-pick', kept)
  const side = sha(run('rev-parse', 'HEAD').trim())
  run('push', '--quiet', 'origin', 'side')
  run('checkout', '--quiet', 'main')
  push()

  expect(await git.takenOut(ref, lost, side, 5)).toMatchObject({
    total: 1,
    commits: [{ sha: lost, subject: 'Lost' }],
  })
  expect(await git.takenOut(ref, side, lost, 5)).toMatchObject({ total: 1, commits: [{ sha: ahead }] })
  expect(await git.takenOut(ref, lost, base, 1)).toMatchObject({ total: 2, commits: [{ sha: lost }] })
  expect(await git.takenOut(ref, base, lost, 5)).toEqual({ total: 0, commits: [] })
  await expect(git.takenOut(ref, sha('1'.repeat(40)), lost, 5)).rejects.toThrow('no commit')
})

it('tells it of the app alone, under the names that .mailmap gives', async () => {
  const { git, ref, commit, push } = await createDemoRepository()
  const base = commit('Base', { '.mailmap': 'Robert Roe <bob@example.test>\n' })
  const lost = commit('Of the shop', { 'shop/a': '1' }, 'Bob')
  const head = commit('Of the api', { 'api/a': '1' })
  push()
  const shop = { ...ref, paths: ['shop'] }

  expect(await git.takenOut(shop, head, base, 5)).toEqual({
    ...{ total: 1, commits: [{ sha: lost, subject: 'Of the shop', author: 'Robert Roe' }] },
  })
  expect(await git.takenOut(shop, head, lost, 5)).toEqual({ total: 0, commits: [] })
})
