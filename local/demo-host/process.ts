/** The demo host's own process: `process <data folder> <port> <database url> <first port of the environments>`. */
import { z } from 'zod'
import { LOOPBACK } from '../ports.js'
import { openDatabase } from './database.js'
import { openEffects } from './effects.js'
import { Environments } from './environments.js'
import { createHostServer } from './server.js'

const port = z.coerce.number().int().positive()
const [folder, apiPort, databaseUrl, firstPort] = z
  .tuple([z.string().min(1), port, z.string().min(1), port])
  .parse(process.argv.slice(2))

const database = openDatabase(databaseUrl)
const effects = openEffects(folder)
const environments = new Environments({
  folder,
  firstPort,
  database,
  effects,
  apiUrl: `http://${LOOPBACK}:${apiPort}`,
})
const server = createHostServer({ environments, database, effects })
server.listen(apiPort, LOOPBACK)
await environments.resume()

process.once('SIGTERM', () => {
  server.closeAllConnections()
  server.close()
  void Promise.all([environments.stop(), database.close()]).finally(() => process.exit())
})
