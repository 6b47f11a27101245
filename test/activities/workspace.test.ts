/** What a stage works on is tried a few times; a remote that is away is waited for, and both end. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MockActivityEnvironment } from '@temporalio/testing'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { StageRecord } from '../../domain/change.js'
import { parseAppName } from '../../domain/identifiers.js'
import { GitAwayError, GitError, GitRefusedError } from '../../integrations/git/git-error.js'
import { WorkspaceError } from '../../workflows/activities/bounded.js'
import { orFailed } from '../../workflows/activities/execute-stage.js'
import { createWorkspaces, type Workspace, type Workspaces } from '../../workflows/activities/workspace.js'
import type { WorkspaceContent } from '../../workflows/activities/workspace-content.js'
import { digestOf, sure } from '../support/lane.js'
import { AT, commitOf } from '../support/release-views.js'
import { until } from '../support/until.js'
import { noCheckouts } from './support/no-checkouts.js'

const repository = { app: sure(parseAppName('shop')), url: 'https://example.com/shop.git', trunk: 'main' }
const minutes = (count: number) => count * 60_000

/** Opens a workspace at an attempt, days after its activity was scheduled; the checkout fails with `fault`, null: it works. */
async function opened(fault: Error | null, attempt: number) {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-workspaces-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const needs = {
    folder,
    checkouts: {
      ...noCheckouts,
      prepare: async () => {
        if (fault) throw fault
      },
    },
    artifacts: { unpack: async () => undefined },
  }
  const content = { repository, commit: commitOf('a'), digest: null, kind: 'none', readLater: false } as const
  const environment = new MockActivityEnvironment({
    attempt,
    scheduledTimestampMs: Date.now() - minutes(3_000),
  })
  const open = async (): Promise<unknown> => createWorkspaces(needs).open('stage/1', content)
  const [end] = await Promise.allSettled([environment.run(open)])
  return { thrown: end.status === 'rejected' ? end.reason : null, left: readdirSync(folder) }
}

const own = new GitError('git read-tree: File name too long')
const away = new GitAwayError('git fetch: could not resolve host')
const refused = new GitRefusedError('git fetch: 403')
const gaveUp = ({ message }: Error) =>
  new WorkspaceError(`aaaaaaa and its artifact cannot be put into a folder: ${message}`)

test.each([
  ['a fault of this machine is tried again', own, 3, own],
  ['a fault of this machine ends with its fourth try', own, 4, gaveUp(own)],
  ['a remote that refuses is told as it said it', refused, 1, refused],
])('%s, and leaves nothing behind', async (_, error, attempt, expected) => {
  const { thrown, left } = await opened(error, attempt)

  expect(thrown).toEqual(expected)
  expect(left).toEqual([])
})

test('a remote that is away is waited for ten minutes after it went, however long the activity had queued before', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  let passed = 0
  const after = async (count: number, fault: Error | null): Promise<unknown> => {
    vi.advanceTimersByTime(minutes(count - passed))
    passed = count
    const { thrown, left } = await opened(fault, 40 + count)
    expect(left).toHaveLength(fault ? 0 : 1)
    return thrown
  }

  expect(await after(0, away)).toBe(away)
  expect(await after(9, away)).toBe(away)
  expect(await after(11, away)).toEqual(gaveUp(away))
  // A remote that came back and goes away again gets another ten minutes.
  expect(await after(12, away)).toBe(away)
  expect(await after(20, null)).toBeNull()
  expect(await after(25, away)).toBe(away)
  expect(await after(36, away)).toEqual(gaveUp(away))
})

test('[R.9] with a stage goes what a worker that was killed left half-made of its folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-workspaces-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const checkouts = {
    ...noCheckouts,
    // Killed: neither its end nor what it would clean up came about.
    prepare: () => new Promise<never>(() => undefined),
    remove: async (workspace: string) => rmSync(workspace, { recursive: true, force: true }),
  }
  const needs = { folder, checkouts, artifacts: { unpack: async () => undefined } }
  const content = { repository, commit: commitOf('a'), digest: null, kind: 'none', readLater: false } as const
  const environment = new MockActivityEnvironment()
  void environment.run(async () => createWorkspaces(needs).open('stage/1', content))
  await until('a half-made folder', () => readdirSync(folder).length === 1)
  mkdirSync(join(folder, 'of-another.new'))
  await createWorkspaces(needs).close('stage/1')

  expect(readdirSync(folder)).toEqual(['of-another.new'])
})

/** The folders of a host; `made` are the commits that a folder was filled with, and `gate` what each waits for. */
function aHost({ gate = async (): Promise<void> => undefined, keptMs = 10_000 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-workspaces-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const made: string[] = []
  const again = (): Workspaces =>
    createWorkspaces({
      folder,
      checkouts: {
        ...noCheckouts,
        prepare: async (place, { commit }) => {
          await gate()
          writeFileSync(join(place, 'commit'), commit)
          made.push(commit)
        },
        remove: async (workspace) => rmSync(workspace, { recursive: true, force: true }),
      },
      artifacts: { unpack: async () => undefined },
      keptMs,
    })
  const workspaces = again()
  const open = async (key: string, given: WorkspaceContent): Promise<string> => {
    const opening = async (): Promise<Workspace> => workspaces.open(key, given)
    const { workspace }: Workspace = await new MockActivityEnvironment().run(opening)
    return readFileSync(join(workspace, 'commit'), 'utf8')
  }
  const ahead = join(folder, 'ahead')
  const left = (): readonly string[] => (existsSync(ahead) ? readdirSync(ahead) : [])
  return { folder, left, made, again, workspaces, open }
}

const contentOf = (commit: string): WorkspaceContent => ({
  ...{ repository, commit: commitOf(commit), digest: null, kind: 'private', readLater: false },
})

describe('[G.4] the folder of a stage that was foreseen', () => {
  test('is filled before it is opened, once, and is that stage’s alone', async () => {
    const { folder, left, made, workspaces, open } = aHost()
    workspaces.foresee(contentOf('a'))
    workspaces.foresee(contentOf('a'))
    await until('the folder', () => made.length > 0)

    expect(await open('stage/1', contentOf('a'))).toBe(commitOf('a'))
    expect(made).toEqual([commitOf('a')])
    await open('stage/2', contentOf('a'))
    expect(made).toEqual([commitOf('a'), commitOf('a')])
    expect(left()).toEqual([])
    expect(readdirSync(folder)).toHaveLength(3)
  })

  test('is waited for while it is being filled', async () => {
    let go: () => void = () => undefined
    const gone = new Promise<void>((resolve) => {
      go = resolve
    })
    const { made, workspaces, open } = aHost({ gate: () => gone })
    workspaces.foresee(contentOf('a'))
    const opening = open('stage/1', contentOf('a'))
    go()

    expect(await opening).toBe(commitOf('a'))
    expect(made).toHaveLength(1)
  })

  test.each([
    ['another commit', contentOf('b')],
    ['an artifact', { ...contentOf('a'), digest: digestOf(1) }],
    ['another checkout', { ...contentOf('a'), kind: 'none' as const }],
    ['files that are read afterwards', { ...contentOf('a'), readLater: true }],
    ['large files', { ...contentOf('a'), repository: { ...repository, lfs: true as const } }],
  ])('is not used for a stage with %s', async (_, other) => {
    const { made, workspaces, open } = aHost()
    workspaces.foresee(contentOf('a'))
    await until('the folder', () => made.length > 0)

    expect(await open('stage/1', other)).toBe(other.commit)
    expect(made).toHaveLength(2)
  })

  test('is made again, and its fault is told, by the stage if it could not be made ahead', async () => {
    let faults = 1
    const { left, made, workspaces, open } = aHost({
      gate: async () => {
        if (faults-- > 0) throw new Error('No space left on device')
      },
    })
    workspaces.foresee(contentOf('a'))
    await until('the fault', () => faults === 0 && left().length === 0)

    expect(await open('stage/1', contentOf('a'))).toBe(commitOf('a'))
    expect(made).toHaveLength(1)
    faults = 1
    workspaces.foresee(contentOf('b'))
    await expect(open('stage/2', contentOf('b'))).resolves.toBe(commitOf('b'))
  })

  test('is made again if it was taken away meanwhile', async () => {
    const { folder, made, workspaces, open } = aHost()
    workspaces.foresee(contentOf('a'))
    await until('the folder', () => made.length > 0)
    rmSync(join(folder, 'ahead'), { recursive: true })

    expect(await open('stage/1', contentOf('a'))).toBe(commitOf('a'))
    expect(made).toHaveLength(2)
  })

  test('[R.9] goes with the next start of a worker that was killed before its stage came', async () => {
    const { folder, left, made, workspaces, again } = aHost()
    workspaces.foresee(contentOf('a'))
    await until('the folder', () => made.length > 0)
    const [lost] = left()
    again().foresee(contentOf('b'))
    await until('the other folder', () => made.length > 1)

    expect(left()).toHaveLength(1)
    expect(left()).not.toContain(lost)
    expect(readdirSync(folder)).toEqual(['ahead'])
  })

  test('goes if no stage comes', async () => {
    const { left, made, workspaces, open } = aHost({ keptMs: 20 })
    workspaces.foresee(contentOf('a'))
    await until('the folder to go', () => made.length > 0 && left().length === 0)

    expect(await open('stage/1', contentOf('a'))).toBe(commitOf('a'))
    expect(made).toHaveLength(2)
  })
})

const running: StageRecord = {
  ...{ key: 'bld/build/1', app: sure(parseAppName('shop')), environment: null, deploymentId: null },
  ...{ attempt: 1, stage: 'build', run: 1, host: 'h', verdict: null, exitCode: null, tail: '' },
  ...{ startedAt: AT, finishedAt: null },
}

test('a stage that is given up ends as failed, and its log says once why', async () => {
  const stages: StageRecord[] = []
  let log = 'Before.\n'
  const heard: string[] = []
  const ledger = {
    recordStage: async (stage: StageRecord) => void stages.push(stage),
    readLog: async () => log,
    appendLog: async (_key: string, at: number, text: string) => {
      log = log.slice(0, at) + text
    },
  }
  const given = async (error: Error): Promise<unknown> => {
    const failing = async (): Promise<never> => {
      throw error
    }
    const hear = async (words: string) => void heard.push(words)
    return orFailed(ledger, running, failing, hear).catch((one: unknown) => one)
  }

  expect(await given(own)).toBe(own)
  expect([stages, heard, log]).toEqual([[], [], 'Before.\n'])
  await given(refused)
  expect(await given(refused)).toBe(refused)
  expect(log).toBe('Before.\n[slipway: git fetch: 403]\n')
  expect(stages).toMatchObject([{ verdict: 'failed', tail: '[slipway: git fetch: 403]\n' }, {}])
  expect(heard).toHaveLength(2)
})
