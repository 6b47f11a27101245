/** What a stage works on is tried a few times; a remote that is away is waited for, and both end. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MockActivityEnvironment } from '@temporalio/testing'
import { expect, onTestFinished, test } from 'vitest'
import type { StageRecord } from '../../domain/change.js'
import { parseAppName } from '../../domain/identifiers.js'
import { GitAwayError, GitError, GitRefusedError } from '../../integrations/git/git-error.js'
import { orFailed } from '../../workflows/activities/execute-stage.js'
import { openWorkspace, WorkspaceError } from '../../workflows/activities/workspace.js'
import { sure } from '../support/lane.js'
import { AT, commitOf } from '../support/release-views.js'

const minutes = (count: number) => count * 60_000

/** Opens a workspace at an attempt, so long after the first one, while the checkout fails. */
async function opened(fault: Error, { attempt, sinceMs }: { attempt: number; sinceMs: number }) {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-workspaces-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const needs = {
    folder,
    checkouts: {
      prepare: async (): Promise<never> => {
        throw fault
      },
      find: async (workspace: string) => ({ workspace, checkout: null, leftOut: [] }),
      remove: async () => undefined,
    },
    artifacts: { unpack: async () => undefined },
  }
  const repository = { app: sure(parseAppName('shop')), url: 'https://example.com/shop.git', trunk: 'main' }
  const content = { repository, commit: commitOf('a'), digest: null, kind: 'none', readLater: false } as const
  const environment = new MockActivityEnvironment({
    attempt,
    scheduledTimestampMs: Date.now() - sinceMs,
  })
  const open = async (): Promise<unknown> => openWorkspace(needs, 'stage/1', content)
  const [end] = await Promise.allSettled([environment.run(open)])
  return { thrown: end.status === 'rejected' ? end.reason : null, left: readdirSync(folder) }
}

const own = new GitError('git read-tree: File name too long')
const away = new GitAwayError('git fetch: could not resolve host')
const refused = new GitRefusedError('git fetch: 403')

test.each([
  ['a fault of this machine is tried again', own, { attempt: 3, sinceMs: 0 }, own],
  ['a fault of this machine ends with its fourth try', own, { attempt: 4, sinceMs: 0 }, null],
  ['a remote that is away is waited for', away, { attempt: 40, sinceMs: minutes(9) }, away],
  ['a remote that is away ends after ten minutes', away, { attempt: 40, sinceMs: minutes(11) }, null],
  ['a remote that refuses is told as it said it', refused, { attempt: 1, sinceMs: 0 }, refused],
])('%s, and leaves nothing behind', async (_, error, at, expected) => {
  const { thrown, left } = await opened(error, at)

  const gaveUp = new WorkspaceError(`aaaaaaa and its artifact cannot be put into a folder: ${error.message}`)
  expect(thrown).toEqual(expected ?? gaveUp)
  expect(left).toEqual([])
})

const running: StageRecord = {
  ...{ key: 'bld/build/1', app: sure(parseAppName('shop')), environment: null, deploymentId: null },
  ...{ attempt: 1, stage: 'build', run: 1, verdict: null, exitCode: null, tail: '' },
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
