/** What is picked, and what is found on the branch of a conflict. */
import { describe, expect, it } from 'vitest'
import type { CommitSha } from '../../domain/identifiers.js'
import type { MergedPull } from '../../domain/ports.js'
import { createDemoRepository, type DemoRepository, sha } from './support/demo-repository.js'

/** A trunk of two commits, and a branch of three that changes three files. */
async function withBranch(): Promise<{ demo: DemoRepository; base: CommitSha; own: readonly CommitSha[] }> {
  const demo = await createDemoRepository()
  const base = demo.commit('Base', { 'a.txt': 'one\n\n\n\n\ntwo\n\n\n\n\nthree\n' })
  demo.run('checkout', '--quiet', '-b', 'feature')
  const own = ['one', 'two', 'three'].map((name) =>
    demo.commit(`Add ${name}`, { [`${name}.txt`]: name }, 'Bob'),
  )
  demo.run('checkout', '--quiet', 'main')
  demo.commit('Meanwhile', { 'other.txt': 'x\n' })
  return { demo, base, own }
}

const head = (demo: DemoRepository, ref = 'HEAD'): CommitSha => sha(demo.run('rev-parse', ref))

/** As a forge tells of it; its branch is gone, its head is kept under the forge's own ref. */
function merged(demo: DemoRepository, own: readonly CommitSha[]): MergedPull {
  const last = own.at(-1) ?? head(demo, 'feature')
  demo.push()
  demo.run('push', '--quiet', 'origin', `${last}:refs/pull/11/head`)
  demo.run('push', '--quiet', 'origin', '--delete', 'feature')
  return { commit: head(demo, 'main'), head: last, commits: own.length, ref: 'refs/pull/11/head' }
}

describe('a merged pull request', () => {
  it('by a merge commit is that commit', async () => {
    const { demo, own } = await withBranch()
    demo.run('merge', '--quiet', '--no-ff', '-m', 'Merge pull request #11 from bob/feature', 'feature')

    const pull = merged(demo, own)

    expect(await demo.git.pullCommits(demo.ref, pull)).toEqual({ kind: 'whole', commits: [pull.commit] })
  })

  it('squashed is the one commit', async () => {
    const { demo, own } = await withBranch()
    demo.run('merge', '--quiet', '--squash', 'feature')
    demo.run('commit', '--quiet', '-m', 'Add all (#11)')

    const pull = merged(demo, own)

    expect(await demo.git.pullCommits(demo.ref, pull)).toEqual({ kind: 'whole', commits: [pull.commit] })
  })

  it('rebased is all of its commits, oldest first', async () => {
    const { demo, own } = await withBranch()
    demo.run('cherry-pick', ...own)
    const rebased = [2, 1, 0].map((back) => head(demo, `HEAD~${back}`))

    expect(await demo.git.pullCommits(demo.ref, merged(demo, own))).toEqual({
      kind: 'whole',
      commits: rebased,
    })
  })

  it('rebased next to changed lines is found by who wrote it when', async () => {
    const { demo, base } = await withBranch()
    demo.run('checkout', '--quiet', '-b', 'near', base)
    const own = [
      demo.commit('Change two', { 'a.txt': 'one\n\n\n\n\nTWO\n\n\n\n\nthree\n' }, 'Bob'),
      demo.commit('More', { 'more.txt': 'x' }, 'Bob'),
    ]
    demo.run('checkout', '--quiet', 'main')
    demo.commit('Near it', { 'a.txt': 'one\n\n\nnear\n\ntwo\n\n\n\n\nthree\n' })
    demo.run('cherry-pick', ...own)
    demo.run('branch', '--force', 'feature', 'near')
    const rebased = [head(demo, 'HEAD~1'), head(demo)]

    expect(await demo.git.pullCommits(demo.ref, merged(demo, own))).toEqual({
      kind: 'whole',
      commits: rebased,
    })
  })

  it('of which a part is missing is unclear, and names what was found', async () => {
    const { demo, own } = await withBranch()
    const [, two = head(demo), three = head(demo)] = own
    demo.run('cherry-pick', two, three)
    const found = [head(demo, 'HEAD~1'), head(demo)]

    expect(await demo.git.pullCommits(demo.ref, merged(demo, own))).toEqual({ kind: 'unclear', found })
  })

  it('whose own commits the remote keeps nowhere is unclear', async () => {
    const { demo, own } = await withBranch()
    demo.run('cherry-pick', ...own)
    const pull = merged(demo, own)
    demo.run('push', '--quiet', 'origin', '--delete', 'refs/pull/11/head')

    expect(await demo.git.pullCommits(demo.ref, pull)).toEqual({ kind: 'unclear', found: [pull.commit] })
  })

  it('is found on trunk by its subject where nobody else knows it', async () => {
    const { demo } = await withBranch()
    const squash = demo.commit('Add all (#11)', { 'x.txt': 'x' })
    demo.commit('Revert "Add all (#11)" (#12)', { 'x.txt': 'y' })
    demo.commit('Fix\n\nsee #11 and (#11)', { 'z.txt': 'y' })
    demo.push()

    await demo.git.update(demo.ref)
    expect((await demo.git.trunkPull(demo.ref, 11)).map((commit) => commit.sha)).toEqual([squash])
    expect(await demo.git.trunkPull(demo.ref, 1)).toEqual([])
  })

  it('is not one that was merged under the same number in somebody’s fork', async () => {
    const { demo } = await withBranch()
    demo.run('checkout', '--quiet', 'feature')
    demo.run('checkout', '--quiet', '-b', 'in-their-fork', 'HEAD~1')
    demo.commit('In a fork', { 'fork.txt': 'x' })
    demo.run('checkout', '--quiet', 'feature')
    demo.run('merge', '--quiet', '--no-ff', '-m', 'Merge pull request #49 from eve/main', 'in-their-fork')
    demo.run('checkout', '--quiet', 'main')
    demo.run('merge', '--quiet', '--no-ff', '-m', 'Merge pull request #12 from bob/feature', 'feature')
    demo.push()
    await demo.git.update(demo.ref)

    expect(await demo.git.trunkPull(demo.ref, 49)).toEqual([])
    expect(await demo.git.trunkPull(demo.ref, 12)).toMatchObject([{ sha: head(demo) }])
  })
})

describe('a range', () => {
  it('is what the second has and the first has not, oldest first; a merge stands for what it brought', async () => {
    const { demo, base } = await withBranch()
    const before = head(demo)
    demo.run('merge', '--quiet', '--no-ff', '-m', 'Merge feature', 'feature')
    const merge = head(demo)
    const last = demo.commit('Last', { 'last.txt': 'x' })
    demo.push()

    expect(await demo.git.rangeCommits(demo.ref, { from: base, to: last })).toEqual([before, merge, last])
    expect(await demo.git.rangeCommits(demo.ref, { from: last, to: base })).toEqual([])
  })
})

describe('a merge of the trunk into own work', () => {
  it('is distinguished from a merge into the trunk', async () => {
    const { demo } = await withBranch()
    const trunk = head(demo)
    demo.run('checkout', '--quiet', 'feature')
    const own = head(demo)
    demo.run('merge', '--quiet', '--no-ff', '-m', "Merge branch 'main' into main", 'main')
    const backwards = head(demo)
    demo.run('checkout', '--quiet', 'main')
    demo.run('merge', '--quiet', '--no-ff', '-m', "Merge branch 'feature'", 'feature')
    const forwards = head(demo)
    demo.push()
    await demo.git.branchHead(demo.ref, 'main')

    expect(await demo.git.backwardsMerges(demo.ref, [forwards, own, backwards])).toEqual([
      { commit: backwards, own, trunk },
    ])
  })
})

describe('what is not on trunk', () => {
  it('is told of all commits at once, merged ones are on it', async () => {
    const { demo, own } = await withBranch()
    demo.run('checkout', '--quiet', 'feature')
    const later = demo.commit('Not merged', { 'later.txt': 'x' })
    demo.run('checkout', '--quiet', 'main')
    demo.run('merge', '--quiet', '--no-ff', '-m', "Merge branch 'feature'", own.at(-1) ?? '')
    const merge = head(demo)
    demo.push()
    await demo.git.branchHead(demo.ref, 'main')

    expect(await demo.git.offTrunk(demo.ref, [later, ...own, merge])).toEqual([later])
    expect(await demo.git.offTrunk({ ...demo.ref, trunk: 'none' }, [merge])).toEqual([merge])
    expect(await demo.git.offTrunk(demo.ref, [])).toEqual([])
  })
})

describe('the branch of a conflict', () => {
  async function inConflict(): Promise<{ demo: DemoRepository; pick: CommitSha; after: CommitSha }> {
    const demo = await createDemoRepository()
    const base = demo.commit('Base', { 'a.txt': 'one\n' })
    const pick = demo.commit('Theirs', { 'a.txt': 'theirs\n' }, 'Bob')
    demo.run('checkout', '--quiet', '-b', 'release/v1', base)
    const after = demo.commit('Ours', { 'a.txt': 'ours\n' })
    demo.push()
    return { demo, pick, after }
  }
  const look = ({ demo, pick, after }: Awaited<ReturnType<typeof inConflict>>) =>
    demo.git.onBranch(demo.ref, { branch: 'release/v1', after, pick })

  it('has nothing before somebody pushes', async () => {
    expect(await look(await inConflict())).toEqual({ kind: 'nothing' })
  })

  it('carries the pick when a commit says so', async () => {
    const stuck = await inConflict()
    const { demo, pick } = stuck
    const done = demo.commit(`Theirs\n\n(cherry picked from commit ${pick})`, { 'a.txt': 'both\n' })
    demo.push()

    expect(await look(stuck)).toEqual({
      ...{ kind: 'found', head: done, carriedBy: [done] },
      ...{ others: [], otherCount: 0 },
    })
  })

  it('carries it when a commit makes the very same change', async () => {
    const stuck = await inConflict()
    const { demo } = stuck
    const back = demo.commit('As it was', { 'a.txt': 'one\n' })
    const done = demo.commit('Again', { 'a.txt': 'theirs\n' })
    demo.push()

    const found = await look(stuck)

    expect(found).toMatchObject({ kind: 'found', head: done, carriedBy: [done], otherCount: 1 })
    expect(found.kind === 'found' && found.others.map((commit) => commit.sha)).toEqual([back])
  })

  it('does not believe any other commit, also one that names another pick', async () => {
    const stuck = await inConflict()
    const { demo, after } = stuck
    const other = demo.commit(`Else\n\n(cherry picked from commit ${after})`, { 'UNRELATED.txt': 'x\n' })
    demo.push()

    expect(await look(stuck)).toMatchObject({ kind: 'found', head: other, carriedBy: [], otherCount: 1 })
  })

  it('does not take a part of a merge for the whole of it', async () => {
    const { demo, base, own } = await withBranch()
    demo.run('checkout', '--quiet', 'feature')
    demo.commit('And a', { 'a.txt': 'theirs\n' })
    demo.run('checkout', '--quiet', 'main')
    demo.run('merge', '--quiet', '--no-ff', '-m', 'Merge pull request #11 from bob/feature', 'feature')
    const pick = head(demo)
    demo.run('checkout', '--quiet', '-b', 'release/v1', base)
    const after = demo.commit('Ours', { 'a.txt': 'ours\n' })
    demo.push()
    const order = { onto: after, branch: 'release/v1', picks: [pick] }
    expect(await demo.git.cherryPick(demo.ref, order)).toMatchObject({ kind: 'conflict', at: pick })
    const found = () => demo.git.onBranch(demo.ref, { branch: 'release/v1', after, pick })

    demo.run('cherry-pick', '-x', ...own)
    demo.push()
    expect(await found()).toMatchObject({ kind: 'found', carriedBy: [], otherCount: own.length })

    demo.run('reset', '--quiet', '--hard', after)
    demo.run('checkout', pick, '--', '.')
    demo.run('commit', '--quiet', '-m', 'All of it')
    demo.push()
    expect(await found()).toMatchObject({ kind: 'found', carriedBy: [], otherCount: 1 })

    demo.run('reset', '--quiet', '--hard', after)
    demo.commit('As it was', { 'a.txt': demo.run('show', `${base}:a.txt`) })
    demo.run('cherry-pick', '--mainline', '1', pick)
    demo.push()
    expect(await found()).toMatchObject({ kind: 'found', carriedBy: [head(demo)], otherCount: 1 })
  })

  it('counts what it does not list', async () => {
    const stuck = await inConflict()
    for (let index = 0; index < 22; index += 1) stuck.demo.commit(`More ${index}`, { [`${index}.txt`]: 'x' })
    stuck.demo.push()

    const found = await look(stuck)

    expect(found).toMatchObject({ otherCount: 22 })
    expect(found.kind === 'found' && found.others.map(({ subject }) => subject).at(0)).toBe('More 0')
    expect(found.kind === 'found' && found.others).toHaveLength(20)
  })

  it('that was replaced is not continued', async () => {
    const stuck = await inConflict()
    stuck.demo.run('checkout', '--quiet', '-B', 'release/v1', 'main')
    stuck.demo.push()

    expect(await look(stuck)).toEqual({ kind: 'moved' })
  })
})

describe('the name of a branch', () => {
  it('loses its slashes where another branch is in its way, above or below', async () => {
    const { demo } = await withBranch()
    demo.run('branch', 'release')
    demo.run('branch', 'fixes/v1/old')
    demo.push()

    expect(await demo.git.pickBranch(demo.ref, 'picks/v1')).toEqual({ kind: 'free', branch: 'picks/v1' })
    expect(await demo.git.pickBranch(demo.ref, 'release/v1')).toEqual({ kind: 'free', branch: 'release-v1' })
    expect(await demo.git.pickBranch(demo.ref, 'fixes/v1')).toEqual({ kind: 'free', branch: 'fixes-v1' })
  })

  it('is blocked where the other name is as well', async () => {
    const { demo } = await withBranch()
    demo.run('branch', 'release')
    demo.run('branch', 'release-v1/x')
    demo.push()

    expect(await demo.git.pickBranch(demo.ref, 'release/v1')).toEqual({ kind: 'blocked', by: 'release' })
  })
})
