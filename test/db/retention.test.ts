import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pruneStageLogs } from '../../db/prune.js'
import { createRelease } from '../../db/repositories/create-release.js'
import { appendStageLog } from '../../db/repositories/stage-logs.js'
import type { DeploymentId, ReleaseId } from '../../domain/identifiers.js'
import type { DeploymentState } from '../../domain/states.js'
import { testDatabases } from '../support/databases.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'
import {
  aCut,
  aDeployment,
  aMove,
  anEnvironment,
  begin,
  bound,
  change,
  commitOf,
  deploymentId,
  digestOf,
  emptyDetail,
  environmentName,
  releaseId,
  shop,
} from '../support/pipeline-rows.js'

const upwards = bound.map((one, level) => ({
  ...one,
  name: environmentName(level === 0 ? 'one' : level === 1 ? 'four' : 'five'),
}))
const OLD = '2025-01-01T00:00:00.000Z'
const ways: Readonly<Partial<Record<DeploymentState, readonly DeploymentState[]>>> = {
  prepared: [],
  queued: ['queued'],
  running: ['queued', 'running'],
  failed: ['queued', 'running', 'failed'],
  awaiting_acceptance: ['queued', 'running', 'awaiting_acceptance'],
  accepted: ['queued', 'running', 'accepted'],
  superseded: ['queued', 'superseded'],
  aborted: ['queued', 'aborted'],
}

describe.each(testDatabases())('retention on $kind PostgreSQL', (kind) => {
  let open: ReadyDatabase
  let number = 0
  beforeAll(async () => {
    open = await readyDatabase(kind)
  })
  afterAll(() => open.close())

  const logOf = async (id: DeploymentId): Promise<number> =>
    (await open.db.selectFrom('stage_logs').select('key').where('key', '=', `${id}/patch/1`).execute()).length

  /** A deployment of long ago in a state, with the log of a stage; of a push unless a release is given. */
  async function old(
    state: DeploymentState,
    where: string,
    of: { readonly release?: ReleaseId; readonly seed?: string } = {},
  ): Promise<DeploymentId> {
    const id = deploymentId(++number)
    const seed = of.seed ?? `seed ${number}`
    const candidateOf = of.release === undefined ? {} : { releaseId: of.release, candidate: 1 }
    await change(open.db, {
      newDeployments: [
        aDeployment(id, where, { ...candidateOf, commit: commitOf(seed), artifactDigest: digestOf(seed) }),
      ],
      moves: (ways[state] ?? []).map((to) => aMove(id, to)),
      stages: [
        {
          key: `${id}/patch/1`,
          app: shop,
          environment: environmentName(where),
          deploymentId: id,
          attempt: 1,
          stage: 'patch',
          run: 1,
          verdict: 'passed',
          exitCode: 0,
          tail: '',
          startedAt: OLD,
          finishedAt: OLD,
        },
      ],
    })
    await appendStageLog(open.db, { key: `${id}/patch/1`, at: 0, text: 'a line' })
    return id
  }

  test('[S1.13] what ended and is nowhere loses its log; what is queued, running or awaits a decision does not', async () => {
    const gone = [await old('superseded', 'one'), await old('aborted', 'one')]
    const kept = [
      await old('prepared', 'two'),
      await old('queued', 'two'),
      await old('running', 'two'),
      await old('failed', 'three'),
      await old('awaiting_acceptance', 'three'),
    ]

    expect(await pruneStageLogs(open.db, 30)).toBe(gone.length)
    expect(await Promise.all(gone.map(logOf))).toEqual(gone.map(() => 0))
    expect(await Promise.all(kept.map(logOf))).toEqual(kept.map(() => 1))
  })

  test('[S1.13] what runs in an environment and the good one before it stay, older good ones go', async () => {
    const older = await old('accepted', 'production', { seed: 'older' })
    const previous = await old('accepted', 'production', { seed: 'previous' })
    const current = await old('accepted', 'production', { seed: 'current' })
    const production = anEnvironment('production', { currentDeployment: current })
    const detail = { ...production.detail, rollbackTo: previous }
    await change(open.db, { environment: { ...production, detail } })

    await pruneStageLogs(open.db, 30)

    expect(await Promise.all([older, previous, current].map(logOf))).toEqual([0, 1, 1])
  })

  test('[S1.13] [S1.8] nothing of a release that reached a later environment is pruned', async () => {
    const release = releaseId('linked')
    const seed = 'linked'
    await createRelease(
      open.db,
      aCut(release, { commit: commitOf(seed), detail: { ...emptyDetail, bound: upwards } }),
    )
    const id = deploymentId(++number)
    await change(open.db, {
      newDeployments: [
        aDeployment(id, 'four', {
          releaseId: release,
          candidate: 1,
          commit: commitOf(seed),
          artifactDigest: null,
        }),
      ],
      moves: [aMove(id, 'queued')],
    })
    await begin(open.db, id)
    await change(open.db, { moves: [aMove(id, 'failed'), aMove(id, 'aborted')] })
    const logged = await old('superseded', 'one', { release, seed })

    await pruneStageLogs(open.db, 30)

    expect(await logOf(logged)).toBe(1)
  })

  test('young logs stay', async () => {
    const id = await old('superseded', 'five')

    expect(await pruneStageLogs(open.db, 36_500)).toBe(0)
    expect(await logOf(id)).toBe(1)
  })
})
