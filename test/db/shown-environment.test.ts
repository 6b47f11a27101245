/** Which cards a change of an environment has drawn again, and when. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRelease } from '../../db/repositories/create-release.js'
import type { ReleaseRecord } from '../../domain/change.js'
import type { ReleaseId } from '../../domain/identifiers.js'
import type { Setback } from '../../domain/reasons.js'
import { testDatabases } from '../support/databases.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'
import {
  aCut,
  aDeployment,
  aMove,
  anEnvironment,
  at,
  bob,
  change,
  commitOf,
  deploymentId,
  emptyDetail,
  environmentName,
  releaseId,
} from '../support/pipeline-rows.js'

function aRecord(id: ReleaseId, given: Partial<ReleaseRecord> = {}): ReleaseRecord {
  return {
    id,
    lifecycle: 'open',
    phase: 'testing',
    title: 'Summer sale',
    description: '',
    plannedAt: null,
    releasedAt: null,
    rolledBack: false,
    detail: emptyDetail,
    seq: 1,
    ...given,
  }
}

describe.each(testDatabases())('cards that show an environment on $kind PostgreSQL', (kind) => {
  let open: ReadyDatabase
  beforeAll(async () => {
    open = await readyDatabase(kind)
  })
  afterAll(() => open.close())

  async function cut(id: string): Promise<ReleaseId> {
    await createRelease(open.db, aCut(releaseId(id)))
    return releaseId(id)
  }
  const staleOf = async (id: ReleaseId) =>
    (
      await open.db
        .selectFrom('slack_messages')
        .select('stale')
        .where('key', '=', `card/${id}`)
        .executeTakeFirstOrThrow()
    ).stale

  test('an environment is written if newer, and the cards of what runs or is busy there go stale', async () => {
    const [old, busy, other] = [await cut('OLD'), await cut('BUSY'), await cut('OTHER')]
    const deployment = (id: ReleaseId, name: string, environment: string) =>
      aDeployment(deploymentId(name), environment, { releaseId: id, candidate: 1, commit: commitOf(id) })
    await change(open.db, {
      newDeployments: [
        deployment(old, 'OLD', 'production'),
        deployment(busy, 'BUSY', 'production'),
        deployment(other, 'OTHER', 'uat'),
      ],
      moves: [aMove(deploymentId('OLD'), 'running'), aMove(deploymentId('OLD'), 'accepted')],
    })
    const current = { currentDeployment: deploymentId('OLD') }
    await change(open.db, { environment: anEnvironment('production', { ...current, seq: 3 }) })
    const before = [await staleOf(old), await staleOf(busy), await staleOf(other)]

    const lock = { owner: bob, reason: 'inventory', since: at, until: null }
    await change(open.db, { environment: anEnvironment('production', { ...current, lock, seq: 4 }) })
    await change(open.db, { environment: anEnvironment('production', { ...current, seq: 2 }) })

    const row = await open.db
      .selectFrom('environments')
      .selectAll()
      .where('name', '=', environmentName('production'))
      .executeTakeFirst()
    expect(row).toMatchObject({ lock, seq: 4 })
    const after = [await staleOf(old), await staleOf(busy), await staleOf(other)]
    expect(after.map((stale, index) => stale - (before[index] ?? 0))).toEqual([2, 2, 1])
  })

  test('what is locked or opened is drawn on every card that may go there: busy ones now, idle ones in turn, newest first', async () => {
    const ids: ReleaseId[] = []
    for (const name of ['IDLE1', 'IDLE2', 'GONE', 'BACK', 'BUSYHERE']) ids.push(await cut(name))
    const [idle1, idle2, gone, back, busy] = ids as [ReleaseId, ReleaseId, ReleaseId, ReleaseId, ReleaseId]
    await change(open.db, { release: aRecord(gone, { lifecycle: 'released' }) })
    await change(open.db, { release: aRecord(back, { lifecycle: 'released', rolledBack: true }) })
    await change(open.db, {
      newDeployments: [
        aDeployment(deploymentId('BUSYHERE'), 'closing', {
          releaseId: busy,
          candidate: 1,
          commit: commitOf(busy),
        }),
      ],
    })
    await open.db
      .updateTable('slack_messages')
      .set((row) => ({ shown: row.ref('stale') }))
      .execute()
    const lock = { owner: bob, reason: 'inventory', since: at, until: null }
    let seq = 1
    const write = async (given: Partial<Parameters<typeof anEnvironment>[1]>) => {
      seq += 1
      await change(open.db, { environment: anEnvironment('closing', { seq, ...given }) })
    }
    const due = async () => {
      const { rows } = await sql<{ key: string; stale: boolean; wait: number | null }>`
        select key, stale > shown as stale, extract(epoch from next_at - clock_timestamp())::float as wait
        from slack_messages where key = any(${ids.map((id) => `card/${id}`)})`.execute(open.db)
      return ids.map((id) => rows.find(({ key }) => key === `card/${id}`))
    }

    await write({})
    const untouched = await due()
    await write({ lock })
    const locked = await due()
    await write({})
    const opened = await due()
    await change(open.db, { release: aRecord(idle1, { title: 'Renamed', seq: 9 }) })
    const [renamed] = await due()

    expect(untouched.map((one) => one?.stale)).toEqual([false, false, false, false, true])
    expect(locked.map((one) => one?.stale)).toEqual([true, true, false, true, true])
    expect(locked[4]?.wait).toBeNull()
    // Cut at the same moment, they go by their ids.
    const waits = [idle2, idle1, back].map((id) => locked[ids.indexOf(id)]?.wait ?? 0)
    expect(waits.toSorted((one, other) => one - other)).toEqual(waits)
    expect(waits[0]).toBeGreaterThan(2)
    expect((waits[1] ?? 0) - (waits[0] ?? 0)).toBeCloseTo(4, 0)
    for (const [index, one] of opened.entries()) {
      expect(one?.wait ?? 0).toBeLessThanOrEqual(locked[index]?.wait ?? 0)
    }
    // Its turn is over; a card that somebody pressed is held as long.
    expect(renamed?.stale).toBe(true)
    expect(renamed?.wait ?? 0).toBeLessThanOrEqual(1.5)
  })

  test('the card of what an environment remembers goes stale when that changes, and only then', async () => {
    const id = await cut('SETBACK')
    const setback: Setback = {
      ...{ deploymentId: deploymentId('SETBACK'), releaseId: id, version: null, candidate: 1 },
      ...{ commit: commitOf(id), digest: null, rolledBack: null },
      failed: {
        at,
        stage: 'patch',
        failure: { kind: 'exit', stage: 'patch', exit: { kind: 'exited', code: 1 } },
      },
    }
    const back: Setback = { ...setback, rolledBack: { at, by: bob, to: '2026.11.1-rc.1', reason: '' } }
    const stale: number[] = []
    for (const [index, setbacks] of [[setback], [setback], [back], [back], []].entries()) {
      const { detail } = anEnvironment('uat')
      const environment = anEnvironment('uat', { detail: { ...detail, setbacks }, seq: 10 + index })
      const before = await staleOf(id)
      await change(open.db, { environment })
      stale.push((await staleOf(id)) - before)
    }
    expect(stale).toEqual([1, 0, 1, 0, 1])
  })
})
