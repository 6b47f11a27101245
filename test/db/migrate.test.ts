import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../db/database.js'
import { migrate } from '../../db/migrate.js'
import { type TestDatabase, testServers } from '../support/databases.js'

describe.each(testServers())('migrations on a $kind', ({ start }) => {
  let database: TestDatabase

  beforeAll(async () => {
    database = await start()
  })
  afterAll(() => database.stop())

  test('[O.6] replicas that start at the same moment migrate once, and again changes nothing', async () => {
    const replicas = [1, 2, 3].map(() => openDatabase({ url: database.url, poolSize: 3 }))

    await Promise.all(replicas.map(({ db }) => migrate(db)))
    await Promise.all(replicas.map(({ db }) => migrate(db)))

    const tables = await replicas[0]?.db.introspection.getTables()
    expect(tables?.map(({ name }) => name)).toContain('releases')
    await Promise.all(replicas.map((replica) => replica.close()))
  })
})
