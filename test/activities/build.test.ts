import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MockActivityEnvironment } from '@temporalio/testing'
import { expect, onTestFinished, test } from 'vitest'
import type { StageRecord } from '../../domain/change.js'
import type { BuildClaim, ReleaseStore } from '../../domain/release-store.js'
import { ArtifactContentError } from '../../integrations/artifact-store/artifact-errors.js'
import { createBuildActivities } from '../../workflows/activities/build-activities.js'
import type { BuildResult } from '../../workflows/activities/index.js'
import { createWorkspaces } from '../../workflows/activities/workspace.js'
import { anApp } from '../support/app-definition.js'
import { commitOf } from '../support/lane.js'
import { AT } from '../support/release-views.js'
import { noCheckouts } from './support/no-checkouts.js'
import { waitsFor } from './support/waits-for.js'

const app = anApp()
const nothing = (): never => {
  throw new Error('Nothing is built here')
}

/** Builds what the record says is to be built; the command ends well. */
async function build(
  claim: BuildClaim,
  {
    claimed = () => undefined,
    finished = () => true,
    recorded = () => undefined,
    outputs = { artifact: 'image@sha256:1' },
  }: {
    claimed?: (by: unknown) => void
    finished?: () => boolean
    recorded?: (stage: StageRecord) => void
    outputs?: Readonly<Record<string, string>>
  } = {},
): Promise<BuildResult> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-build-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const ledger = {
    claimBuild: async (_: unknown, by: unknown) => {
      claimed(by)
      return claim
    },
    keepBuild: async () => undefined,
    finishBuild: async () => finished(),
    recordStage: async (stage: StageRecord) => recorded(stage),
    appendLog: async () => undefined,
    readLog: async () => '',
  } satisfies Partial<ReleaseStore>
  const exit = { kind: 'exited', code: 0 } as const
  const report = { exit, outputs, tail: '', startedAt: AT, finishedAt: AT }
  const activities = createBuildActivities({
    workspaces: createWorkspaces({
      folder,
      checkouts: noCheckouts,
      artifacts: { unpack: nothing },
    }),
    artifacts: {
      put: async () => {
        throw new ArtifactContentError('The build made no dist')
      },
    },
    images: { lookUp: async () => null },
    ledger,
    runnerFor: () => ({ kind: 'shell', execute: async () => report }),
    secrets: { all: () => [], read: nothing, redact: (text) => text },
    clock: { now: () => new Date(AT) },
    host: 'lab',
    readTests: nothing,
  })
  const order = {
    ...{ app: app.name, repository: { app: app.name, url: app.repository, trunk: app.trunk } },
    ...{ commit: commitOf(1), build: app.build, releaseId: null, owner: 'me' },
  }
  return new MockActivityEnvironment().run(activities.build, order)
}

test('[D.5] who waits for the build of another leaves its slot', async () => {
  const claims: unknown[] = []

  await expect(build({ kind: 'running' }, { claimed: (by) => claims.push(by) })).rejects.toEqual(
    waitsFor(1_000),
  )
  expect(claims).toEqual([{ owner: 'me', host: 'lab' }])
})

test('[S5.4] a commit has one build: who was taken over meanwhile waits for the other’s', async () => {
  const mine = { kind: 'run', id: 'build_1', run: 1 } as const

  expect(await build(mine)).toMatchObject({ kind: 'built', reference: 'image@sha256:1' })
  await expect(build(mine, { finished: () => false })).rejects.toEqual(waitsFor(1_000))
})

test('[R.4] whose files are gone since another attempt ended the build takes its end for the build’s', async () => {
  const mine = { kind: 'run', id: 'build_1', run: 1 } as const

  await expect(build(mine, { outputs: {} })).rejects.toThrow('The build made no dist')
  await expect(build(mine, { outputs: {}, finished: () => false })).rejects.toEqual(waitsFor(1_000))
})

test.each([
  { title: 'that ends in a crash', finished: () => nothing() },
  { title: 'that was taken over meanwhile', finished: () => false },
])('[R.3] the stage of a build $title has its end, for nobody looks at it again', async ({ finished }) => {
  const verdicts: unknown[] = []
  const recorded = ({ verdict }: StageRecord) => void verdicts.push(verdict)
  await expect(build({ kind: 'run', id: 'build_1', run: 1 }, { finished, recorded })).rejects.toThrow(
    /is built here|builds this commit/,
  )

  expect(verdicts).toEqual([null, 'passed'])
})
