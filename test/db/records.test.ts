import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureButtons, findButton } from '../../db/buttons.js'
import { holdLeadership, releaseLeadership } from '../../db/leader.js'
import { readMutes, saveMute } from '../../db/mutes.js'
import { deploymentLog, stageLog } from '../../db/queries/deployment-log.js'
import { readApp, readConfigured, saveConfiguration } from '../../db/repositories/apps.js'
import { claimBuild, finishBuild, keepBuild, showBuildTail } from '../../db/repositories/builds.js'
import { appendStageLog } from '../../db/repositories/stage-logs.js'
import { anApp } from '../support/app-definition.js'
import { testDatabases } from '../support/databases.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'
import {
  aDeployment,
  alice,
  aStage,
  at,
  bob,
  change,
  commitOf,
  deploymentId,
  digestOf,
  shop,
} from '../support/pipeline-rows.js'
import { prune } from '../support/retention.js'
import { eventually } from '../support/until.js'

describe.each(testDatabases())('records on $kind PostgreSQL', (kind) => {
  let open: ReadyDatabase
  beforeAll(async () => {
    open = await readyDatabase(kind)
  })
  afterAll(() => open.close())

  describe('builds', () => {
    const order = (claimant: string, commit = commitOf('built')) => ({
      app: shop,
      commit,
      definition: 'definition',
      claimant,
      host: 'a-host',
      at,
    })
    const end = { tests: [], at, digest: null, reference: null, tail: '' }

    test('of claims at the same moment one runs, and its repeat is told so again', async () => {
      const claims = await Promise.all(
        ['a', 'b', 'c'].map((claimant) => claimBuild(open.db, order(claimant))),
      )
      expect(claims.map((claim) => claim.kind).toSorted()).toEqual(['run', 'running', 'running'])

      const winner = ['a', 'b', 'c'][claims.findIndex((claim) => claim.kind === 'run')] ?? ''
      expect(await claimBuild(open.db, order(winner))).toMatchObject({ kind: 'run', run: 1 })
    })

    test('a failed build is run again under the next run; a succeeded one never again', async () => {
      const mine = order('a', commitOf('again'))
      const { id } = await claimBuild(open.db, mine)
      await showBuildTail(open.db, { id, run: 1, tail: 'compiling' })
      expect(await finishBuild(open.db, { ...end, id, run: 1, state: 'failed', tail: 'broken' })).toBe(true)
      expect(await claimBuild(open.db, mine)).toEqual({ kind: 'run', id, run: 2 })

      const success = { ...end, id, state: 'succeeded', digest: digestOf('built') } as const
      expect(await finishBuild(open.db, { ...success, run: 1 })).toBe(false)
      expect(await finishBuild(open.db, { ...success, run: 2 })).toBe(true)
      expect(await finishBuild(open.db, { ...success, run: 2 })).toBe(false)
      expect(await claimBuild(open.db, mine)).toEqual({
        kind: 'succeeded',
        id,
        digest: digestOf('built'),
        reference: null,
      })
      await expect(
        sql`update builds set artifact_digest = ${digestOf('x')} where id = ${id}`.execute(open.db),
      ).rejects.toThrow('succeeded and never changes')
    })

    test('[D.5] its owner on another host runs it again, and so does whoever finds it silent; the lost run counts no more', async () => {
      const mine = order('a', commitOf('lost'))
      const { id } = await claimBuild(open.db, mine)
      expect(await claimBuild(open.db, { ...mine, host: 'next-host' })).toEqual({ kind: 'run', id, run: 2 })
      expect(await claimBuild(open.db, { ...mine, host: 'next-host' })).toEqual({ kind: 'run', id, run: 2 })

      const other = { ...mine, claimant: 'b' }
      expect(await claimBuild(open.db, other)).toEqual({ kind: 'running', id, run: 2 })
      const longAgo = sql`update builds set alive_at = clock_timestamp() - interval '3 minutes' where id = ${id}`
      await longAgo.execute(open.db)
      await keepBuild(open.db, { id, run: 1 })
      await keepBuild(open.db, { id, run: 2 })
      expect(await claimBuild(open.db, other)).toEqual({ kind: 'running', id, run: 2 })
      await longAgo.execute(open.db)
      // Its owner is back and goes on: nobody takes it from them then.
      expect(await claimBuild(open.db, { ...mine, host: 'next-host' })).toEqual({ kind: 'run', id, run: 2 })
      expect(await claimBuild(open.db, other)).toEqual({ kind: 'running', id, run: 2 })
      await longAgo.execute(open.db)
      expect(await claimBuild(open.db, other)).toEqual({ kind: 'run', id, run: 3 })
      expect(await finishBuild(open.db, { ...end, id, run: 2, state: 'failed' })).toBe(false)
    })

    test('a success without an artifact is impossible', async () => {
      const { id } = await claimBuild(open.db, order('a', commitOf('empty')))

      await expect(finishBuild(open.db, { ...end, id, run: 1, state: 'succeeded' })).rejects.toThrow(
        'builds_success_has_artifact',
      )
    })
  })

  test('a log that arrives in repeated and differently cut pieces reads as one', async () => {
    const id = deploymentId('LOG')
    const key = `${id}/patch/1`
    await change(open.db, {
      newDeployments: [aDeployment(id, 'staging')],
      stages: [{ ...aStage(id), verdict: 'failed', exitCode: 3, finishedAt: at }],
    })
    const pieces: readonly [number, string][] = [
      [0, 'hello '],
      [6, 'wor'],
      [6, 'world, this '],
      [6, 'world'],
      [12, ' this is'],
      [3, 'lo'],
      [18, 'is the log'],
    ]
    for (const [offset, text] of pieces) await appendStageLog(open.db, { key, at: offset, text })

    expect(await stageLog(open.db, key)).toBe('hello world, this is the log')
    expect(await deploymentLog(open.db, id)).toBe(
      '=== patch, attempt 1, run 1: failed, exit code 3 ===\nhello world, this is the log\n',
    )
    expect(await deploymentLog(open.db, deploymentId('NONE'))).toBeNull()
  })

  test('one leads until its lease ends or it steps down', async () => {
    const lead = (holder: string, leaseMs = 10_000) =>
      holdLeadership(open.db, { name: 'board', holder, leaseMs })

    const first = await Promise.all([lead('one'), lead('two'), lead('three')])
    expect(first.filter(Boolean)).toHaveLength(1)
    const leader = ['one', 'two', 'three'][first.indexOf(true)] ?? ''
    expect(await lead(leader, 2_000)).toBe(true)
    expect(await lead('four')).toBe(false)
    await eventually(() => lead('four'))
    await releaseLeadership(open.db, { name: 'board', holder: 'one' })
    expect(await lead('five')).toBe(leader === 'five')
    await releaseLeadership(open.db, { name: 'board', holder: 'four' })
    expect(await lead('five')).toBe(true)
  })

  test('a button keeps its meaning', async () => {
    await ensureButtons(open.db, [{ id: 'b1', target: { verb: 'approve', deployment: 'dep_1' } }])
    await ensureButtons(open.db, [
      { id: 'b1', target: { verb: 'delete' } },
      { id: 'b2', target: {} },
    ])

    expect(await findButton(open.db, 'b1')).toEqual({ verb: 'approve', deployment: 'dep_1' })
    expect(await findButton(open.db, 'b3')).toBeNull()
  })

  test('what was said of an app wins over what was said of all', async () => {
    await saveMute(open.db, alice, { app: shop, level: 'all' })
    await saveMute(open.db, alice, { app: null, level: 'none' })
    await saveMute(open.db, bob, { app: null, level: 'mine' })

    expect(await readMutes(open.db, shop, [alice, bob])).toEqual(
      new Map([
        [alice, 'all'],
        [bob, 'mine'],
      ]),
    )
  })

  test('configurations are kept by content, apps as they are now; old change keys are forgotten', async () => {
    const app = { ...anApp(), name: shop }
    await saveConfiguration(open.db, { hash: 'h', text: 'one', apps: [] })
    await saveConfiguration(open.db, { hash: 'h', text: 'one', apps: [app] })
    await change(open.db, {})

    expect(await readConfigured(open.db, 'h', shop)).toEqual(app)
    expect(await readConfigured(open.db, 'other', shop)).toBeNull()

    expect(await readApp(open.db, shop)).toMatchObject({ name: 'shop' })
    expect(await prune(open.db, 'changes', 1)).toBe(0)
    expect(await prune(open.db, 'changes', 0)).toBeGreaterThan(0)
  })
})
