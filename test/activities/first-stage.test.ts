import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MockActivityEnvironment } from '@temporalio/testing'
import { expect, onTestFinished, test } from 'vitest'
import type { StageOrderInput } from '../../workflows/activities/index.js'
import { createStageActivities } from '../../workflows/activities/stage-activities.js'
import { createWorkspaces } from '../../workflows/activities/workspace.js'
import { anApp } from '../support/app-definition.js'
import { anOrder, digestOf } from '../support/lane.js'
import { AT } from '../support/release-views.js'
import { noCheckouts } from './support/no-checkouts.js'

const nothing = (): never => {
  throw new Error('Nothing of this is asked for')
}

interface Given {
  /** Where a try before had begun its command. */
  readonly begunOn: string | null
  readonly code?: number
  readonly next?: StageOrderInput['next']
}

/** The first stage of a deployment whose artifact is gone by now. */
async function firstStage({ begunOn, code = 0, next = null }: Given) {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-stage-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const done: string[] = []
  const exit = { kind: 'exited', code } as const
  const report = { exit, outputs: {}, tail: '', startedAt: AT, finishedAt: AT }
  const { runStage } = createStageActivities({
    workspaces: createWorkspaces({
      folder,
      checkouts: noCheckouts,
      artifacts: { unpack: async () => undefined },
    }),
    artifacts: { verify: async () => 'missing' },
    images: { lookUp: async () => null },
    ledger: {
      recordStage: async ({ verdict }) => void done.push(`recorded ${verdict ?? 'begun'}`),
      begunOn: async () => begunOn,
      ...{ recordChange: nothing, appendLog: async () => undefined, readLog: async () => '' },
    },
    foresee: ({ run }, content) =>
      void done.push(`foresaw ${run.kind === 'shell' ? run.run : run.kind} on ${content?.kind}`),
    runnerFor: () => ({
      kind: 'shell',
      execute: async () => {
        done.push('ran')
        return report
      },
    }),
    secrets: { all: () => [], read: nothing, redact: (text) => text },
    clock: { now: () => new Date(AT) },
    host: 'here',
  })
  const input: StageOrderInput = {
    entry: {
      order: anOrder(1),
      attempt: { number: 1, from: null, runs: {}, host: null, reattach: false },
    },
    ...{ stage: 'patch', run: 1, fence: 1, outputs: {}, work: null, verify: true, next },
    definition: anApp().build.stage,
    given: { variables: {}, secrets: [] },
  }
  const end = await new MockActivityEnvironment().run(runStage, input)
  return { end, done }
}

test('[S5.10] an artifact that is not what was built stops the first stage before anything is begun', async () => {
  expect(await firstStage({ begunOn: null })).toEqual({
    end: { unfit: { kind: 'artifact', state: 'missing', digest: digestOf(1) } },
    done: [],
  })
})

test('a command that a try before began is watched, whatever became of its artifact since', async () => {
  const { end, done } = await firstStage({ begunOn: 'here' })
  expect(end).toMatchObject({ report: { exit: { code: 0 } } })
  expect(done).toEqual(['recorded begun', 'ran', 'recorded passed'])
})

test.each([
  [0, ['recorded begun', 'ran', 'foresaw the check on shared', 'recorded passed']],
  [1, ['recorded begun', 'ran', 'recorded failed']],
])('what follows a stage is begun if it passed: exit code %i', async (code, expected) => {
  const { run } = anApp().build.stage
  if (run.kind !== 'shell') throw new Error('Not a command')
  const { done } = await firstStage({
    begunOn: 'here',
    code,
    next: { ...run, run: 'the check', checkout: 'shared' },
  })
  expect(done).toEqual(expected)
})

test('[R.1] a command that began on another host is not started here as well', async () => {
  expect(await firstStage({ begunOn: 'there' })).toEqual({ end: { elsewhere: 'there' }, done: [] })
})
