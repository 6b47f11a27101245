import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { Header } from 'tar'
import { describe, expect, it } from 'vitest'
import { type ArtifactDigest, parseArtifactDigest } from '../../domain/identifiers.js'
import type { ArtifactStore } from '../../domain/ports.js'
import { createFolderArtifactStore } from '../../integrations/artifact-store/folder-artifact-store.js'
import { temporaryFolder } from './support/temporary-folder.js'

interface Fixture {
  readonly folder: string
  readonly build: string
  readonly store: ArtifactStore
}

async function setUp(): Promise<Fixture> {
  const folder = await temporaryFolder()
  const build = path.join(folder, 'build')
  mkdirSync(path.join(build, 'dist'), { recursive: true })
  const store = await createFolderArtifactStore({
    folder: path.join(folder, 'store'),
    shared: false,
    hostId: 'host-a',
    installation: 'ours',
  })
  return { folder, build, store }
}

function archiveFile(folder: string, digest: string): string {
  const hex = digest.replace('sha256:', '')
  return path.join(folder, 'store/sha256', hex.slice(0, 2), `${hex}.tar`)
}

/** Puts a hand-made archive into the store under its true digest. */
function smuggle(
  folder: string,
  entries: readonly ConstructorParameters<typeof Header>[0][],
): ArtifactDigest {
  const blocks = entries.map((entry) => {
    const block = Buffer.alloc(512)
    new Header(entry).encode(block)
    return block
  })
  const bytes = Buffer.concat([...blocks, Buffer.alloc(1024)])
  const digest = parseArtifactDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`)
  if (digest === null) throw new Error('no digest')
  mkdirSync(path.dirname(archiveFile(folder, digest)), { recursive: true })
  writeFileSync(archiveFile(folder, digest), bytes)
  return digest
}

describe('an artifact', () => {
  it('comes back as it was: names, bytes, links and who may run it', async () => {
    const { folder, build, store } = await setUp()
    const long = `${'very-long-name-'.repeat(12)}ü.txt`
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 251))
    writeFileSync(path.join(build, 'dist/app.bin'), bytes)
    writeFileSync(path.join(build, 'dist/run.sh'), '#!/bin/sh\n', { mode: 0o755 })
    writeFileSync(path.join(build, 'dist', long), 'long')
    writeFileSync(path.join(build, 'dist/@odd'), '')
    symlinkSync('app.bin', path.join(build, 'dist/current'))
    symlinkSync(long, path.join(build, 'dist/to-long'))
    mkdirSync(path.join(build, 'dist/empty'))
    writeFileSync(path.join(build, 'not-asked-for'), '')
    const out = path.join(folder, 'out')

    const digest = await store.put(build, ['dist'])
    await store.unpack(digest, out)

    expect(readdirSync(out)).toEqual(['dist'])
    expect(readdirSync(path.join(out, 'dist')).toSorted()).toEqual(
      readdirSync(path.join(build, 'dist')).toSorted(),
    )
    expect(readFileSync(path.join(out, 'dist/app.bin')).equals(bytes)).toBe(true)
    expect(readFileSync(path.join(out, 'dist', long), 'utf8')).toBe('long')
    expect(readlinkSync(path.join(out, 'dist/current'))).toBe('app.bin')
    expect(readlinkSync(path.join(out, 'dist/to-long'))).toBe(long)
    expect(statSync(path.join(out, 'dist/run.sh')).mode & 0o111).toBe(0o111)
    expect(statSync(path.join(out, 'dist/app.bin')).mode & 0o111).toBe(0)
    expect(readFileSync(path.join(out, 'dist/empty/../run.sh'), 'utf8')).toBe('#!/bin/sh\n')
  })

  it('is a plain tar, with the digest of its bytes', async () => {
    const { folder, build, store } = await setUp()
    writeFileSync(path.join(build, 'dist/a'), 'a')

    const digest = await store.put(build, ['dist', './dist/a', 'dist/'])
    const file = archiveFile(folder, digest)

    expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(digest.slice(7))
    expect(execFileSync('tar', ['-tf', file], { encoding: 'utf8' })).toBe('./\ndist/\ndist/a\n')
  })

  it('may be empty', async () => {
    const { folder, build, store } = await setUp()

    const digest = await store.put(build, [])
    await store.unpack(digest, path.join(folder, 'out'))

    expect(readdirSync(path.join(folder, 'out'))).toEqual([])
  })

  it('has the same digest whenever, in whatever order and by whomever it was made', async () => {
    const files = fc.dictionary(
      fc.string({ unit: fc.constantFrom('a', 'B', 'é', '-'), minLength: 1, maxLength: 6 }),
      fc.string({ maxLength: 20 }),
      { maxKeys: 6 },
    )
    const { folder, store } = await setUp()
    let round = 0
    await fc.assert(
      fc.asyncProperty(files, fc.nat({ max: 2_000_000_000 }), async (contents, time) => {
        round += 1
        const digests = [Object.entries(contents), Object.entries(contents).toReversed()].map(
          (entries, index) => {
            const build = path.join(folder, `build-${round}-${index}`)
            mkdirSync(path.join(build, 'dist'), { recursive: true })
            for (const [name, text] of entries) {
              const file = path.join(build, 'dist', name)
              writeFileSync(file, text)
              utimesSync(file, time * index, time * index)
              chmodSync(file, index === 0 ? 0o600 : 0o664)
            }
            return store.put(build, ['dist'])
          },
        )
        expect(new Set(await Promise.all(digests)).size).toBe(1)
      }),
      { numRuns: 20 },
    )
  })

  it('does not depend on hard links, but does on the executable bit, names and bytes', async () => {
    const { build, store } = await setUp()
    const a = path.join(build, 'dist/a')
    writeFileSync(a, 'same')
    writeFileSync(path.join(build, 'dist/b'), 'same')
    const first = await store.put(build, ['dist'])
    execFileSync('rm', [path.join(build, 'dist/b')])
    linkSync(a, path.join(build, 'dist/b'))

    expect(await store.put(build, ['dist'])).toBe(first)
    chmodSync(a, 0o755)
    expect(await store.put(build, ['dist'])).not.toBe(first)
    chmodSync(a, 0o644)
    writeFileSync(a, 'other')
    expect(await store.put(build, ['dist'])).not.toBe(first)
  })

  it.each([['../x'], ['/etc'], ['dist/../../x'], ['']])('may not hold %j', async (name) => {
    const { build, store } = await setUp()

    await expect(store.put(build, [name])).rejects.toThrow('leads out of the folder')
  })

  it('may not hold what was not made, nor links that lead outside', async () => {
    const { folder, build, store } = await setUp()

    await expect(store.put(build, ['nope'])).rejects.toThrow('The build made no nope')
    symlinkSync('../../secret', path.join(build, 'dist/l'))
    await expect(store.put(build, ['dist'])).rejects.toThrow('The link "dist/l" leads out')
    symlinkSync(folder, path.join(build, 'outside'))
    await expect(store.put(build, ['outside/store'])).rejects.toThrow('outside is a link')
    expect(readdirSync(path.join(folder, 'store/incoming'))).toEqual([])
  })
})

describe('stored bytes', () => {
  it('are intact, tampered with or missing', async () => {
    const { folder, build, store } = await setUp()
    writeFileSync(path.join(build, 'dist/a'), 'good')
    const digest = await store.put(build, ['dist'])
    expect(await store.verify(digest)).toBe('intact')

    const file = archiveFile(folder, digest)
    const good = readFileSync(file)
    chmodSync(file, 0o644)
    writeFileSync(file, Buffer.from(good.toString('latin1').replace('good', 'evil'), 'latin1'))
    expect(await store.verify(digest)).toBe('tampered')
    await expect(store.unpack(digest, path.join(folder, 'out'))).rejects.toThrow('tampered')
    expect(readdirSync(folder)).not.toContain('out')

    expect(await store.put(build, ['dist'])).toBe(digest)
    expect(await store.verify(digest)).toBe('intact')

    await store.remove(digest)
    await store.remove(digest)
    expect(await store.verify(digest)).toBe('missing')
    await expect(store.unpack(digest, path.join(folder, 'out'))).rejects.toThrow('has no sha256:')
  })

  it('are unpacked into an empty folder only', async () => {
    const { folder, build, store } = await setUp()
    const digest = await store.put(build, ['dist'])

    await expect(store.unpack(digest, folder)).rejects.toThrow('is not empty')
  })

  it.each([
    ['a way up', { path: '../evil', type: 'File', mode: 0o644, size: 0 }, /leads out/],
    ['an absolute name', { path: '/tmp/evil', type: 'File', mode: 0o644, size: 0 }, /leads out/],
    ['a link outside', { path: 'l', type: 'SymbolicLink', linkpath: '../..', size: 0 }, /leads out/],
    ['an absolute link', { path: 'l', type: 'SymbolicLink', linkpath: '/etc', size: 0 }, /leads out/],
    ['a hard link', { path: 'l', type: 'Link', linkpath: '../x', size: 0 }, /neither file/],
    ['a device', { path: 'd', type: 'CharacterDevice', mode: 0o644, size: 0 }, /neither file/],
  ] as const)('with %s are not unpacked at all', async (_name, entry, reason) => {
    const { folder, store } = await setUp()
    const digest = smuggle(folder, [{ path: 'fine', type: 'Directory', mode: 0o755, size: 0 }, entry])

    await expect(store.unpack(digest, path.join(folder, 'out'))).rejects.toThrow(reason)
    expect(readdirSync(folder)).not.toContain('out')
  })

  it('that are no archive are not unpacked', async () => {
    const { folder, store } = await setUp()
    const digest = smuggle(folder, [])
    await expect(store.unpack(digest, path.join(folder, 'out'))).rejects.toThrow('TAR_BAD_ARCHIVE')
  })
})

describe('a folder', () => {
  it('serves a second host only when it is shared', async () => {
    const { folder } = await setUp()
    const options = {
      folder: path.join(folder, 'store'),
      shared: false,
      hostId: 'host-a',
      installation: 'ours',
    }

    await expect(createFolderArtifactStore(options)).resolves.toBeDefined()
    await expect(createFolderArtifactStore({ ...options, hostId: 'host-b' })).rejects.toThrow(
      /made by host host-a, this is host-b/,
    )
    await expect(
      createFolderArtifactStore({ ...options, hostId: 'host-b', shared: true }),
    ).resolves.toBeDefined()
  })

  it('serves one installation alone, shared or not: each would remove what the other needs', async () => {
    const { folder } = await setUp()
    const options = { folder: path.join(folder, 'store'), hostId: 'host-a', installation: 'theirs' }

    for (const shared of [true, false])
      await expect(createFolderArtifactStore({ ...options, shared })).rejects.toThrow(
        /belong to another Slipway: its database is ours, this one is theirs; .* SLIPWAY_ARTIFACTS, or, .* remove .*installation\.json$/,
      )
  })

  it('whose marker nobody wrote whole is not taken', async () => {
    const { folder } = await setUp()
    const store = path.join(folder, 'store')
    writeFileSync(path.join(store, 'installation.json'), '{"own')
    const claim = { folder: store, shared: false, hostId: 'host-a', installation: 'ours' }

    await expect(createFolderArtifactStore(claim)).rejects.toThrow(
      /The marker .*installation\.json .* is damaged/,
    )
  })

  it.each([
    ['hosts', 'hostId'],
    ['installations', 'installation'],
  ])('that two %s claim at once goes to one of them', async (_, one) => {
    const folder = path.join(await temporaryFolder(), 'store')
    const claims = ['a', 'b'].map((name) =>
      createFolderArtifactStore({ folder, shared: false, hostId: 'host', installation: 'ours', [one]: name }),
    )

    const outcomes = await Promise.allSettled(claims)

    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })
})
