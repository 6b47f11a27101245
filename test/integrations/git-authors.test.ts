/** Who wrote commits, by their addresses and trailers, and who brought them in. */
import { describe, expect, it } from 'vitest'
import type { CommitSha } from '../../domain/identifiers.js'
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

/** An agent's commit that somebody merged. */
function mergeOfAgent(demo: DemoRepository): ReturnType<typeof sha> {
  demo.run('checkout', '--quiet', '-b', 'agent')
  const commit = demo.commit('By an agent', { 'b.txt': 'x' }, 'Agent')
  demo.run('checkout', '--quiet', 'main')
  merge(demo, 'agent')
  return commit
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

  it('are told with whoever committed it, who may have had an agent write it', async () => {
    const { demo, base } = await withBase()
    const commit = mergeOfAgent(demo)

    expect(await authorsOf(demo, base)).toEqual([
      { commit, wrote: ['agent@example.test'], merged: 'merger@example.com', committed: 'ann@example.test' },
    ])
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

describe('the authors of a pick', () => {
  const broughtIn = { merged: 'merger@example.com', committed: 'ann@example.test' }

  /** Ann merged what Bob wrote on a branch; the merge is picked onto the first commit. */
  async function withPickedMerge() {
    const { demo, base } = await withBase()
    demo.commit('Trunk goes on', { 'z.txt': 'x' })
    demo.run('checkout', '--quiet', '-b', 'side')
    demo.commit('One', { 'b.txt': 'x' }, 'Bob')
    demo.commit('Two\n\nCo-authored-by: Cy <cy@example.test>', { 'c.txt': 'x' }, 'Bob')
    demo.run('checkout', '--quiet', 'main')
    merge(demo, 'side')
    demo.push()
    await demo.git.branchHead(demo.ref, 'main')
    const merged = sha(demo.run('rev-parse', 'main'))
    const order = { onto: base, branch: 'release/1', picks: [merged] }
    const picked = await demo.git.cherryPick(demo.ref, order)
    if (picked.kind !== 'picked') throw new Error(picked.kind)
    return { demo, base, merged, head: picked.head }
  }

  it('of a merge are those of what it brought, not whoever merged', async () => {
    const { demo, base, head } = await withPickedMerge()

    expect(await demo.git.authors(demo.ref, base, head, 50)).toEqual([
      { commit: head, wrote: ['bob@example.test', 'cy@example.test'], ...broughtIn },
      { commit: head, wrote: ['bob@example.test'], ...broughtIn },
    ])
  })

  it('are those of the merge and its own, where it has other changes than the merge that it names', async () => {
    const { demo, merged } = await withPickedMerge()
    const claim = `Mine\n\n(cherry picked from commit ${merged})`
    const commit = demo.commit(claim, { 'mine.txt': 'x' }, 'Mallory')

    expect(await authorsOf(demo, merged)).toMatchObject([
      { commit, wrote: ['mallory@example.test', 'bob@example.test', 'cy@example.test'] },
      { commit, wrote: ['mallory@example.test', 'bob@example.test'] },
    ])
  })

  /** The authors of what Slipway makes of a commit on top of another. */
  async function authorsOfPick(demo: DemoRepository, onto: CommitSha, commit: CommitSha) {
    demo.push()
    await demo.git.branchHead(demo.ref, 'main')
    const picked = await demo.git.cherryPick(demo.ref, { onto, branch: 'release/1', picks: [commit] })
    if (picked.kind !== 'picked') throw new Error(picked.kind)
    const [authors, ...more] = await demo.git.authors(demo.ref, onto, picked.head, 50)
    expect([authors?.commit, more]).toEqual([picked.head, []])
    return authors
  }

  it('do not include Slipway, which committed it', async () => {
    const { demo, base } = await withBase()
    demo.commit('Trunk goes on', { 'z.txt': 'x' })
    const commit = demo.commit('By Bob', { 'b.txt': 'x' }, 'Bob')

    expect(await authorsOfPick(demo, base, commit)).toMatchObject({
      ...{ wrote: ['bob@example.test'], merged: 'ann@example.test' },
    })
  })

  it('are told with who merged its original into trunk, and who committed that', async () => {
    const { demo, base } = await withBase()
    demo.run('checkout', '--quiet', '-b', 'agent')
    const commit = demo.commit('By an agent', { 'b.txt': 'x' }, 'Agent')
    demo.commit('More by an agent', { 'c.txt': 'x' }, 'Agent')
    demo.run('checkout', '--quiet', 'main')
    demo.commit('Trunk goes on', { 'z.txt': 'x' })
    merge(demo, 'agent')

    expect(await authorsOfPick(demo, base, commit)).toMatchObject({
      ...{ wrote: ['agent@example.test'], ...broughtIn },
    })
  })

  it('are to be asked of the forge by its original, if that was squashed there', async () => {
    const { demo, base } = await withBase()
    demo.commit('Trunk goes on', { 'z.txt': 'x' })
    demo.commit('By an agent (#12)', { 'b.txt': 'x' }, 'Agent')
    demo.runAs('noreply@github.com', 'commit', '--quiet', '--amend', '--no-edit')
    const squash = sha(demo.run('rev-parse', 'HEAD'))

    expect(await authorsOfPick(demo, base, squash)).toMatchObject({
      ...{ wrote: ['agent@example.test'], merged: null },
      onForge: { commit: squash, pull: 12 },
    })
  })

  it('are not told with who merged a commit that it only names', async () => {
    const { demo, base } = await withBase()
    const named = mergeOfAgent(demo)
    demo.push()
    const claim = `Mine\n\n(cherry picked from commit ${named})`
    demo.run('checkout', '--quiet', '-b', 'mine', base)
    demo.commit(claim, { 'mine.txt': 'x' }, 'Agent')
    demo.runAs('agent@example.test', 'commit', '--quiet', '--amend', '--no-edit')
    const head = sha(demo.run('rev-parse', 'HEAD'))
    demo.push()

    expect(await demo.git.authors(demo.ref, base, head, 50)).toMatchObject([
      { commit: head, wrote: ['agent@example.test'], merged: null },
    ])
  })
})
