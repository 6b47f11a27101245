/** Mirrors and artifacts go once they are old and nothing needs them. */
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { CommitSha } from '../../domain/identifiers.js'
import { folderShelf } from '../../integrations/artifact-store/folder-shelf.js'
import { oldArtifacts } from '../../integrations/artifact-store/old-artifacts.js'
import { createRunGit } from '../../integrations/git/git-command.js'
import { oldMirrors } from '../../integrations/git/old-mirrors.js'
import { oldMarks } from '../../integrations/github/dispatch-marks.js'
import { lowDisk } from '../../integrations/host/free-disk.js'
import { createDemoRepository, sha } from './support/demo-repository.js'
import { temporaryFolder } from './support/temporary-folder.js'

const DAY = 86_400_000
const always = (): boolean => true

/** As if nobody had touched it for so many days. */
function age(file: string, days: number): void {
  const at = Date.now() / 1_000 - days * 86_400
  utimesSync(file, at, at)
}

test('a mirror goes after so many days without use, unless it alone has a commit that is needed', async () => {
  const demo = await createDemoRepository()
  const folder = path.join(demo.folder, 'mirrors')
  const first = demo.commit('First', { 'a.txt': '1' })
  demo.push()
  await demo.git.branchHead(demo.ref, 'main')
  demo.run('commit', '--quiet', '--amend', '-m', 'Rewritten')
  demo.push()
  const second = sha(demo.run('rev-parse', 'HEAD'))
  await demo.git.branchHead(demo.ref, 'main')
  const [name = ''] = readdirSync(folder)
  const mirror = path.join(folder, name)
  const run = createRunGit({
    committer: { name: 'S', email: 's@example.test' },
    timeoutMs: 60_000,
    environment: { PATH: process.env['PATH'] ?? '' },
  })
  const remove = async (needed: readonly CommitSha[]): Promise<number> =>
    (await oldMirrors({ folder, run, needed: async () => needed }, { keptMs: 30 * DAY }).remove(always)).count

  age(mirror, 29)
  expect(await remove([])).toBe(0)
  age(mirror, 31)
  await demo.gitWith({}, { folder }).message(demo.ref, second)
  expect(await remove([])).toBe(0)
  age(mirror, 31)
  expect(await remove([first])).toBe(0)
  age(mirror, 31)
  expect(await remove([second])).toBe(1)
  expect(readdirSync(folder)).toEqual([])
  expect(await demo.git.branchHead(demo.ref, 'main')).toBe(second)
})

test('artifacts go in batches by what is needed; what is made again meanwhile, is young or is another’s turn stays', async () => {
  const root = await temporaryFolder()
  mkdirSync(path.join(root, 'incoming'), { recursive: true })
  const fileOf = (number: number): string => {
    const hex = number.toString(16).padStart(64, '0')
    return path.join(root, 'sha256', hex.slice(0, 2), `${hex}.tar`)
  }
  const store = (number: number, days: number): void => {
    mkdirSync(path.dirname(fileOf(number)), { recursive: true })
    writeFileSync(fileOf(number), 'content')
    age(fileOf(number), days)
  }
  for (let number = 0; number < 250; number++) store(number, number === 3 ? 29 : 31)
  for (const [name, days] of [
    ['half', 2],
    ['now', 0],
  ] as const) {
    writeFileSync(path.join(root, 'incoming', name), 'half')
    age(path.join(root, 'incoming', name), days)
  }
  let turn = true
  const asked: number[] = []
  const needed = new Set([1, 2].map((number) => `sha256:${number.toString(16).padStart(64, '0')}`))
  const find = async <Digest extends string>(digests: readonly Digest[]): Promise<readonly Digest[]> =>
    digests.filter((digest) => !needed.has(digest))
  const needs = {
    find,
    giveUp: async <Digest extends string>(digests: readonly Digest[]): Promise<readonly Digest[]> => {
      asked.push(digests.length)
      store(4, 0)
      return find(digests)
    },
    isOurs: async () => turn,
  }
  const old = oldArtifacts(folderShelf(root), needs, { keptMs: 30 * DAY })
  const left = (): number => readdirSync(path.join(root, 'sha256', '00')).length

  expect((await old.find()).count).toBe(248)
  turn = false
  expect((await old.remove(always)).count).toBe(1)
  expect(readdirSync(path.join(root, 'incoming'))).toEqual(['now'])
  turn = true
  expect((await old.remove(always)).count).toBe(246)
  expect(asked).toEqual([200, 49])
  expect(left()).toBe(4)
})

test('marks of dispatched workflows go with the jobs', async () => {
  const folder = await temporaryFolder()
  for (const [name, days] of [
    ['old', 4],
    ['young', 2],
  ] as const) {
    writeFileSync(path.join(folder, name), '1')
    age(path.join(folder, name), days)
  }
  expect((await oldMarks(folder, { keptMs: 3 * DAY }).remove(always)).count).toBe(1)
  expect(readdirSync(folder)).toEqual(['young'])
})

test('a disk with too little room is named, with how much of it is free', async () => {
  const folder = await temporaryFolder()
  expect(await lowDisk([folder, path.join(folder, 'gone')], { gib: 0, percent: 0 })).toBeNull()
  expect(await lowDisk([path.join(folder, 'gone')], { gib: 1_000_000, percent: 0 })).toBeNull()
  for (const least of [
    { gib: 1_000_000, percent: 0 },
    { gib: 0, percent: 100 },
  ])
    expect(await lowDisk([folder], least)).toMatch(/^\d+\.\d of \d+\.\d GiB are free for \//)
})
