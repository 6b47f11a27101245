import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { createDemoRepository, sha } from './support/demo-repository.js'

describe('resolving', () => {
  it('finds trunk, branches, tags and commits, and says what is on trunk', async () => {
    const { git, ref, run, commit, push } = await createDemoRepository()
    const first = commit('One', { a: '1' }, 'Bob')
    run('tag', 'v1')
    run('tag', '-a', '-m', 'annotated', 'v1-annotated')
    const head = commit('Two', { a: '2' })
    run('checkout', '--quiet', '-b', 'release/1', first)
    const released = commit('Fix', { b: '1' })
    push()

    expect(await git.resolve(ref, null)).toMatchObject({
      commit: { sha: head, subject: 'Two' },
      onTrunk: true,
    })
    for (const text of [
      'v1',
      'v1-annotated',
      'refs/tags/v1',
      first,
      first.slice(0, 7),
      first.toUpperCase(),
    ]) {
      expect(await git.resolve(ref, text), text).toMatchObject({
        kind: 'resolved',
        commit: { sha: first, author: 'Bob' },
      })
    }
    for (const text of ['release/1', 'origin/release/1', 'refs/heads/release/1']) {
      expect(await git.resolve(ref, text), text).toMatchObject({ commit: { sha: released }, onTrunk: false })
    }
  })

  it('tells the nearest names when there is none', async () => {
    const { git, ref, run, commit, push } = await createDemoRepository()
    commit('One', { a: '1' })
    run('branch', 'feature/login')
    run('tag', 'v1.0.0')
    push()

    expect(await git.resolve(ref, 'mian')).toEqual({ kind: 'not-found', nearest: ['main'] })
    expect(await git.resolve(ref, 'login')).toEqual({ kind: 'not-found', nearest: ['feature/login'] })
    expect(await git.resolve(ref, 'v1.0.1')).toEqual({ kind: 'not-found', nearest: ['v1.0.0'] })
    expect(await git.resolve(ref, 'nothing-like-it')).toEqual({ kind: 'not-found', nearest: [] })
    expect(await git.resolve(ref, '0'.repeat(40))).toEqual({ kind: 'not-found', nearest: [] })
    expect(await git.resolve(ref, 'HEAD')).toMatchObject({ kind: 'not-found' })
  })

  it('refuses a name that is a commit and somebody’s branch or tag, and says how to name either', async () => {
    const { git, ref, run, commit, push } = await createDemoRepository()
    const reviewed = commit('Reviewed', { a: '1' })
    const short = reviewed.slice(0, 9)
    run('checkout', '--quiet', '-b', short)
    const other = commit('Not reviewed', { a: '2' })
    run('checkout', '--quiet', 'main')
    commit('Later', { b: '1' })
    run('tag', 'v1', 'main')
    run('branch', 'v1', short)
    run('branch', reviewed, short)
    run('branch', 'origin/main', short)
    push()

    expect(await git.resolve(ref, short)).toEqual({
      kind: 'ambiguous',
      meanings: [`refs/heads/${short}`, reviewed],
    })
    expect(await git.resolve(ref, short.toUpperCase())).toMatchObject({ commit: { sha: reviewed } })
    expect(await git.resolve(ref, reviewed.slice(0, 8))).toMatchObject({ commit: { sha: reviewed } })
    expect(await git.resolve(ref, reviewed)).toMatchObject({ commit: { sha: reviewed } })
    expect(await git.resolve(ref, `refs/heads/${short}`)).toMatchObject({ commit: { sha: other } })
    expect(await git.resolve(ref, 'v1')).toEqual({
      kind: 'ambiguous',
      meanings: ['refs/heads/v1', 'refs/tags/v1'],
    })
    expect(await git.resolve(ref, 'origin/main')).toEqual({
      kind: 'ambiguous',
      meanings: ['refs/heads/origin/main', 'refs/heads/main'],
    })
  })

  it('sees a force-moved branch and tag, and a deleted one', async () => {
    const { git, ref, run, commit, push } = await createDemoRepository()
    const first = commit('One', { a: '1' })
    const second = commit('Two', { a: '2' })
    run('tag', 'v1')
    run('branch', 'gone')
    push()
    expect(await git.resolve(ref, 'v1')).toMatchObject({ commit: { sha: second } })

    run('tag', '--force', 'v1', first)
    run('reset', '--quiet', '--hard', first)
    const other = commit('Other two', { a: '3' })
    push()
    run('push', '--quiet', 'origin', '--delete', 'gone')

    expect(await git.resolve(ref, 'v1')).toMatchObject({ commit: { sha: first } })
    expect(await git.resolve(ref, 'main')).toMatchObject({ commit: { sha: other } })
    expect(await git.resolve(ref, 'gone')).toMatchObject({ kind: 'not-found' })
    expect(await git.branchHead(ref, 'gone')).toBeNull()
    expect(await git.resolve(ref, second)).toMatchObject({ kind: 'resolved', onTrunk: false })
  })

  it.each([
    '--upload-pack=touch hacked',
    '-h',
    '',
    'a b',
    'a..b',
    'main~1',
    'main^',
    'a:b',
    'x@{1}',
    '@',
    'a\nb',
    'a\0b',
    'a?',
    'a*',
    'a[b',
    'a\\b',
    'a.lock',
    '/a',
    'a/',
    'a//b',
    'a/.b',
    'a\u00a0b',
    'x'.repeat(300),
  ])('refuses %j as a ref', async (text) => {
    const { git, ref } = await createDemoRepository()

    expect(await git.resolve(ref, text)).toEqual({ kind: 'invalid' })
  })

  it.each([
    'ext::sh -c "touch hacked"',
    'ext::sh',
    '--upload-pack=x',
    'http://host/x',
    'ssh://-oProxyCommand=x/y',
    'fd::1',
    'host:-x',
    '',
  ])('refuses %j as a repository', async (url) => {
    const { git, ref } = await createDemoRepository()

    await expect(git.resolve({ ...ref, url }, null)).rejects.toThrow(/is no repository address/)
  })

  it('says of a remote that is a shallow clone what it lacks', async () => {
    const { folder, git, ref, remote, run, commit, push } = await createDemoRepository()
    commit('One', { a: '1' })
    commit('Two', { a: '2' })
    push()
    const shallow = path.join(folder, 'shallow.git')
    run('clone', '--quiet', '--bare', '--depth=1', `file://${remote}`, shallow)

    await expect(git.resolve({ ...ref, url: shallow }, null)).rejects.toMatchObject({
      ...{ name: 'GitOrderError', message: `${shallow} is a shallow clone: it needs its whole history` },
    })
  })

  it('throws when the remote is gone, without its credentials', async () => {
    const { git, ref, remote, commit, push } = await createDemoRepository()
    commit('One', { a: '1' })
    push()
    await git.resolve(ref, null)
    rmSync(remote, { recursive: true })

    await expect(git.resolve(ref, null)).rejects.toThrow(/git fetch: .*remote\.git/)
    const closed = git.resolve({ ...ref, url: 'https://user:hunter2@127.0.0.1:1/x.git' }, null)
    await expect(closed).rejects.toThrow(/^(?!.*hunter2)/s)
  })
})

describe('reading', () => {
  it('reads a commit that claims an instant no calendar has', async () => {
    const { folder, git, ref, run, commit, push } = await createDemoRepository()
    const from = commit('One', { a: '1' })
    const raw = run('cat-file', '-p', from).replaceAll(/> \d+ /g, '> 99999999999999 ')
    writeFileSync(
      path.join(folder, 'commit'),
      raw.replace('One', 'Far ahead').replace('\nauthor', `\nparent ${from}\nauthor`),
    )
    const to = sha(run('hash-object', '-t', 'commit', '-w', path.join(folder, 'commit')))
    run('update-ref', 'refs/heads/main', to)
    push()

    const { commits } = await git.range(ref, from, to, 2)

    expect(commits).toMatchObject([{ subject: 'Far ahead', at: '9999-12-31T00:00:00.000Z' }])
  })

  it('reads a file at a commit, and nothing outside', async () => {
    const { git, ref, commit, push } = await createDemoRepository()
    const first = commit('One', { 'deploy/app.yaml': 'a: 1\n', '*': 'star' })
    const second = commit('Two', { 'deploy/app.yaml': 'a: 2\n' })
    push()

    expect(await git.fileAt(ref, first, 'deploy/app.yaml')).toBe('a: 1\n')
    expect(await git.fileAt(ref, second, './deploy/app.yaml')).toBe('a: 2\n')
    const objects = [first, second, first].map((at) => git.objectAt(ref, at, 'deploy/app.yaml'))
    const [one, two, again] = await Promise.all(objects)
    expect([one === again, one === two, one?.length]).toEqual([true, false, 40])
    for (const none of ['nope', 'deploy', '/etc/passwd', '../x', 'deploy/../../x', '-x', 'de*', ':/deploy']) {
      expect(await git.fileAt(ref, second, none), none).toBeNull()
    }
    await expect(git.fileAt(ref, sha('1'.repeat(40)), 'a')).rejects.toThrow('no commit')
  })

  it('checks out exactly the files of a commit, with their modes and without .git', async () => {
    const { folder, git, ref, run, commit, push } = await createDemoRepository()
    writeFileSync(path.join(folder, 'clone/run.sh'), '#!/bin/sh\n', { mode: 0o755 })
    const first = commit('One', { 'src/a.txt': 'first', '.gitattributes': 'src export-ignore\n' })
    run('rm', '--quiet', 'run.sh')
    commit('Two', { 'src/a.txt': 'second' })
    push()
    const into = path.join(folder, 'out/deep')

    await git.checkout(ref, first, into)

    expect(readFileSync(path.join(into, 'src/a.txt'), 'utf8')).toBe('first')
    expect(statSync(path.join(into, 'run.sh')).mode & 0o777).toBe(0o755)
    expect(readdirSync(into).toSorted()).toEqual(['.gitattributes', 'run.sh', 'src'])
    await expect(git.checkout(ref, first, into)).rejects.toThrow('not empty')
  })
})
