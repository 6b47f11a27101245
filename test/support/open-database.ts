import { type OpenDatabase, openDatabase } from '../../db/database.js'
import { grantTo } from '../../db/database-role.js'
import { migrate } from '../../db/migrate.js'
import { type DatabaseKind, testDatabases } from './databases.js'
import { saveShop } from './pipeline-rows.js'

/** An empty, migrated database with the app `shop`. */
export interface ReadyDatabase extends OpenDatabase {
  readonly url: string
}

/** On the first kind that this machine has, unless one is named. */
export async function readyDatabase({ start } = firstKind()): Promise<ReadyDatabase> {
  const database = await start()
  const { db, close } = openDatabase({ url: database.url, poolSize: 12 })
  await migrate(db)
  await saveShop(db)
  return {
    url: database.url,
    db,
    async close() {
      await close()
      await database.stop()
    },
  }
}

/** Migrates a server as its owner, and returns the address with the role of bot and worker. */
export async function serviceDatabase(ownerUrl: string): Promise<string> {
  const { db, close } = openDatabase({ url: ownerUrl, poolSize: 1 })
  const role = { name: 'slipway_app', password: 'of-bot-and-worker' }
  await migrate(db)
  await grantTo(db, role)
  await close()
  const url = new URL(ownerUrl)
  url.username = role.name
  url.password = role.password
  return url.href
}

function firstKind(): DatabaseKind {
  const [kind] = testDatabases()
  if (kind === undefined) throw new Error('no database to test on')
  return kind
}
