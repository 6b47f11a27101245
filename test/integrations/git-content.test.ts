/** What of a commit is not in its own files: what Git LFS keeps elsewhere, and submodules. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { submoduleAddress } from '../../integrations/git/submodules.js'
import { createDemoRepository, type DemoRepository, sha } from './support/demo-repository.js'

const hasLfs = spawnSync('git-lfs', ['version']).status === 0
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 5\n`
const lfsFiles = { '.gitattributes': '*.big filter=lfs diff=lfs merge=lfs -text\n' }

/** A repository with a submodule at `vendor/lib`, which is a repository beside it. */
async function withSubmodule(url = '../lib.git'): Promise<DemoRepository> {
  const demo = await createDemoRepository()
  const lib = join(demo.folder, 'lib.git')
  const inLib = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: join(demo.folder, 'clone'), encoding: 'utf8' }).trim()
  demo.commit('Of the library', { 'lib.txt': 'of the library' })
  inLib('init', '--quiet', '--bare', lib)
  inLib('push', '--quiet', lib, 'HEAD:refs/heads/main')
  const commit = inLib('rev-parse', 'HEAD')
  demo.run('rm', '--quiet', 'lib.txt')
  writeFileSync(
    join(demo.folder, 'clone/.gitmodules'),
    `[submodule "lib"]\n\tpath = vendor/lib\n\turl = ${url}\n`,
  )
  demo.run('update-index', '--add', '--cacheinfo', `160000,${commit},vendor/lib`)
  demo.run('add', '.gitmodules')
  demo.run('commit', '--quiet', '-m', 'With a library')
  demo.push()
  return demo
}

const headOf = ({ run }: DemoRepository) => sha(run('rev-parse', 'HEAD'))

describe('submodules', () => {
  it('are empty folders unless they are wanted, and that is reported', async () => {
    const demo = await withSubmodule()
    const into = join(demo.folder, 'out')

    expect(await demo.git.checkout(demo.ref, headOf(demo), into)).toEqual(['submodules'])
    expect(readdirSync(join(into, 'vendor/lib'))).toEqual([])
  })

  it('are checked out at the commit that names them, without a .git', async () => {
    const demo = await withSubmodule()
    const into = join(demo.folder, 'out')

    expect(await demo.git.checkout({ ...demo.ref, submodules: true }, headOf(demo), into)).toEqual([])
    expect(readdirSync(join(into, 'vendor/lib'))).toEqual(['lib.txt'])
    expect(readdirSync(into).toSorted()).toEqual(['.gitmodules', 'vendor'])
  })

  it('of submodules are left out, and that is reported', async () => {
    const outer = await withSubmodule()
    const demo = await withSubmodule(outer.remote)
    demo.run('update-index', '--cacheinfo', `160000,${headOf(outer)},vendor/lib`)
    demo.run('commit', '--quiet', '-m', 'Another library')
    demo.push()
    const into = join(demo.folder, 'out')

    expect(await demo.git.checkout({ ...demo.ref, submodules: true }, headOf(demo), into)).toEqual([
      'nested-submodules',
    ])
    expect(readdirSync(join(into, 'vendor/lib')).toSorted()).toEqual(['.gitmodules', 'vendor'])
  })

  it.each([
    'ext::sh -c touch% /tmp/ran',
    '--upload-pack=touch /tmp/ran',
    'http://example.com/lib.git',
    'git://example.com/lib.git',
    'file://localhost/lib.git',
  ])('at %s are refused at once, by name', async (url) => {
    const demo = await withSubmodule(url)
    const checkout = demo.git.checkout(
      { ...demo.ref, submodules: true },
      headOf(demo),
      join(demo.folder, 'out'),
    )

    await expect(checkout).rejects.toMatchObject({
      name: 'GitOrderError',
      message: expect.stringMatching(/^submodule vendor\/lib: its address .* is not taken/),
    })
    expect(readdirSync(demo.folder)).not.toContain('out.part')
  })

  it('whose commit their repository has not, or whose repository is away, are told by name', async () => {
    const demo = await withSubmodule()
    demo.run('update-index', '--cacheinfo', `160000,${'1'.repeat(40)},vendor/lib`)
    demo.run('commit', '--quiet', '-m', 'A commit that was never pushed')
    demo.push()
    const gone = await withSubmodule('../not-there.git')
    const wanted = (one: DemoRepository) =>
      one.git.checkout({ ...one.ref, submodules: true }, headOf(one), join(one.folder, 'out'))

    await expect(wanted(demo)).rejects.toThrow('submodule vendor/lib: The repository has no commit 1111111')
    await expect(wanted(gone)).rejects.toThrow(/^submodule vendor\/lib: git fetch: .*not-there/s)
  })

  it('that a list of them puts elsewhere are not looked for', async () => {
    const demo = await createDemoRepository()
    symlinkSync('/tmp', join(demo.folder, 'clone/link'))
    const list = ['../out', '/tmp/x', 'a/../../x', 'link/lib', '.git/modules']
      .map((at, index) => `[submodule "${index}"]\n\tpath = ${at}\n\turl = ../lib.git\n`)
      .join('')
    const head = demo.commit('A list', { '.gitmodules': list })
    demo.push()
    const into = join(demo.folder, 'out')

    expect(await demo.git.checkout({ ...demo.ref, submodules: true }, head, into)).toEqual([])
    expect(readdirSync(into).toSorted()).toEqual(['.gitmodules', 'link'])
  })
})

describe('the address of a submodule', () => {
  it.each([
    ['https://github.com/acme/shop.git', '../lib.git', 'https://github.com/acme/lib.git'],
    ['https://github.com/acme/shop.git', '../../other/lib', 'https://github.com/other/lib'],
    ['https://github.com/acme/shop.git', '../../../../lib', 'https://github.com/lib'],
    ['git@github.com:acme/shop.git', '../lib.git', 'git@github.com:acme/lib.git'],
    ['git@github.com:acme/shop.git', '../../../lib', 'git@github.com:lib'],
    ['ssh://git@host:22/acme/shop', './lib', 'ssh://git@host:22/acme/shop/lib'],
    ['/srv/git/shop.git', '../lib.git', '/srv/git/lib.git'],
    ['https://github.com/acme/shop.git', 'git@host:lib.git', 'git@host:lib.git'],
    ['/srv/git/shop.git', 'https://host/lib', 'https://host/lib'],
    ['/srv/git/shop.git', '/srv/lib.git', '/srv/lib.git'],
  ])('in %s: %s is %s', (repository, url, address) => {
    expect(submoduleAddress(repository, url)).toBe(address)
  })

  it.each(['/srv/lib.git', 'file:///srv/lib.git', 'FILE:///srv/lib.git', 'ext::x', '-u', '', 'x', '~/lib'])(
    'in a repository elsewhere is never %s',
    (url) => {
      expect(() => submoduleAddress('https://github.com/acme/shop.git', url)).toThrow('is not taken')
    },
  )

  it('is told without its credentials', () => {
    expect(() => submoduleAddress('/srv/shop', 'http://ann:secret@host/lib')).toThrow(/^(?!.*secret)/)
  })
})

describe('Git LFS', () => {
  it('is told where it is off and the commit has files of it: they are pointers', async () => {
    const { git, ref, commit, push, folder } = await createDemoRepository()
    const plain = commit('Plain', { a: '1' })
    const head = commit('Large', {
      ...Object.fromEntries([['deep/.gitattributes', lfsFiles['.gitattributes']]]),
      'deep/a.big': POINTER,
    })
    push()

    expect(await git.checkout(ref, plain, join(folder, 'plain'))).toEqual([])
    expect(await git.checkout(ref, head, join(folder, 'out'))).toEqual(['lfs'])
    expect(readFileSync(join(folder, 'out/deep/a.big'), 'utf8')).toBe(POINTER)
  })

  it('that is not installed is told at once, with what to do', async () => {
    const { gitWith, ref, commit, push, folder } = await createDemoRepository()
    const head = commit('Large', { ...lfsFiles, 'a.big': POINTER })
    push()
    const programs = join(folder, 'programs')
    mkdirSync(programs)
    symlinkSync(
      execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim(),
      join(programs, 'git'),
    )
    const git = gitWith({ PATH: programs })

    await expect(git.checkout({ ...ref, lfs: true }, head, join(folder, 'out'))).rejects.toMatchObject({
      name: 'GitOrderError',
      message: expect.stringMatching(/git-lfs is not installed.*install it/),
    })
  })

  it.skipIf(!hasLfs)('brings the files that pointers name from the repository’s own address', async () => {
    const demo = await createDemoRepository()
    demo.run('lfs', 'install', '--local')
    const head = demo.commit('Large', {
      ...lfsFiles,
      'a.big': 'of the large file',
      '.lfsconfig': '[lfs]\n\turl = https://127.0.0.1:1/elsewhere\n',
    })
    demo.run('-c', `lfs.url=file://${demo.remote}`, 'push', '--quiet', 'origin', 'main')
    const into = join(demo.folder, 'out')

    expect(await demo.git.checkout({ ...demo.ref, lfs: true }, head, into)).toEqual([])
    expect(readFileSync(join(into, 'a.big'), 'utf8')).toBe('of the large file')
    expect(statSync(join(into, 'a.big')).mode & 0o777).toBe(0o644)
  })

  it.skipIf(!hasLfs)('says which file its server has not', async () => {
    const demo = await createDemoRepository()
    const head = demo.commit('Large', { ...lfsFiles, 'a.big': POINTER })
    demo.push()

    await expect(
      demo.git.checkout({ ...demo.ref, lfs: true }, head, join(demo.folder, 'out')),
    ).rejects.toThrow(/git lfs: .*0000000/s)
  })
})
