import { type OpenDatabase, openDatabase } from '../../db/database.js'
import { migrate } from '../../db/migrate.js'
import type { DatabaseKind } from './databases.js'
import { saveShop } from './pipeline-rows.js'

/** An empty, migrated database with the app `shop`. */
export interface ReadyDatabase extends OpenDatabase {
  readonly url: string
}

export async function readyDatabase({ start }: DatabaseKind): Promise<ReadyDatabase> {
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
