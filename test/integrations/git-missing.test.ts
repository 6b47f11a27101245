/** Which changes a line of commits lacks: a pick may be there under another id, resolved otherwise, or not at all. */
import { describe, expect, test } from 'vitest'
import type { CommitSha } from '../../domain/identifiers.js'
import { createDemoRepository, sha } from './support/demo-repository.js'

const none = new Map<CommitSha, CommitSha>()

/** A release branch with four picks besides trunk, which moves on. */
async function withPicks() {
  const demo = await createDemoRepository()
  const { run, commit } = demo
  const head = (): CommitSha => sha(run('rev-parse', 'HEAD'))
  const cut = commit('Cut', { 'a.txt': '1\n2\n3\n4\n5\n', 'b.txt': 'b\n', 'c.txt': 'c\n' })
  const onTrunk = commit('On trunk', { 'onTrunk.txt': 'x\n' })
  commit('Near it', { 'b.txt': 'trunk\n' })
  run('checkout', '--quiet', '-b', 'release', cut)
  run('cherry-pick', '-x', onTrunk)
  const fix = commit('Only here', { 'fix.txt': 'x\n' })
  const resolved = commit('Resolved here', { 'b.txt': 'here\n' })
  const confirmed = commit('Named by nobody', { 'c.txt': 'here\n' })
  const to = head()
  run('checkout', '--quiet', 'main')
  demo.push()
  const missing = async (resolutions: ReadonlyMap<CommitSha, CommitSha> = none) => {
    demo.push()
    const found = await demo.git.missing(demo.ref, { from: cut, to, within: null, resolutions })
    return found.map(({ subject }) => subject)
  }
  return { ...demo, head, cut, to, onTrunk, fix, resolved, confirmed, missing }
}

describe('what trunk lacks of a branch', () => {
  test('is what neither it nor its original is there, oldest first', async () => {
    const { missing } = await withPicks()

    expect(await missing()).toEqual(['Only here', 'Resolved here', 'Named by nobody'])
  })

  test('is there once the same patch is, on other lines and under another id', async () => {
    const { run, commit, fix, missing } = await withPicks()
    commit('Before it', { 'other.txt': 'x\n' })
    run('cherry-pick', fix)

    expect(await missing()).toEqual(['Resolved here', 'Named by nobody'])
  })

  test('is there once trunk has a commit that says it was picked from it, whatever it changes', async () => {
    const { commit, resolved, missing } = await withPicks()
    commit(`Resolved on trunk\n\n(cherry picked from commit ${resolved})`, { 'b.txt': 'both\n' })

    expect(await missing()).toEqual(['Only here', 'Named by nobody'])
  })

  test('is there where the pick was picked from one that trunk has, however it was resolved on the way', async () => {
    const { git, ref, run, commit, push, head, cut } = await withPicks()
    const fix = commit('A fix', { 'b.txt': 'fixed\n' })
    run('checkout', '--quiet', '-b', 'older', cut)
    commit(`A fix\n\n(cherry picked from commit ${fix})`, { 'b.txt': 'fixed here\n' })
    const resolved = head()
    run('checkout', '--quiet', '-b', 'oldest', cut)
    run('cherry-pick', '-x', resolved)
    const to = head()
    push()

    expect(await git.missing(ref, { from: cut, to, within: null, resolutions: none })).toEqual([])
  })

  test('is there where people confirmed that it resolves a pick that is', async () => {
    const { onTrunk, confirmed, missing } = await withPicks()

    expect(await missing(new Map([[confirmed, onTrunk]]))).toEqual(['Only here', 'Resolved here'])
  })

  test('is nothing once the branch is merged', async () => {
    const { run, missing } = await withPicks()
    run('merge', '--quiet', '-X', 'ours', '-m', 'Merge the release', 'release')

    expect(await missing()).toEqual([])
  })

  test('can be asked of one commit and of any line of commits', async () => {
    const { git, ref, cut, fix, to } = await withPicks()
    const one = { from: null, to: fix, resolutions: none }

    expect(await git.missing(ref, { ...one, within: cut })).toMatchObject([{ sha: fix, original: null }])
    expect(await git.missing(ref, { ...one, within: to })).toEqual([])
  })
})
