import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { createGit } from '../../integrations/git/create-git.js'
import { until } from '../support/until.js'
import { createDemoRepository } from './support/demo-repository.js'

describe('mirrors', () => {
  it('are shared by processes and by many calls at once', async () => {
    const { folder, git, ref, run, commit, push } = await createDemoRepository()
    const head = commit('One', { a: '1' })
    run('tag', 'v1')
    push()
    const options = {
      committer: { name: 'S', email: 's@example.test' },
      timeoutMs: 20_000,
      environment: { PATH: process.env['PATH'] ?? '' },
    }
    const second = createGit({ ...options, folder: path.join(folder, 'mirrors') })

    const heads = await Promise.all([git, second, git, second, git].map((one) => one.branchHead(ref, 'main')))

    expect(heads).toEqual([head, head, head, head, head])
    expect(readdirSync(path.join(folder, 'mirrors'))).toHaveLength(1)
  })

  it('recover from what a killed git left behind', async () => {
    const { folder, git, ref, commit, push } = await createDemoRepository()
    commit('One', { a: '1' })
    push()
    await git.resolve(ref, null)
    const [mirror = ''] = readdirSync(path.join(folder, 'mirrors'))
    const left = path.join(folder, 'mirrors', mirror, 'refs/remotes/origin/main.lock')
    writeFileSync(left, '')
    const head = commit('Two', { a: '2' })
    push()

    await expect(git.resolve(ref, null)).rejects.toThrow('File exists')
    const long = new Date(Date.now() - 3_600_000)
    utimesSync(left, long, long)

    expect(await git.resolve(ref, null)).toMatchObject({ commit: { sha: head } })
    expect(existsSync(left)).toBe(false)
  })
})

describe('a mirror', () => {
  it('keeps many tags in one file', async () => {
    const { folder, git, ref, commit, run, push } = await createDemoRepository()
    const head = commit('One', { a: '1' })
    for (let index = 0; index < 250; index += 1) run('update-ref', `refs/tags/v${index}`, head)
    push()

    await git.resolve(ref, 'v7')

    const [mirror = ''] = readdirSync(path.join(folder, 'mirrors'))
    expect(readdirSync(path.join(folder, 'mirrors', mirror, 'refs/tags'))).toEqual([])
    expect(await git.resolve(ref, 'v249')).toMatchObject({ commit: { sha: head } })
  })

  it('is packed beside its fetches: one that packs for long is no remote that says nothing', async () => {
    const { folder, gitWith, ref, commit, push } = await createDemoRepository()
    const head = commit('One', { a: '1' })
    push()
    const bin = path.join(folder, 'bin')
    const packed = path.join(folder, 'packed')
    const trace = path.join(folder, 'trace')
    mkdirSync(bin)
    const slowly = `case " $* " in *" gc "*) sleep 2; exec touch '${packed}';; esac`
    writeFileSync(path.join(bin, 'git'), `#!/bin/sh\n${slowly}\nPATH=\${PATH#*:} exec git "$@"\n`, {
      mode: 0o755,
    })
    const variables = { PATH: `${bin}:${process.env['PATH']}`, GIT_TRACE: trace }
    const git = gitWith(variables, { silentMs: 1_000 })

    expect(await git.branchHead(ref, 'main')).toBe(head)

    expect(existsSync(packed)).toBe(false)
    await until('the mirror is packed', () => existsSync(packed))
    expect(readFileSync(trace, 'utf8')).not.toMatch(/maintenance run|git gc/)
  })

  it('whose files the system refuses fails as git does, so that the order ends', async () => {
    const { folder, git, gitWith, ref, commit, push } = await createDemoRepository()
    const head = commit('One', { a: '1' })
    push()
    await git.resolve(ref, null)
    writeFileSync(path.join(folder, 'mirrors', 'picks'), '')
    const tag = { name: 'v1', commit: head, message: 'One', at: '2026-11-28T09:00:00Z' }
    const picks = { onto: head, branch: 'release/v1', picks: [head] }
    const nowhere = gitWith({}, { folder: path.join(folder, 'mirrors', 'picks', 'none') })

    const ends = await Promise.allSettled([
      git.tag(ref, tag),
      git.cherryPick(ref, picks),
      nowhere.resolve(ref, null),
      nowhere.contains(ref, head, head),
    ])

    expect(ends).toMatchObject(
      ['EEXIST', 'EEXIST', 'ENOTDIR', 'ENOTDIR'].map((code) => ({
        reason: { name: 'GitError', message: expect.stringMatching(`^${code}`) },
      })),
    )
  })

  it('that was removed under a running process is not believed to have what it had', async () => {
    const { folder, git, ref, commit, push, run } = await createDemoRepository()
    const first = commit('One', { a: '1' })
    push()
    expect(await git.message(ref, first)).toContain('One')
    run('checkout', '--quiet', '--orphan', 'anew')
    commit('Another beginning', { a: '2' })
    run('branch', '--force', 'main')
    push()
    rmSync(path.join(folder, 'remote.git'), { recursive: true })
    run('init', '--quiet', '--bare', '--initial-branch=main', path.join(folder, 'remote.git'))
    push()
    rmSync(path.join(folder, 'mirrors'), { recursive: true })
    await git.resolve(ref, null)

    await expect(git.message(ref, first)).rejects.toThrow('The repository has no commit')
  })

  it.each([
    ['a git that went on writing after a removal', ['refs/remotes/origin']],
    ['a removal that was cut short', ['refs', 'hooks']],
    ['nothing', []],
  ])('is made anew over what %s left', async (_, left) => {
    const { folder, git, ref, commit, push } = await createDemoRepository()
    commit('One', { a: '1' })
    push()
    await git.resolve(ref, null)
    const [name = ''] = readdirSync(path.join(folder, 'mirrors'))
    const mirror = path.join(folder, 'mirrors', name)
    rmSync(mirror, { recursive: true })
    for (const part of ['', ...left]) mkdirSync(path.join(mirror, part), { recursive: true })
    const head = commit('Two', { a: '2' })
    push()

    const found = await Promise.all([git.resolve(ref, null), git.resolve(ref, null)])

    expect(found).toMatchObject([{ commit: { sha: head } }, { commit: { sha: head } }])
  })

  it('that another process cloned again is not believed to have what the old one had', async () => {
    const { folder, git, ref, commit, push, run } = await createDemoRepository()
    const first = commit('One', { a: '1' })
    push()
    expect(await git.message(ref, first)).toContain('One')
    const [name = ''] = readdirSync(path.join(folder, 'mirrors'))
    const mirror = path.join(folder, 'mirrors', name)
    rmSync(mirror, { recursive: true })
    run('init', '--quiet', '--bare', mirror)

    expect(await git.message(ref, first)).toContain('One')
  })

  it('tells of commits whose dates no calendar has', async () => {
    const { git, ref, run, push } = await createDemoRepository()
    run('commit', '--quiet', '--allow-empty', '-m', 'Base')
    const tree = run('rev-parse', 'HEAD^{tree}').trim()
    const body = `tree ${tree}\nauthor A <a@x> 99999999999999 +0000\ncommitter A <a@x> 99999999999999 +0000\n\nFar\n`
    const file = path.join(run('rev-parse', '--show-toplevel').trim(), '../far')
    writeFileSync(file, body)
    const far = run('hash-object', '-t', 'commit', '-w', '--literally', file).trim()
    run('update-ref', 'refs/heads/main', far)
    push()

    expect(await git.resolve(ref, null)).toMatchObject({
      commit: { sha: far, at: '9999-12-31T00:00:00.000Z' },
    })
  })
})
