/** The embedded PostgreSQL's process: `postgres-process <port> <data folder | memory://>`. Port 0 only creates the folder. */
import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { z } from 'zod'
import { LOOPBACK } from './ports.js'
import { keepQueriesWhole } from './serialize-queries.js'

const MOST_CONNECTIONS = 100

const [port, dataDir] = z
  .tuple([z.coerce.number().int().nonnegative(), z.string().min(1)])
  .parse(process.argv.slice(2))
const database = await PGlite.create({ dataDir })
if (port === 0) {
  await database.close()
} else {
  keepQueriesWhole(database)
  const server = new PGLiteSocketServer({
    db: database,
    host: LOOPBACK,
    port,
    maxConnections: MOST_CONNECTIONS,
  })
  await server.start()
  process.once('SIGTERM', () => {
    void server
      .stop()
      .then(() => database.close())
      .finally(() => process.exit())
  })
}
