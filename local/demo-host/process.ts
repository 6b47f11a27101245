/**
 * The demo host's own process: `process <data folder> <port> <folder of releases> <first port of the environments>`, with
 * its database and token in `DEMO_HOST_DATABASE_URL` and `DEMO_HOST_TOKEN`.
 */
import { z } from 'zod'
import { LOOPBACK } from '../ports.js'
import { openDatabase } from './database.js'
import { openEffects } from './effects.js'
import { Environments } from './environments.js'
import { createHostServer } from './server.js'

const port = z.coerce.number().int().positive()
const [folder, apiPort, releasesFrom, firstPort] = z
  .tuple([z.string().min(1), port, z.string().min(1), port])
  .parse(process.argv.slice(2))
const { DEMO_HOST_DATABASE_URL: databaseUrl, DEMO_HOST_TOKEN: token } = z
  .object({ DEMO_HOST_DATABASE_URL: z.string().min(1), DEMO_HOST_TOKEN: z.string().min(32) })
  .parse(process.env)

const database = openDatabase(databaseUrl)
const effects = openEffects(folder)
const environments = new Environments({
  folder,
  firstPort,
  database,
  effects,
  apiUrl: `http://${LOOPBACK}:${apiPort}/${token}`,
})
const server = createHostServer({ environments, database, effects, token, releasesFrom })
server.listen(apiPort, LOOPBACK)
await environments.resume()

process.once('SIGTERM', () => {
  server.closeAllConnections()
  server.close()
  void Promise.all([environments.stop(), database.close()]).finally(() => process.exit())
})
