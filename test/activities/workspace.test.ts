/** What a stage works on is tried a few times; a remote that is away is waited for, and both end. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MockActivityEnvironment } from '@temporalio/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { StageRecord } from '../../domain/change.js'
import { parseAppName } from '../../domain/identifiers.js'
import { GitAwayError, GitError, GitRefusedError } from '../../integrations/git/git-error.js'
import { orFailed } from '../../workflows/activities/execute-stage.js'
import { closeWorkspace, openWorkspace, WorkspaceError } from '../../workflows/activities/workspace.js'
import { sure } from '../support/lane.js'
import { AT, commitOf } from '../support/release-views.js'
import { until } from '../support/until.js'

const repository = { app: sure(parseAppName('shop')), url: 'https://example.com/shop.git', trunk: 'main' }
const minutes = (count: number) => count * 60_000

/** Opens a workspace at an attempt, days after its activity was scheduled; the checkout fails with `fault`, null: it works. */
async function opened(fault: Error | null, attempt: number) {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-workspaces-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const needs = {
    folder,
    checkouts: {
      prepare: async () => {
        if (fault) throw fault
      },
      find: async (workspace: string) => ({ workspace, checkout: null, leftOut: [] }),
      remove: async () => undefined,
    },
    artifacts: { unpack: async () => undefined },
  }
  const content = { repository, commit: commitOf('a'), digest: null, kind: 'none', readLater: false } as const
  const environment = new MockActivityEnvironment({
    attempt,
    scheduledTimestampMs: Date.now() - minutes(3_000),
  })
  const open = async (): Promise<unknown> => openWorkspace(needs, 'stage/1', content)
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
    // Killed: neither its end nor what it would clean up came about.
    prepare: () => new Promise<never>(() => undefined),
    find: async (workspace: string) => ({ workspace, checkout: null, leftOut: [] }),
    remove: async (workspace: string) => rmSync(workspace, { recursive: true, force: true }),
  }
  const needs = { folder, checkouts, artifacts: { unpack: async () => undefined } }
  const content = { repository, commit: commitOf('a'), digest: null, kind: 'none', readLater: false } as const
  const environment = new MockActivityEnvironment()
  void environment.run(async () => openWorkspace(needs, 'stage/1', content))
  await until('a half-made folder', () => readdirSync(folder).length === 1)
  mkdirSync(join(folder, 'of-another.new'))
  await closeWorkspace(needs, 'stage/1')

  expect(readdirSync(folder)).toEqual(['of-another.new'])
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
