/** What the tags of a repository, and the commits since, say of the next version. */
import { describe, expect, it } from 'vitest'
import { createDemoRepository } from './support/demo-repository.js'

describe('the tags that fit a pattern', () => {
  it('are those of versions and candidates, annotated or not, with the commit they lead to', async () => {
    const demo = await createDemoRepository()
    const one = demo.commit('One', { 'a.txt': '1' })
    demo.run('tag', 'web-v1.2.0')
    demo.run('tag', '-a', '-m', 'mine', 'web-v1.3.0-rc.2')
    for (const other of [
      'v1.4.0',
      'web-v1.5',
      'web-v1.6.0-beta.1',
      'web-v1.7.0-rc.x',
      'web-v1.8.0.1',
      'xweb-v2.0.0',
    ])
      demo.run('tag', other)
    demo.run('tag', 'web-v9.0.0', `${one}^{tree}`)
    demo.push()
    await demo.git.branchHead(demo.ref, 'main')

    expect(await demo.git.tagged(demo.ref, 'web-v{version}')).toEqual([
      { tag: 'web-v1.2.0', version: '1.2.0', candidate: null, commit: one },
      { tag: 'web-v1.3.0-rc.2', version: '1.3.0', candidate: 2, commit: one },
    ])
    expect((await demo.git.tagged(demo.ref, 'v{version}')).map(({ tag }) => tag)).toEqual(['v1.4.0'])
  })
})

describe('conventional commits', () => {
  it.each([
    [['fix: a', 'chore: b', 'Whatever it is'], 'patch'],
    [['fix: a', 'feat(basket): b'], 'minor'],
    [['feat: a', 'fix!: b'], 'major'],
    [['refactor(api)!: drop it', 'feat: a'], 'major'],
    [['fix: a\n\nBREAKING CHANGE: the basket is gone'], 'major'],
    [['fix: a\n\nIt is no BREAKING CHANGE at all'], 'patch'],
    [['feature of the year: none'], 'patch'],
    [[], 'patch'],
  ] as const)('%j ask for %s', async (messages, bump) => {
    const demo = await createDemoRepository()
    const from = demo.commit('feat!: before', { 'a.txt': '1' })
    let to = from
    for (const [index, message] of messages.entries()) to = demo.commit(message, { [`${index}.txt`]: '1' })
    demo.push()

    expect(await demo.git.bump(demo.ref, from, to)).toBe(bump)
  })

  it('are asked of the app’s own paths alone', async () => {
    const demo = await createDemoRepository()
    const from = demo.commit('Base', { 'shop/a': '1' })
    demo.commit('feat!: drop the api', { 'api/a': '1' })
    const to = demo.commit('fix: count totals', { 'shop/a': '2' })
    demo.push()

    expect(await demo.git.bump(demo.ref, from, to)).toBe('major')
    expect(await demo.git.bump({ ...demo.ref, paths: ['shop'] }, from, to)).toBe('patch')
  })
})
