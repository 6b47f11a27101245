/** What is in a range: equal to what git counts, by the names that people go by, and kept to an app's paths. */
import { describe, expect, test } from 'vitest'
import { createDemoRepository, type DemoRepository, sha } from './support/demo-repository.js'

/** How many people git's own summary counts, co-authors among them. */
const countPeople = ({ run }: DemoRepository, revisions: string): number =>
  run(...['shortlog', '-sne', '--group=author', '--group=trailer:co-authored-by', revisions])
    .split('\n')
    .filter(Boolean).length

async function withHistory() {
  const demo = await createDemoRepository()
  const { run, commit } = demo
  const from = commit('Zero', { 'shop/a': '0', 'api/a': '0', 'api/old name.txt': 'a\nb\nc\nd\n' })
  commit('Sell umbrellas (#7)', { 'shop/a': '1' }, 'Bob')
  commit('Fix totals, closes #2773\n\nCo-authored-by: Cy <CY@example.test>', { 'api/a': '1' })
  run('checkout', '--quiet', '-b', 'theirs')
  commit('Their work', { 'shop/b': '1' }, 'Dora')
  run('checkout', '--quiet', '-b', 'in-their-fork', from)
  commit('In a fork', { 'shop/c': '1' }, 'Dora')
  run('checkout', '--quiet', 'theirs')
  run('merge', '--quiet', '--no-ff', '-m', 'Merge pull request #49 from eve/main', 'in-their-fork')
  run('checkout', '--quiet', 'main')
  run('merge', '--quiet', '--no-ff', '-m', 'Merge pull request #12 from dora/theirs', 'theirs')
  commit('Names\n\nCo-authored-by: Robert <old-bob@example.test>', {
    '.mailmap': 'Robert Roe <bob@example.test> <old-bob@example.test>\nRobert Roe <bob@example.test>\n',
  })
  run('mv', 'api/old name.txt', 'api/new name.txt')
  const to = commit('Rename', {})
  demo.push()
  return { ...demo, from, to }
}

describe('a range', () => {
  test('is counted whole, however few of its commits are named', async () => {
    const demo = await withHistory()
    const { git, ref, run, from, to } = demo

    const range = await git.range(ref, from, to, 2)

    expect(range.commits.map(({ subject }) => subject)).toEqual(['Rename', 'Names'])
    expect(range.total).toBe(Number(run('rev-list', '--count', `${from}..${to}`)))
    expect(range.read).toBe(range.total)
    expect(range.authors).toBe(countPeople(demo, `${from}..${to}`))
    expect(await git.range(ref, to, to, 5)).toEqual({
      ...{ commits: [], total: 0, read: 0, authors: 0, people: [], pulls: [] },
    })
  })

  test('names people as .mailmap does, co-authors too, each once', async () => {
    const { git, ref, from, to } = await withHistory()

    const { people } = await git.range(ref, from, to, 1)

    expect(people).toContain('Robert Roe')
    expect(people).toContain('Cy')
    expect(people.filter((name) => /^(Bob|Robert)/.test(name))).toEqual(['Robert Roe'])
  })

  test('tells pull requests from issues, and from those of somebody’s fork', async () => {
    const { git, ref, from, to } = await withHistory()

    const { pulls, commits } = await git.range(ref, from, to, 50)

    expect(pulls).toEqual([12, 7])
    expect(commits.find(({ subject }) => subject.includes('#2773'))?.pull).toBeNull()
  })

  test('knows what was picked from what', async () => {
    const { git, ref, run, commit, push } = await createDemoRepository()
    const from = commit('One', { a: '1' })
    run('checkout', '--quiet', '-b', 'elsewhere')
    const original = commit('A fix', { b: '1' })
    run('checkout', '--quiet', 'main')
    run('cherry-pick', '-x', original)
    const picked = sha(run('rev-parse', 'HEAD'))
    push()

    expect((await git.range(ref, from, picked, 5)).commits).toMatchObject([{ sha: picked, original }])
  })

  test('has the files that git says changed: a renamed one once, with their lines', async () => {
    const { git, ref, run, from, to } = await withHistory()

    const { files, ...counted } = await git.changes(ref, from, to, 50)

    expect(run('diff', '--shortstat', from, to).trim()).toBe(
      `${counted.total} files changed, ${counted.added} insertions(+), ${counted.deleted} deletions(-)`,
    )
    expect(files).toContainEqual({
      ...{ path: 'api/new name.txt', renamedFrom: 'api/old name.txt' },
      ...{ added: 0, deleted: 0 },
    })
    expect(await git.changes(ref, from, to, 1)).toMatchObject({ ...counted, files: [{}] })
    expect(await git.changes(ref, null, to, 5)).toMatchObject({
      ...{ files: [], total: run('ls-tree', '-r', '--name-only', to).trim().split('\n').length },
    })
  })

  test('of an app is what touches its paths, wherever it is told', async () => {
    const { git, ref, run, from, to } = await withHistory()
    const shop = { ...ref, paths: ['shop', ':!shop/c'] }

    const range = await git.range(shop, from, to, 50)
    const authors = await git.authors(shop, from, to, 50)

    expect(range.commits.map(({ subject }) => subject)).toEqual([
      'Merge pull request #12 from dora/theirs',
      'Their work',
      'Sell umbrellas (#7)',
    ])
    expect(range).toMatchObject({ total: 3, pulls: [12, 7] })
    expect(authors.map(({ commit }) => run('log', '-1', '--format=%s', commit).trim())).toEqual([
      'Their work',
      'Sell umbrellas (#7)',
    ])
    expect((await git.changes(shop, from, to, 50)).files.map(({ path }) => path)).toEqual([
      'shop/a',
      'shop/b',
    ])
    expect(await git.changes(shop, null, to, 50)).toMatchObject({ files: [], total: 2 })
  })

  test('touches an app by what is excluded of its own part, if it is a part that starts work', async () => {
    const { git, ref, commit, push } = await createDemoRepository()
    const from = commit('Zero', { 'a.txt': '0' })
    const docs = commit('Documents', { 'docs/a.md': '1' })
    const schema = commit('Schema', { 'docs/schema.json': '1' })
    const readme = commit('Read me', { 'libs/README.md': '1' })
    push()
    await git.branchHead(ref, 'main')
    const shop = {
      ...ref,
      paths: [':!docs', ':!libs'],
      alsoWhen: ['docs/schema.json', 'libs', ':!libs/README.md'],
    }

    expect(await git.touches(shop, from, docs)).toBe(false)
    expect(await git.touches(shop, docs, schema)).toBe(true)
    expect(await git.touches(shop, schema, readme)).toBe(false)
  })

  test('takes out of an app, and raises its version by, what touches its paths', async () => {
    const { git, ref, commit, push } = await createDemoRepository()
    const from = commit('Zero', { 'shop/a': '0' })
    commit('feat: sell umbrellas', { 'shop/a': '1' })
    const to = commit('feat(api)!: drop the old one', { 'api/a': '1' })
    push()
    await git.branchHead(ref, 'main')
    const shop = { ...ref, paths: ['shop'] }

    expect(await git.takenOut(shop, to, from, 5)).toMatchObject({
      ...{ total: 1, commits: [{ subject: 'feat: sell umbrellas' }] },
    })
    expect((await git.takenOut(ref, to, from, 1)).total).toBe(2)
    expect([await git.bump(shop, from, to), await git.bump(ref, from, to)]).toEqual(['minor', 'major'])
  })
})

describe('the newest tag before a commit', () => {
  test('is one of the app’s own versions that the commit contains, and no candidate', async () => {
    const { git, ref, run, commit, push } = await createDemoRepository()
    const first = commit('One', { a: '1' })
    run('tag', 'v1.0.0')
    const second = commit('Two', { a: '2' })
    run('tag', '-a', '-m', 'two', 'v1.1.0')
    run('tag', 'api-v3.0.0')
    const third = commit('Three', { a: '3' })
    run('tag', 'v1.2.0-rc.1')
    push()
    await git.resolve(ref, null)

    expect(await git.tagBefore(ref, 'v{version}', third)).toEqual({ tag: 'v1.1.0', commit: second })
    expect(await git.tagBefore(ref, 'v{version}', first)).toEqual({ tag: 'v1.0.0', commit: first })
    expect(await git.tagBefore(ref, 'web-v{version}', third)).toBeNull()
  })
})
