/** What trains find in the record. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { knownApps, readTrains } from '../../db/queries/trains.js'
import { createRelease } from '../../db/repositories/create-release.js'
import { deleteRelease } from '../../db/repositories/delete-release.js'
import { recordChange } from '../../db/repositories/record-change.js'
import { openTrainRecords } from '../../db/trains.js'
import { emptyChange } from '../../domain/change.js'
import { newTrain } from '../../domain/train/state.js'
import { testDatabases } from '../support/databases.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'
import { aCut, anEnvironment, at, bob, change, commitOf, releaseId, shop } from '../support/pipeline-rows.js'
import { weekly } from '../support/train.js'

describe.each(testDatabases())('a train, on $kind PostgreSQL', (kind) => {
  let open: ReadyDatabase
  beforeAll(async () => {
    open = await readyDatabase(kind)
  })
  afterAll(() => open.close())

  test('comes after the newest cut that is still good, of a branch and not of what runs', async () => {
    const cut = (name: string, day: number, type = 'feature') =>
      createRelease(open.db, aCut(releaseId(name), { at: `2026-11-0${day}T09:00:00.000Z`, type }))
    await cut('ONE', 1)
    await cut('TWO', 2)
    await cut('DELETED', 3)
    await cut('ABANDONED', 4)
    await cut('HOTFIX', 5, 'hotfix')
    await deleteRelease(open.db, { id: releaseId('DELETED'), by: bob, at, key: 'delete/DELETED' })
    await sql`update releases set state = 'abandoned' where id = ${releaseId('ABANDONED')}`.execute(open.db)
    const [one, two] = [commitOf(releaseId('ONE')), commitOf(releaseId('TWO'))]
    // A pick changes nothing of where the branch was cut.
    await sql`insert into candidates (release_id, number, commit, state, picked)
      values (${releaseId('TWO')}, 2, ${commitOf('picked')}, 'building', '[]')`.execute(open.db)

    expect(await openTrainRecords(open.db).latestCuts(shop)).toEqual([
      { version: '2026.11.2', commit: two },
      { version: '2026.11.1', commit: one },
    ])
  })

  test('finds the freeze that lasts longest, and none that is over', async () => {
    const freeze = { owner: bob, reason: 'audit', since: at, until: '2026-12-01T00:00:00.000Z' }
    await change(open.db, { environment: anEnvironment('staging') })
    await change(open.db, { environment: anEnvironment('production', { freeze }) })
    const records = openTrainRecords(open.db)

    expect(await records.freezeOf(shop, '2026-11-30T23:59:59.999Z')).toEqual({
      ...{ reason: 'audit', until: freeze.until },
    })
    expect(await records.freezeOf(shop, freeze.until)).toBeNull()
  })

  test('is read as its workflow recorded it', async () => {
    const state = { ...newTrain(shop), seq: 1, train: weekly }
    await recordChange(open.db, { ...emptyChange(shop, 'train/1'), workflow: { id: 'train/shop', state } })

    expect(await readTrains(open.db, ['train/shop', 'train/web'])).toEqual([state])
    expect(await readTrains(open.db, [])).toEqual([])
    expect(await knownApps(open.db)).toContain(shop)
  })
})
