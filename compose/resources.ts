/** What bot and worker share: the database, Temporal and the gateway. Opened once, closed last. */
import { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import type { WorkerSettings } from '../config.js'
import { recordSent } from '../db/sent-orders.js'
import { createGateway, type Gateway } from '../workflows/gateway.js'
import { openPostgres, type Postgres } from './postgres.js'
import { untilItWorks } from './retry-until-up.js'
import { connectTemporal } from './temporal.js'

export interface Resources extends Postgres {
  readonly gateway: Gateway
  close(): Promise<void>
}

/** Connects to PostgreSQL and Temporal, waiting for either as long as it must, and brings the schema up to date. */
export async function openResources(
  settings: WorkerSettings,
  log: Logger,
  signal: AbortSignal,
): Promise<Resources> {
  const postgres = await openPostgres(settings, log, signal)
  const connection = await untilItWorks(() => connectTemporal(settings), { what: 'Temporal', log, signal })
  const client = new Client({ connection, namespace: settings.temporalNamespace })
  return {
    ...postgres,
    gateway: createGateway(client, (sent) => recordSent(postgres.database.db, sent)),
    close: async () => {
      await connection.close()
      await postgres.database.close()
    },
  }
}
