/** What release notes are drafted from: pull requests by whichever button, plain commits, and who wrote them. */
import { expect, test } from 'vitest'
import { createDemoRepository, type DemoRepository, sha } from './support/demo-repository.js'

/** A pull request of two apps, merged; the shop's part has a co-author. `body` follows the subject of the merge. */
function mergePull(
  { run, commit }: DemoRepository,
  { shop, api }: { readonly shop: string; readonly api: string },
  body = '',
): void {
  run('checkout', '--quiet', '-b', 'theirs')
  commit('Of the shop\n\nCo-authored-by: Cy <cy@example.test>', { 'shop/a': '1' }, shop)
  commit('Of the api', { 'api/a': '1' }, api)
  run('checkout', '--quiet', 'main')
  run('merge', '--quiet', '--no-ff', '-m', `Merge pull request #12 from dora/theirs${body}`, 'theirs')
}

test('each pull request is one change under its own title, by who wrote it', async () => {
  const { git, ref, run, commit, push } = await createDemoRepository()
  const from = commit('Zero', { 'a.txt': '0' })
  commit(
    'feat(cart): sell umbrellas (#7)\n\nFor SHOP-7 in UTF-8\n\nCo-authored-by: Cy <cy@example.test>',
    { 'b.txt': '1' },
    'Bob',
  )
  run('checkout', '--quiet', '-b', 'theirs')
  commit('wip', { 'c.txt': '1' }, 'Dora')
  commit('wip 2', { 'c.txt': '2' }, 'Dora')
  run('checkout', '--quiet', 'main')
  run(
    'merge',
    '--quiet',
    '--no-ff',
    '-m',
    'Merge pull request #12 from dora/theirs\n\nfix!: count totals',
    'theirs',
  )
  const to = commit('Plain\n\nBREAKING CHANGE: all of it', { 'd.txt': '1' }, 'Eve')
  push()

  const { changes, total } = await git.noted(ref, from, to, 10)

  expect(total).toBe(3)
  expect(changes).toMatchObject([
    { title: 'Plain', type: null, breaking: true, pull: null, authors: ['Eve'] },
    { title: 'count totals', type: 'fix', breaking: true, pull: 12, authors: ['Dora'] },
    {
      ...{ title: 'cart: sell umbrellas (#7)', type: 'feat', scope: 'cart', breaking: false, pull: 7 },
      ...{ authors: ['Bob', 'Cy'], tickets: ['SHOP-7'] },
    },
  ])
  expect((await git.noted({ ...ref, paths: ['c.txt'] }, from, to, 10)).changes).toMatchObject([{ pull: 12 }])
  expect(await git.noted(ref, from, to, 1)).toMatchObject({ changes: [{ title: 'Plain' }], total: 3 })
  expect(await git.noted(ref, to, to, 10)).toEqual({ changes: [], total: 0 })
})

test('an app’s part of a pull request is by those who changed that part, co-authors too', async () => {
  const demo = await createDemoRepository()
  const { git, ref, run, commit, push } = demo
  const from = commit('Zero', { 'a.txt': '0' })
  mergePull(demo, { shop: 'Dora', api: 'Eve' }, '\n\nBoth')
  push()
  await git.branchHead(ref, 'main')
  const to = sha(run('rev-parse', 'main'))

  const { changes } = await git.noted({ ...ref, paths: ['shop'] }, from, to, 10)
  expect(changes).toMatchObject([{ title: 'Both', authors: ['Dora', 'Cy'] }])
})

test('a commit without a message is a change like another', async () => {
  const { git, ref, run, commit, push } = await createDemoRepository()
  const from = commit('Zero', { 'a.txt': '0' })
  run('commit', '--quiet', '--allow-empty', '--allow-empty-message', '-m', '')
  const to = commit('fix: count totals', { 'a.txt': '1' })
  push()

  expect((await git.noted(ref, from, to, 10)).changes).toMatchObject([
    { title: 'count totals', type: 'fix' },
    { title: '(no message)', type: null },
  ])
})

test('a merge is by who wrote what it brought of the app, under the names that .mailmap gives', async () => {
  const demo = await createDemoRepository()
  const { git, ref, commit, push } = demo
  const from = commit('Zero', { '.mailmap': 'Robert Roe <bob@example.test>\nCy Coe <cy@example.test>\n' })
  mergePull(demo, { shop: 'Bob', api: 'Dora' })
  const to = commit('More (#13)\n\nCo-authored-by: Cy <cy@example.test>', { 'shop/b': '1' }, 'Dora')
  push()

  const authorsOf = async (paths: readonly string[]) =>
    (await git.noted({ ...ref, paths }, from, to, 10)).changes.map(({ authors }) => authors)

  expect(await authorsOf(['shop'])).toEqual([
    ['Dora', 'Cy Coe'],
    ['Robert Roe', 'Cy Coe'],
  ])
  expect(await authorsOf([])).toEqual([
    ['Dora', 'Cy Coe'],
    ['Dora', 'Robert Roe', 'Cy Coe'],
  ])
})
