/** The files of a commit as stages get them: one checkout for each commit and host, and what is made of it. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { PreparedCheckout } from '../../domain/checkout.js'
import type { CheckoutOrder, Checkouts } from '../../domain/checkouts.js'
import type { Git } from '../../domain/ports.js'
import { createCheckouts } from '../../integrations/checkouts/create-checkouts.js'
import { oldShared } from '../../integrations/checkouts/old-shared.js'
import { openToOwner } from '../../integrations/checkouts/permissions.js'
import { tryLock } from '../../integrations/host/process-lock.js'
import { until } from '../support/until.js'
import { createDemoRepository, type DemoRepository } from './support/demo-repository.js'

const MINUTE = 60_000

interface Host extends DemoRepository {
  readonly checkouts: Checkouts
  readonly shared: string
  /** How often git wrote a checkout. */
  written(): number
  /** What a stage of this name is handed; the repository's newest commit unless told otherwise. */
  stage(name: string, order: Partial<CheckoutOrder>): Promise<PreparedCheckout>
}

async function openHost({
  protect = false,
  layered = false,
  git,
}: {
  protect?: boolean
  layered?: boolean
  git?: Pick<Git, 'checkout'>
} = {}): Promise<Host> {
  const demo = await createDemoRepository()
  writeFileSync(join(demo.folder, 'clone/run.sh'), '#!/bin/sh\n', { mode: 0o755 })
  symlinkSync('run.sh', join(demo.folder, 'clone/link'))
  const commit = demo.commit('One', { 'src/a.txt': 'one' })
  demo.push()
  let written = 0
  const shared = join(demo.folder, 'data/checkouts')
  mkdirSync(shared, { recursive: true })
  onTestFinished(() => openToOwner(shared))
  const checkouts = createCheckouts({
    folder: shared,
    git: {
      checkout: async (...order) => {
        written += 1
        return (git ?? demo.git).checkout(...order)
      },
    },
    protect,
    layered: () => layered,
  })
  const stage: Host['stage'] = async (name, order) => {
    const folder = join(demo.folder, 'data/work', name)
    mkdirSync(folder, { recursive: true })
    await checkouts.prepare(folder, {
      ...{ repository: demo.ref, commit, kind: 'private', readLater: false },
      ...order,
    })
    return checkouts.find(folder)
  }
  return { ...demo, checkouts, shared, written: () => written, stage }
}

const modeOf = (...parts: readonly string[]): number => statSync(join(...parts)).mode & 0o777

describe('the checkouts of a host', () => {
  it('[P.8] are written by git once for each commit, however many stages ask, and at once', async () => {
    const host = await openHost()
    const [first, second] = await Promise.all([
      host.stage('a', { kind: 'shared' }),
      host.stage('b', { kind: 'shared' }),
      host.stage('c', {}),
      host.stage('d', { kind: 'none' }),
    ])
    const again = await host.stage('e', { kind: 'shared' })

    expect(host.written()).toBe(1)
    expect(first).toEqual({ workspace: expect.any(String), checkout: { kind: 'shared' }, leftOut: [] })
    expect([second, again]).toEqual([first, first])
    expect(readFileSync(join(first.workspace, 'src/a.txt'), 'utf8')).toBe('one')

    const next = host.commit('Two', { 'src/a.txt': 'two' })
    host.push()
    const other = await host.stage('f', { kind: 'shared', commit: next })
    expect(readFileSync(join(other.workspace, 'src/a.txt'), 'utf8')).toBe('two')
    expect(host.written()).toBe(2)
  })

  it('give each stage one of its own to change, with the modes and links of the commit', async () => {
    const host = await openHost({ protect: true })
    const shared = await host.stage('shared', { kind: 'shared' })
    const own = await host.stage('own', {})
    writeFileSync(join(own.workspace, 'src/a.txt'), 'changed')
    rmSync(join(own.workspace, 'run.sh'))

    expect(own.checkout).toBeNull()
    expect(readdirSync(own.workspace).toSorted()).toEqual(['link', 'src'])
    const next = await host.stage('next', {})
    expect(readFileSync(join(next.workspace, 'link'), 'utf8')).toBe('#!/bin/sh\n')
    expect([modeOf(next.workspace, 'run.sh'), modeOf(next.workspace, 'src/a.txt')]).toEqual([0o755, 0o644])
    expect(readFileSync(join(shared.workspace, 'src/a.txt'), 'utf8')).toBe('one')
    expect(host.written()).toBe(1)
  })

  it('keep the name of a shared one from whoever passes through a stage’s folder', async () => {
    const host = await openHost()
    await host.stage('a', { kind: 'shared' })
    const [key = ''] = readdirSync(host.shared)

    expect(modeOf(host.folder, 'data/work/a/own')).toBe(0o700)
    expect(modeOf(host.shared, key)).toBe(0o711)
  })

  it('hand a stage that wants none an empty folder, and ask git for nothing', async () => {
    const host = await openHost()
    const { workspace, checkout } = await host.stage('a', { kind: 'none' })

    expect([readdirSync(workspace), checkout, host.written()]).toEqual([[], null, 0])
    expect(modeOf(workspace) & 0o200).toBe(0o200)
  })

  it('take the right to write from a shared one where only that keeps commands from it', async () => {
    const host = await openHost({ protect: true })
    await host.stage('own', {})
    const { workspace } = await host.stage('shared', { kind: 'shared' })

    expect([modeOf(workspace), modeOf(workspace, 'src'), modeOf(workspace, 'src/a.txt')]).toEqual([
      0o555, 0o555, 0o444,
    ])
    expect(modeOf(workspace, 'run.sh')).toBe(0o555)
  })

  it('are layers for the stages whose files nobody reads from outside, where they work', async () => {
    const host = await openHost({ layered: true })
    const layer = await host.stage('check', {})
    const build = await host.stage('build', { readLater: true })

    expect(layer.checkout).toMatchObject({ kind: 'overlay' })
    expect(readdirSync(layer.workspace)).toEqual([])
    expect(build.checkout).toBeNull()
    expect(readdirSync(build.workspace)).toContain('run.sh')
    expect(host.written()).toBe(1)
  })

  it('leave nothing of one that could not be made, and make one again that was left half-made', async () => {
    let faults = 1
    const demo = await createDemoRepository()
    const failing: Pick<Git, 'checkout'> = {
      checkout: async (repository, commit, into) => {
        const leftOut = await demo.git.checkout(repository, commit, into)
        if (faults-- > 0) throw new Error('git read-tree: No space left on device')
        return leftOut
      },
    }
    const host = await openHost({ git: failing })
    await expect(host.stage('a', { kind: 'shared' })).rejects.toThrow('No space left')
    const [key = ''] = readdirSync(host.shared)
    expect(readdirSync(join(host.shared, key)).filter((name) => !name.startsWith('checkout-lock'))).toEqual(
      [],
    )

    // Of a process that was killed.
    mkdirSync(join(host.shared, key, `tree-${'0'.repeat(24)}.new/src`), { recursive: true })
    const { workspace } = await host.stage('b', { kind: 'shared' })
    expect(readdirSync(workspace).toSorted()).toEqual(['link', 'run.sh', 'src'])
    expect(readdirSync(join(host.shared, key)).filter((name) => name.endsWith('.new'))).toEqual([])
  })
})

describe('a stage’s folder that is removed', () => {
  it('[P.8] is away at once, with nobody waiting for its content to go', async () => {
    const host = await openHost()
    const { workspace } = await host.stage('a', {})
    const folder = dirname(workspace)
    await host.checkouts.remove(folder)
    const [aside = ''] = readdirSync(dirname(folder))

    expect(existsSync(folder)).toBe(false)
    expect(readdirSync(join(dirname(folder), aside, basename(workspace)))).toContain('run.sh')
    await until('its content to go', () => readdirSync(dirname(folder)).length === 0)
    await host.checkouts.remove(folder)
    expect(readdirSync(dirname(folder))).toEqual([])
  })
})

describe('a shared checkout', () => {
  const left = async (host: Host, passed: number): Promise<number> => {
    const folders = { folder: host.shared, workFolder: join(host.folder, 'data/work') }
    const old = oldShared(folders, { keptMs: 60 * MINUTE, now: () => Date.now() + passed })
    const { count } = await old.find()
    expect(await old.remove(() => true)).toMatchObject({ count })
    return readdirSync(host.shared).length
  }

  it('stays for an hour after its last use, and for as long as a stage uses it', async () => {
    const host = await openHost({ protect: true })
    await host.stage('own', {})
    await host.stage('shared', { kind: 'shared' })

    expect(await left(host, 600 * MINUTE)).toBe(1)
    rmSync(join(host.folder, 'data/work/shared'), { recursive: true })
    expect(await left(host, 50 * MINUTE)).toBe(1)
    expect(await left(host, 70 * MINUTE)).toBe(0)
    await host.stage('again', { kind: 'shared' })
    expect(host.written()).toBe(2)
  })

  it('stays while somebody is about to use it', async () => {
    const host = await openHost()
    await host.stage('own', {})
    const [key = ''] = readdirSync(host.shared)
    const held = await tryLock(join(host.shared, key), 'checkout-lock')
    const folders = { folder: host.shared, workFolder: join(host.folder, 'data/work') }
    const old = oldShared(folders, { keptMs: 0, now: () => Date.now() + MINUTE })

    expect(await old.remove(() => true)).toMatchObject({ count: 0 })
    await held?.release()
    expect(await old.remove(() => true)).toMatchObject({ count: 1 })
  })
})
