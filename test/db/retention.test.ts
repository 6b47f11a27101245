import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runRetention } from '../../compose/retention.js'
import { retainedRows } from '../../db/prune.js'
import { createRelease } from '../../db/repositories/create-release.js'
import { appendStageLog } from '../../db/repositories/stage-logs.js'
import type { DeploymentId, ReleaseId } from '../../domain/identifiers.js'
import { NOTHING, type Retained } from '../../domain/retention.js'
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
import { KEEP, prune } from '../support/retention.js'
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
          host: 'h',
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

    expect(await prune(open.db, 'logs', 30)).toBe(gone.length)
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

    await prune(open.db, 'logs', 30)

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

    await prune(open.db, 'logs', 30)

    expect(await logOf(logged)).toBe(1)
  })

  test('[S1.13] the log of a build goes with the last that needs what it built', async () => {
    const build = async (seed: string): Promise<string> => {
      const id = `bld_${seed}`
      const key = `${id}/build/1`
      await sql`
        insert into builds (id, app, commit, definition, state, claimed_by, run)
        values (${id}, ${shop}, ${commitOf(seed)}, 'd', 'failed', 'one', 1)`.execute(open.db)
      await sql`
        insert into stage_runs (key, app, attempt, stage, run, verdict, tail, started_at, finished_at)
        values (${key}, ${shop}, 1, 'build', 1, 'failed', '', ${OLD}, ${OLD})`.execute(open.db)
      await appendStageLog(open.db, { key, at: 0, text: 'a line' })
      return key
    }
    await build('built for nothing')
    await build('built and gone')
    await old('superseded', 'six', { seed: 'built and gone' })
    const kept = [await build('built and waiting'), await build('built for an open release')]
    await old('awaiting_acceptance', 'six', { seed: 'built and waiting' })
    await createRelease(
      open.db,
      aCut(releaseId('building'), { commit: commitOf('built for an open release') }),
    )

    await prune(open.db, 'logs', 30)

    const left = await open.db.selectFrom('stage_logs').select('key').where('key', 'like', 'bld%').execute()
    expect(left.map(({ key }) => key).toSorted()).toEqual(kept.toSorted())
  })

  test('young logs stay', async () => {
    const id = await old('superseded', 'five')

    expect(await prune(open.db, 'logs', 36_500)).toBe(0)
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

    expect(await prune(open.db, 'logs', 30)).toBeGreaterThanOrEqual(601)
    expect(await logOf(id)).toBe(0)
  })

  test('each bound holds after a run, however much is old and although one kind cannot be removed', async () => {
    await storeOrders(open.db)
    await storeRows(open.db)
    const told: unknown[] = []
    const counted: Record<string, number> = {}
    const log = { info: (line: unknown) => told.push(line), warn: (line: unknown) => told.push(line) }
    const broken: Retained = {
      kind: 'jobs',
      find: async () => NOTHING,
      remove: () => Promise.reject(new Error('The disk is read-only')),
    }
    const rows = retainedRows(open.db, { ...KEEP, logs: 36_500 })
    const found = await Promise.all(rows.map((one) => one.find()))

    await runRetention([broken, ...rows], {
      log,
      onRemoved: (what, { count }) => (counted[what] = count),
      goesOn: () => true,
    })

    const went = {
      ...{ orders: 2_501, changes: 2_500, sent: 2_500, calls: 2_500, workers: 1 },
      ...{ logs: 0, buttons: 0, messages: 0, reports: 0 },
    }
    expect(counted).toEqual(went)
    expect(found.map(({ count }) => count)).toEqual(rows.map((one) => counted[one.kind]))
    expect(told[0]).toEqual({
      kind: 'jobs',
      err: expect.objectContaining({ message: 'The disk is read-only' }),
    })
    expect(told[1]).toEqual({ kind: 'orders', count: 2_501, bytes: expect.any(Number) })
    expect(await Promise.all(rows.map((one) => one.find()))).toEqual(rows.map(() => NOTHING))
    const hosts = await open.db.selectFrom('workers').select('host').execute()
    expect(hosts).toEqual([{ host: 'young' }])
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
      pruning.push(prune(open.db, 'orders', 90))
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
    insert into workers (host, sandbox, network, says, seen_at)
    values ('gone', 'off', 'open', '', ${daysAgo(31)}), ('young', 'off', 'open', '', ${daysAgo(29)})`.execute(
    db,
  )
  await sql`
    insert into stage_calls (key, begun_at) select 'bulk ' || n, ${daysAgo(31)}::timestamptz from generate_series(1, 2500) n
    union all select 'bulk young', ${daysAgo(29)}::timestamptz`.execute(db)
}
