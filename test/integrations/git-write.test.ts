import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CommitSha } from '../../domain/identifiers.js'
import type { TagToMake } from '../../domain/ports.js'
import { createDemoRepository, type DemoRepository, sha } from './support/demo-repository.js'

const tagOf = (name: string, commit: CommitSha): TagToMake => ({
  ...{ name, commit, message: `shop ${name}: Summer sale\n\nCut by Alice.\n` },
  at: '2026-11-28T09:00:00.000Z',
})

/** What the remote says of a ref. */
function remoteRef(demo: DemoRepository, ref: string): string {
  return execFileSync(
    'git',
    ['-C', demo.remote, 'for-each-ref', '--format=%(objectname) %(objecttype)', ref],
    {
      encoding: 'utf8',
    },
  ).trim()
}

function show(demo: DemoRepository, ...args: string[]): string {
  return execFileSync('git', ['-C', demo.remote, ...args], { encoding: 'utf8' })
}

/** A trunk with a base, and fixes on top of it. */
async function withFixes(): Promise<{ demo: DemoRepository; base: CommitSha; fixes: readonly CommitSha[] }> {
  const demo = await createDemoRepository()
  const base = demo.commit('Base', { 'a.txt': 'one\ntwo\nthree\n', 'b.txt': 'b\n' })
  const fixes = [
    demo.commit('Fix c', { 'c.txt': 'c\n' }, 'Bob'),
    demo.commit('Fix d', { 'd.txt': 'd\n' }, 'Cy'),
  ]
  demo.push()
  return { demo, base, fixes }
}

describe('a tag', () => {
  it('is pushed once, and again is success', async () => {
    const { demo, base } = await withFixes()

    expect(await demo.git.tag(demo.ref, tagOf('v1.0.0-rc.1', base))).toEqual({ kind: 'tagged' })
    expect(await demo.git.tag(demo.ref, tagOf('v1.0.0-rc.1', base))).toEqual({ kind: 'tagged' })
    expect(remoteRef(demo, 'refs/tags/v1.0.0-rc.1')).toMatch(/ tag$/)
    expect(show(demo, 'rev-parse', 'v1.0.0-rc.1^{commit}').trim()).toBe(base)
    expect(
      show(demo, 'for-each-ref', '--format=%(contents)%(taggername) %(taggerdate:unix)', 'refs/tags'),
    ).toBe('shop v1.0.0-rc.1: Summer sale\n\nCut by Alice.\nSlipway 1795856400\n')
  })

  it('at another commit is taken, also by an annotated one, and not moved', async () => {
    const { demo, base, fixes } = await withFixes()
    demo.run('tag', '-a', '-m', 'mine', 'v1', base)
    demo.push()

    expect(await demo.git.tag(demo.ref, tagOf('v1', fixes[0] ?? base))).toEqual({ kind: 'taken', by: base })
    expect(await demo.git.tag(demo.ref, tagOf('v1', base))).toEqual({ kind: 'tagged' })
    expect(remoteRef(demo, 'refs/tags/v1')).toMatch(/ tag$/)
  })

  it('that two give at once goes to one of them', async () => {
    const { demo, base, fixes } = await withFixes()

    const outcomes = await Promise.all(
      [base, ...fixes].map((commit) => demo.git.tag(demo.ref, tagOf('v2', commit))),
    )

    expect(outcomes.filter(({ kind }) => kind === 'tagged')).toHaveLength(1)
    const winner = show(demo, 'rev-parse', 'v2^{commit}').trim()
    const takenBy = outcomes.flatMap((outcome) => (outcome.kind === 'taken' ? [outcome.by] : []))
    expect(takenBy).toEqual([winner, winner])
  })

  it.each(['-d', '--force', 'a b', 'x..y', ''])('cannot be called %j', async (tag) => {
    const { demo, base } = await withFixes()

    await expect(demo.git.tag(demo.ref, tagOf(tag, base))).rejects.toThrow('cannot be the name')
  })

  it('runs no hook', async () => {
    const { demo, base } = await withFixes()
    const hooks = path.join(demo.folder, 'hooks')
    execFileSync('mkdir', [hooks])
    writeFileSync(path.join(hooks, 'pre-push'), `#!/bin/sh\ntouch ${demo.folder}/hooked\n`, { mode: 0o755 })
    writeFileSync(path.join(demo.folder, '.gitconfig'), `[core]\n\thooksPath = ${hooks}\n`)

    expect(await demo.git.tag(demo.ref, tagOf('v3', base))).toEqual({ kind: 'tagged' })
    expect(existsSync(path.join(demo.folder, 'hooked'))).toBe(false)
  })
})

describe('cherry-picks', () => {
  it('land on the branch with their origin and authors', async () => {
    const { demo, base, fixes } = await withFixes()

    const outcome = await demo.git.cherryPick(demo.ref, { onto: base, branch: 'release/1', picks: fixes })

    if (outcome.kind !== 'picked') throw new Error(outcome.kind)
    expect(outcome.picked).toEqual(fixes)
    expect(remoteRef(demo, 'refs/heads/release/1')).toBe(`${outcome.head} commit`)
    expect(show(demo, 'log', '--format=%an %s', `${base}..release/1`)).toBe('Cy Fix d\nBob Fix c\n')
    expect(show(demo, 'log', '-1', '--format=%b%cn', 'release/1')).toBe(
      `(cherry picked from commit ${fixes[1]})\nSlipway\n`,
    )
    expect(readdirSync(path.join(demo.folder, 'mirrors/picks'))).toEqual([])
  })

  it('asked for again after a crash give the same commit, before and after the push', async () => {
    const { demo, base, fixes } = await withFixes()
    const order = { onto: base, branch: 'release/1', picks: fixes }

    const first = await demo.git.cherryPick(demo.ref, order)
    const pushed = await demo.git.cherryPick(demo.ref, order)
    demo.run('push', '--quiet', 'origin', '--delete', 'release/1')
    const unpushed = await demo.git.cherryPick(demo.ref, order)

    expect(pushed).toEqual(first)
    expect(unpushed).toEqual(first)
  })

  it('on the head of the release branch continue it', async () => {
    const { demo, base, fixes } = await withFixes()
    const [one = base, two = base] = fixes
    const first = await demo.git.cherryPick(demo.ref, { onto: base, branch: 'release/1', picks: [one] })
    if (first.kind !== 'picked') throw new Error(first.kind)

    const second = await demo.git.cherryPick(demo.ref, {
      onto: first.head,
      branch: 'release/1',
      picks: [one, two],
    })

    expect(second).toMatchObject({ kind: 'picked', picked: [two], alreadyContained: [one] })
    const again = await demo.git.cherryPick(demo.ref, { onto: base, branch: 'release/1', picks: [one] })
    expect(again).toEqual(first)
  })

  it('that change nothing are already contained, and nothing is pushed', async () => {
    const { demo, base, fixes } = await withFixes()
    demo.run('checkout', '--quiet', '-b', 'same', base)
    const same = demo.commit('Fix c, written again', { 'c.txt': 'c\n' })
    demo.push()
    const order = { onto: fixes[1] ?? base, branch: 'release/2', picks: [base, same] }

    expect(await demo.git.cherryPick(demo.ref, order)).toEqual({
      kind: 'already-contained',
      commits: [base, same],
    })
    expect(remoteRef(demo, 'refs/heads/release/2')).toBe('')
  })

  it('that were reverted since are picked anew, and are contained again once they are', async () => {
    const demo = await createDemoRepository()
    demo.commit('Base', { 'a.txt': 'one\n' })
    const fix = demo.commit('Fix', { 'b.txt': 'b\n' })
    const kept = demo.commit('Kept', { 'c.txt': 'c\n' })
    demo.run('revert', '--no-edit', fix)
    const reverted = sha(demo.run('rev-parse', 'HEAD'))
    demo.run('revert', '--no-edit', reverted)
    const again = sha(demo.run('rev-parse', 'HEAD'))
    demo.push()
    const picks = [fix, kept]
    const pick = (onto: CommitSha, branch: string) => demo.git.cherryPick(demo.ref, { onto, branch, picks })

    const picked = await pick(reverted, 'release/v1')

    expect(picked).toMatchObject({ kind: 'picked', picked: [fix], alreadyContained: [kept] })
    expect(demo.run('ls-remote', 'origin', 'release/v1')).toContain(picked.kind === 'picked' && picked.head)
    expect(await pick(again, 'release/v2')).toEqual({ kind: 'already-contained', commits: picks })
    expect(picked.kind === 'picked' && (await pick(picked.head, 'release/v1'))).toEqual({
      ...{ kind: 'already-contained', commits: picks },
    })
  })

  it('that conflict name the files and who wrote both sides, and leave the branch where it was cut', async () => {
    const { demo, base } = await withFixes()
    const theirs = demo.commit('Theirs', { 'a.txt': 'one\nTHEIRS\nthree\n', 'ü b.txt': 'x\n' }, 'Bob')
    demo.run('checkout', '--quiet', '-b', 'other', base)
    const ours = demo.commit('Ours', { 'a.txt': 'one\nOURS\nthree\n' }, 'Cy')
    demo.push()

    const outcome = await demo.git.cherryPick(demo.ref, { onto: ours, branch: 'release/1', picks: [theirs] })

    expect(outcome).toEqual({
      kind: 'conflict',
      at: theirs,
      sides: [{ file: 'a.txt', ours: 'Cy', theirs: 'Bob' }],
      head: ours,
      picked: [],
      alreadyContained: [],
      merges: { total: 0, named: [] },
    })
    expect(remoteRef(demo, 'refs/heads/release/1')).toBe(`${ours} commit`)
  })

  it('before a conflict are on the branch for whoever resolves it, the same after a crash', async () => {
    const { demo, base, fixes } = await withFixes()
    const theirs = demo.commit('Theirs', { 'a.txt': 'one\nTHEIRS\nthree\n' }, 'Bob')
    demo.run('checkout', '--quiet', '-b', 'other', base)
    const ours = demo.commit('Ours', { 'a.txt': 'one\nOURS\nthree\n' }, 'Cy')
    demo.push()
    const [fix = base] = fixes
    const order = { onto: ours, branch: 'release/1', picks: [fix, theirs] }

    const first = await demo.git.cherryPick(demo.ref, order)
    const again = await demo.git.cherryPick(demo.ref, order)

    if (first.kind !== 'conflict') throw new Error(first.kind)
    expect(first.picked).toEqual([fix])
    expect(remoteRef(demo, 'refs/heads/release/1')).toBe(`${first.head} commit`)
    expect(show(demo, 'log', '--format=%s', `${ours}..release/1`)).toBe('Fix c\n')
    expect(again).toEqual(first)
  })

  it('of a file that was deleted here are a conflict too', async () => {
    const { demo, base } = await withFixes()
    const change = demo.commit('Change b', { 'b.txt': 'changed\n' }, 'Bob')
    demo.run('checkout', '--quiet', '-b', 'other', base)
    demo.run('rm', '--quiet', 'b.txt')
    demo.run('commit', '--quiet', '-m', 'Delete b')
    const ours = sha(demo.run('rev-parse', 'HEAD'))
    demo.push()

    expect(
      await demo.git.cherryPick(demo.ref, { onto: ours, branch: 'release/1', picks: [change] }),
    ).toMatchObject({
      kind: 'conflict',
      sides: [{ file: 'b.txt', ours: 'Ann', theirs: 'Bob' }],
    })
  })

  it('take a merge as the change it brought to its first parent, and say so', async () => {
    const { demo, base, fixes } = await withFixes()
    demo.run('checkout', '--quiet', '-b', 'feature', base)
    demo.commit('Feature', { 'f.txt': 'f\n' }, 'Bob')
    demo.run('checkout', '--quiet', 'main')
    demo.run('merge', '--quiet', '--no-ff', '-m', 'Merge feature', 'feature')
    const merge = sha(demo.run('rev-parse', 'HEAD'))
    demo.push()

    const outcome = await demo.git.cherryPick(demo.ref, { onto: base, branch: 'release/1', picks: [merge] })

    const merges = { total: 1, named: [{ commit: merge, against: fixes[1] }] }
    expect(outcome).toMatchObject({ kind: 'picked', picked: [merge], merges })
    expect(show(demo, 'ls-tree', '--name-only', 'release/1')).toBe('a.txt\nb.txt\nf.txt\n')
  })

  it('are not put on a branch that went elsewhere', async () => {
    const { demo, base, fixes } = await withFixes()
    demo.run('checkout', '--quiet', '-b', 'release/1', base)
    const foreign = demo.commit('By hand', { 'hand.txt': 'x\n' })
    demo.push()

    expect(await demo.git.cherryPick(demo.ref, { onto: base, branch: 'release/1', picks: fixes })).toEqual({
      kind: 'moved',
    })
    expect(remoteRef(demo, 'refs/heads/release/1')).toBe(`${foreign} commit`)
  })

  it('take bytes as they are, whatever .gitattributes says of them', async () => {
    const demo = await createDemoRepository()
    writeFileSync(path.join(demo.folder, 'clone/.git/info/attributes'), '* -text -working-tree-encoding\n')
    demo.commit('Base', { 'old.txt': 'plain\r\n' })
    const onto = demo.commit('Attributes', {
      '.gitattributes': '*.txt text eol=lf working-tree-encoding=UTF-16\n',
    })
    demo.run('checkout', '--quiet', '-b', 'fix', 'HEAD~1')
    const fix = demo.commit('Fix', { 'old.txt': 'changed\r\n' })
    const same = demo.commit('Nothing new', {
      '.gitattributes': '*.txt text eol=lf working-tree-encoding=UTF-16\n',
    })
    demo.push()

    const outcome = await demo.git.cherryPick(demo.ref, { onto, branch: 'release/1', picks: [fix, same] })

    expect(outcome).toMatchObject({ kind: 'picked', picked: [fix], alreadyContained: [same] })
    expect(show(demo, 'show', 'release/1:old.txt')).toBe('changed\r\n')
  })
})

describe('a signing key', () => {
  it('signs tags and picks, the same again after a crash', async () => {
    const { demo, base, fixes } = await withFixes()
    const key = path.join(demo.folder, 'signing')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'slipway', '-f', key])
    const git = demo.gitWith({}, { signingKey: key })
    const order = { onto: base, branch: 'release/1', picks: fixes }

    const first = await git.cherryPick(demo.ref, order)
    demo.run('push', '--quiet', 'origin', '--delete', 'release/1')
    const again = await git.cherryPick(demo.ref, order)
    await git.tag(demo.ref, tagOf('v9', base))

    const signers = path.join(demo.folder, 'signers')
    writeFileSync(signers, `slipway@example.test ${readFileSync(`${key}.pub`, 'utf8')}`)
    const trusted = ['-c', 'gpg.format=ssh', '-c', `gpg.ssh.allowedSignersFile=${signers}`]
    expect(again).toEqual(first)
    expect(show(demo, ...trusted, 'log', '--format=%G?', `${base}..release/1`)).toBe('G\nG\n')
    expect(() => show(demo, ...trusted, 'verify-tag', 'v9')).not.toThrow()
  })
})
