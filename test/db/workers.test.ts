/** The workers that live, and what they leave waiting. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noRoomToBuild } from '../../db/queries/workers.js'
import { reportWorker } from '../../db/workers.js'
import type { WorkerStatus } from '../../domain/sandbox.js'
import { testDatabases } from '../support/databases.js'
import { commitOf } from '../support/lane.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'
import { shop } from '../support/pipeline-rows.js'

describe.each(testDatabases())('workers on $kind PostgreSQL', (kind) => {
  let open: ReadyDatabase
  beforeAll(async () => {
    open = await readyDatabase(kind)
  })
  afterAll(() => open.close())

  const worker = (host: string, given: Partial<WorkerStatus>): WorkerStatus => ({
    ...{ host, kind: 'bwrap', network: 'kept', says: '', runsOn: [], builds: 2, stages: 2 },
    lowDisk: null,
    ...given,
  })
  const noRoom = (label: string | null) => noRoomToBuild(open.db, { app: shop, commit: commitOf(1), label })

  test('have no room for a build when those that could take it have none, whatever others have', async () => {
    await reportWorker(open.db, worker('full', { lowDisk: '1 GiB of 100 GiB' }))
    await reportWorker(open.db, worker('other', { runsOn: ['gpu'] }))
    await reportWorker(open.db, worker('deploys', { builds: 0 }))
    const alone = [await noRoom(null), await noRoom('gpu')]
    await reportWorker(open.db, worker('empty', {}))

    expect([...alone, await noRoom(null)]).toEqual(['1 GiB of 100 GiB on full', null, null])
  })
})
