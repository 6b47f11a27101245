/** What bot and worker share: the database, Temporal and the gateway. Opened once, closed last. */
import { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import type { WorkerSettings } from '../config.js'
import { type OpenDatabase, openDatabase } from '../db/database.js'
import { recordSent } from '../db/sent-orders.js'
import { createGateway, type Gateway } from '../workflows/gateway.js'
import { untilItWorks } from './retry-until-up.js'
import { settleSchema } from './schema.js'
import { connectTemporal } from './temporal.js'

export interface Resources {
  readonly database: OpenDatabase
  readonly gateway: Gateway
  close(): Promise<void>
}

const POOL_SIZE = 10

/** Connects to PostgreSQL and Temporal, waiting for either as long as it must; so for a schema that is behind. */
export async function openResources(
  settings: WorkerSettings,
  log: Logger,
  signal: AbortSignal,
): Promise<Resources> {
  const database = openDatabase({ url: settings.databaseUrl, poolSize: POOL_SIZE }, (error) =>
    log.warn({ err: error }, 'A connection to PostgreSQL was lost'),
  )
  await untilItWorks(() => settleSchema(database.db, log), { what: 'PostgreSQL', log, signal })
  const connection = await untilItWorks(() => connectTemporal(settings), { what: 'Temporal', log, signal })
  const client = new Client({ connection, namespace: settings.temporalNamespace })
  return {
    database,
    gateway: createGateway(client, (sent) => recordSent(database.db, sent)),
    close: async () => {
      await connection.close()
      await database.close()
    },
  }
}
