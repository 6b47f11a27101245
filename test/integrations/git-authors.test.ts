/** Who wrote commits, by their addresses and trailers, and who brought them in. */
import { describe, expect, it } from 'vitest'
import { createDemoRepository, type DemoRepository, sha } from './support/demo-repository.js'

async function withBase(): Promise<{ demo: DemoRepository; base: ReturnType<typeof sha> }> {
  const demo = await createDemoRepository()
  return { demo, base: demo.commit('Base', { 'a.txt': 'one\n' }) }
}
const addressOf = (demo: DemoRepository, commit: string): string =>
  demo.run('log', '-1', '--format=%ae', commit).trim()

/** By somebody who wrote nothing of it. */
function merge(demo: DemoRepository, branch: string): void {
  demo.run('merge', '--quiet', '--no-ff', '-m', 'Merge it', branch)
  demo.run('commit', '--quiet', '--amend', '--no-edit', '--author=Merger <merger@example.com>')
}

async function authorsOf(demo: DemoRepository, from: ReturnType<typeof sha>) {
  demo.push()
  await demo.git.branchHead(demo.ref, 'main')
  return demo.git.authors(demo.ref, from, sha(demo.run('rev-parse', 'main')), 500)
}

describe('the authors of a commit', () => {
  it('are its author, co-authors and signers in small letters, each once; others by their text', async () => {
    const { demo, base } = await withBase()
    const commit = demo.commit(
      [
        'Pair',
        '',
        'Text.',
        '',
        'Co-authored-by: Carol <Carol@Example.com>',
        'Signed-off-by: Dan <dan@example.com>',
        'co-authored-by: Nobody',
        'Reviewed-by: Erin <erin@example.com>',
      ].join('\n'),
      { 'b.txt': 'x' },
      'Bob',
    )

    expect(await authorsOf(demo, base)).toEqual([
      {
        commit,
        wrote: [addressOf(demo, commit), 'carol@example.com', 'dan@example.com', 'nobody'],
        merged: expect.anything(),
      },
    ])
  })

  it('are not whoever pressed Merge, who answers for what an agent wrote', async () => {
    const { demo, base } = await withBase()
    demo.run('checkout', '--quiet', '-b', 'agent')
    const first = demo.commit('By an agent', { 'b.txt': 'x' }, 'Bob')
    const second = demo.commit('More by an agent', { 'c.txt': 'x' }, 'Bob')
    demo.run('checkout', '--quiet', 'main')
    const own = demo.commit('Own', { 'd.txt': 'x' }, 'Bob')
    merge(demo, 'agent')
    const found = new Map((await authorsOf(demo, base)).map((one) => [one.commit, one.merged]))

    expect([...found.keys()].toSorted()).toEqual([first, second, own].toSorted())
    expect([found.get(first), found.get(second)]).toEqual(['merger@example.com', 'merger@example.com'])
    expect(found.get(own)).not.toBe('merger@example.com')
  })

  it('are the merger where nothing but the merge is new', async () => {
    const { demo } = await withBase()
    demo.run('checkout', '--quiet', '-b', 'side')
    demo.commit('Side', { 'b.txt': 'x' }, 'Bob')
    demo.run('checkout', '--quiet', 'main')
    merge(demo, 'side')
    demo.push()
    const head = sha(demo.run('rev-parse', 'main'))

    expect(await demo.git.authors(demo.ref, null, head, 1)).toMatchObject([
      { commit: head, wrote: ['merger@example.com'] },
    ])
  })
})
