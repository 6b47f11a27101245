/** What keeps a commit from being checked out ends its build, or its stage, with git's words. On real git. */
import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MockActivityEnvironment } from '@temporalio/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { StageRecord } from '../../domain/change.js'
import type { CommitSha } from '../../domain/identifiers.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import { createCheckouts } from '../../integrations/checkouts/create-checkouts.js'
import { createBuildActivities } from '../../workflows/activities/build-activities.js'
import type { StageOrderInput } from '../../workflows/activities/index.js'
import { createStageActivities } from '../../workflows/activities/stage-activities.js'
import { createWorkspaces } from '../../workflows/activities/workspace.js'
import { createDemoRepository, type DemoRepository, sha } from '../integrations/support/demo-repository.js'
import { anApp } from '../support/app-definition.js'
import { anOrder } from '../support/lane.js'

const app = anApp()
/** As often as the activity tries before it gives up. */
const TRIES = 4

const nothing = (): never => {
  throw new Error('Nothing is run here')
}

/** Tries the activities of this host as often as it takes; the log and the records that are left. */
async function tried(demo: DemoRepository, commit: CommitSha, dataFolder = demo.folder) {
  const records: StageRecord[] = []
  const logs = new Map<string, string>()
  const finished: unknown[] = []
  const ledger = {
    claimBuild: async () => ({ kind: 'run', id: 'build_1', run: 1 }) as const,
    keepBuild: async () => undefined,
    finishBuild: async (_, end) => {
      finished.push(end)
      return true
    },
    recordStage: async (record) => void records.push(record),
    ...{ begunOn: async () => null, recordChange: nothing },
    appendLog: async (key, offset, text) => {
      logs.set(key, (logs.get(key) ?? '').slice(0, offset) + text)
    },
    readLog: async (key) => logs.get(key) ?? '',
  } satisfies Partial<ReleaseStore>
  const folder = join(dataFolder, 'work')
  const checkouts = createCheckouts({
    ...{ folder: join(dataFolder, 'checkouts'), git: demo.git, protect: false, layered: () => false },
  })
  const needs = {
    workspaces: createWorkspaces({ folder, checkouts, artifacts: { unpack: nothing } }),
    artifacts: { put: nothing, verify: nothing },
    images: { lookUp: async () => null },
    ...{ ledger, host: 'lab', readTests: nothing },
    runnerFor: () => ({ kind: 'shell' as const, execute: nothing }),
    foresee: () => undefined,
    secrets: { all: () => [], read: nothing, redact: String },
    clock: { now: () => new Date() },
  }
  const repository = { ...demo.ref, app: app.name }
  const order = { app: app.name, repository, commit, build: app.build, releaseId: null, owner: 'me' }
  const input: StageOrderInput = {
    entry: {
      order: anOrder(1, { commit, repository, artifactReference: 'image' }),
      attempt: { number: 1, from: null, runs: {}, host: null, reattach: false },
    },
    ...{ stage: 'patch', run: 1, fence: 1, outputs: {}, work: null, verify: false, next: null },
    definition: app.build.stage,
    given: { variables: {}, secrets: [] },
  }
  const build = createBuildActivities(needs)
  const stage = createStageActivities(needs)
  const ends: unknown[] = []
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const environment = new MockActivityEnvironment({ attempt, scheduledTimestampMs: Date.now() })
    const both = await Promise.allSettled([
      environment.run(build.build, order),
      environment.run(stage.runStage, input),
    ])
    ends.push(
      both.map((end) => (end.status === 'rejected' && end.reason instanceof Error ? end.reason : null)),
    )
  }
  const failed = records.filter(({ verdict }) => verdict === 'failed').map(({ stage: of }) => of)
  const left = [...readdirSync(folder), ...checkoutsIn(dataFolder)]
  return { ends, failed: failed.toSorted(), finished, logs: [...logs.values()], left }
}

/** The fault is tried as often as it is, and then ends build and stage with these words; nothing is left of it. */
function toldAs(words: RegExp) {
  const message = expect.stringMatching(words)
  const passing = { name: expect.not.stringMatching('ApplicationFailure'), message }
  const final = { name: 'ApplicationFailure', nonRetryable: true, message }
  return {
    ends: [...Array.from({ length: TRIES - 1 }, () => [passing, passing]), [final, final]],
    failed: ['build', 'patch'],
    finished: [{ kind: 'failed', tail: message, tests: [] }],
    logs: [message, message],
    left: [],
  }
}

/** Whole and half ones that stages share. */
function checkoutsIn(dataFolder: string): readonly string[] {
  const shared = join(dataFolder, 'checkouts')
  return readdirSync(shared).flatMap((key) =>
    readdirSync(join(shared, key)).filter((name) => name.startsWith('tree-')),
  )
}

describe('[G.4] a build, and a stage, end told after a few tries', () => {
  test('where the file system does not take a name of the commit', async () => {
    const demo = await createDemoRepository()
    const blob = execFileSync('git', ['hash-object', '-w', '--stdin'], {
      cwd: join(demo.folder, 'clone'),
      input: 'x',
      encoding: 'utf8',
    }).trim()
    demo.run('update-index', '--add', '--cacheinfo', `100644,${blob},${'n'.repeat(300)}`)
    demo.run('commit', '--quiet', '-m', 'A long name')
    demo.push()

    expect(await tried(demo, sha(demo.run('rev-parse', 'HEAD')))).toMatchObject(
      toldAs(/git read-tree: .*File name too long/s),
    )
  })

  test('where an object of the commit is lost', async () => {
    const demo = await createDemoRepository()
    const commit = demo.commit('One', { 'src/a.txt': 'lost' })
    demo.push()
    await demo.git.resolve(demo.ref, null)
    const tree = demo.run('rev-parse', 'HEAD:src').trim()
    const [mirror = ''] = readdirSync(join(demo.folder, 'mirrors'))
    rmSync(join(demo.folder, 'mirrors', mirror, 'objects', tree.slice(0, 2), tree.slice(2)))

    expect(await tried(demo, commit)).toMatchObject(
      toldAs(/(?:unable to read tree|failed to unpack tree object)/),
    )
  })

  test.skipIf(!canMount())('where the disk is full', async () => {
    const demo = await createDemoRepository()
    const commit = demo.commit('Large', { 'large.bin': randomBytes(6_000_000).toString('latin1') })
    demo.push()
    const dataFolder = join(demo.folder, 'data')
    mount(dataFolder)

    expect(await tried(demo, commit, dataFolder)).toMatchObject(toldAs(/No space left on device/))
  })
})

function mount(folder: string): void {
  mkdirSync(folder)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder])
  onTestFinished(() => void spawnSync('umount', ['--lazy', folder]))
}

/** Only root fills a disk of its own, and not in every container. */
function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-full-'))
  const works = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]).status === 0
  if (works) spawnSync('umount', [folder])
  rmSync(folder, { recursive: true, force: true })
  return works
}
