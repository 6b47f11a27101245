import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRetention } from '../../compose/retention.js'
import { pruneInbox, pruneStageLogs } from '../../db/prune.js'
import { createRelease } from '../../db/repositories/create-release.js'
import { appendStageLog } from '../../db/repositories/stage-logs.js'
import type { DeploymentId, ReleaseId } from '../../domain/identifiers.js'
import type { DeploymentState } from '../../domain/states.js'
import { testDatabases, testServers } from '../support/databases.js'
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
import { until } from '../support/until.js'

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

  test('more logs than go at once go in one turn', async () => {
    const id = await old('aborted', 'five')
    await sql`
      insert into stage_runs
      select ${id} || '/patch/' || n, app, environment, deployment_id, attempt, stage, n, verdict, exit_code, tail, started_at, finished_at
      from stage_runs, generate_series(2, 601) n where key = ${`${id}/patch/1`}`.execute(open.db)
    await sql`
      insert into stage_logs select key, 0, 'a line' from stage_runs where deployment_id = ${id} and run > 1`.execute(
      open.db,
    )

    expect(await pruneStageLogs(open.db, 30)).toBeGreaterThanOrEqual(601)
    expect(await logOf(id)).toBe(0)
  })

  test('each bound holds when retention starts, however much is old and although one thing cannot be removed', async () => {
    await storeOrders(open.db)
    await storeRows(open.db)
    const told: unknown[] = []
    const stop = startRetention({
      db: open.db,
      workFolder: 'none',
      pruneJobs: () => Promise.reject(new Error('The disk is read-only')),
      log: { info: (line: unknown) => told.push(line), warn: (line: unknown) => told.push(line) },
    })
    try {
      const failed = { what: 'jobs', err: expect.objectContaining({ message: 'The disk is read-only' }) }
      await until('the turn to come past the jobs', () => told.some((line) => isAbout(line, 'jobs')))
      expect(told).toEqual(
        expect.arrayContaining([
          { what: 'answered orders', removed: 2_501 },
          { what: 'keys of changes', removed: 2_500 },
          { what: 'sent orders', removed: 2_500 },
          { what: 'calls of stages', removed: 2_500 },
          failed,
        ]),
      )
    } finally {
      stop()
    }
    const inbox = await open.db.selectFrom('inbox').select('key').orderBy('key').execute()
    expect(inbox.map(({ key }) => key)).toEqual(['unanswered', 'unopened', 'untold', 'young'])
    const keys = await open.db.selectFrom('changes').select('key').where('key', 'like', 'bulk%').execute()
    expect(keys).toEqual([{ key: 'bulk young' }])
    expect(await open.db.selectFrom('sent_orders').select('key').execute()).toEqual([{ key: 'bulk young' }])
    expect(await open.db.selectFrom('stage_calls').select('key').execute()).toEqual([{ key: 'bulk young' }])
  })
})

describe.each(testServers())('retention racing a receipt on a $kind', (kind) => {
  let open: ReadyDatabase
  beforeAll(async () => {
    open = await readyDatabase(kind)
  })
  afterAll(() => open.close())

  test('an order that is opened while it is pruned stays', async () => {
    await storeOrder(open.db, 'opened late', { createdDays: 2, isOpen: false })
    const pruning: Promise<number>[] = []
    await open.db.transaction().execute(async (trx) => {
      await trx.updateTable('inbox').set({ opened_by: 'late' }).where('key', '=', 'opened late').execute()
      pruning.push(pruneInbox(open.db, 90))
      await until('the statement that removes it to wait', async () => {
        const waiting = await sql`
          select from pg_stat_activity where wait_event_type = 'Lock' and query like '%delete from "inbox"%'`.execute(
          open.db,
        )
        return waiting.rows.length > 0
      })
    })

    expect(await Promise.all(pruning)).toEqual([0])
    const found = await open.db.selectFrom('inbox').select('key').where('key', '=', 'opened late').execute()
    expect(found).toHaveLength(1)
  })
})

type Db = ReadyDatabase['db']

interface OrderTimes {
  readonly createdDays: number
  readonly finishedDays?: number
  readonly toldDays?: number
  readonly isOpen?: boolean
}

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)

const isAbout = (line: unknown, what: string): boolean =>
  typeof line === 'object' && line !== null && 'what' in line && line.what === what

/** 2,500 answered long ago, one that was never opened, and one of each kind that has to stay. */
async function storeOrders(db: Db): Promise<void> {
  await storeOrder(db, 'young', { createdDays: 89, finishedDays: 89, toldDays: 89 })
  await storeOrder(db, 'untold', { createdDays: 400, finishedDays: 400 })
  await storeOrder(db, 'unanswered', { createdDays: 400 })
  await storeOrder(db, 'unopened', { createdDays: 0, isOpen: false })
  await storeOrder(db, 'never opened', { createdDays: 2, isOpen: false })
  await sql`
    insert into inbox (key, intent, actor, reply, workflow_key, created_at, opened_by, finished_at, told_at)
    select 'bulk ' || n, '{}', '{}', '{}', 'w', ${daysAgo(91)}, 'one', ${daysAgo(91)}, ${daysAgo(91)}
    from generate_series(1, 2500) n`.execute(db)
}

async function storeOrder(
  db: Db,
  key: string,
  { createdDays, finishedDays, toldDays, isOpen = true }: OrderTimes,
): Promise<void> {
  await sql`
    insert into inbox (key, intent, actor, reply, workflow_key, created_at, opened_by, finished_at, told_at)
    values (${key}, '{}', '{}', '{}', ${key}, ${daysAgo(createdDays)}, ${isOpen ? 'one' : null},
      ${finishedDays === undefined ? null : daysAgo(finishedDays)},
      ${toldDays === undefined ? null : daysAgo(toldDays)})`.execute(db)
}

async function storeRows(db: Db): Promise<void> {
  await sql`
    insert into changes (key, at) select 'bulk ' || n, ${daysAgo(31)}::timestamptz from generate_series(1, 2500) n
    union all select 'bulk young', ${daysAgo(29)}::timestamptz`.execute(db)
  await sql`
    insert into sent_orders (workflow, key, verb, digest, by, at)
    select 'w', 'bulk ' || n, 'v', 'd', 'U1', ${daysAgo(91)}::timestamptz from generate_series(1, 2500) n
    union all select 'w', 'bulk young', 'v', 'd', 'U1', ${daysAgo(89)}::timestamptz`.execute(db)
  await sql`
    insert into stage_calls (key, begun_at) select 'bulk ' || n, ${daysAgo(31)}::timestamptz from generate_series(1, 2500) n
    union all select 'bulk young', ${daysAgo(29)}::timestamptz`.execute(db)
}
