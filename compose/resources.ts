/** Shared by bot and worker: the database, Temporal and the gateway. Opened once, closed last. */
import { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import type { WorkerSettings } from '../config.js'
import { recordSent } from '../db/sent-orders.js'
import { noTraces, type Traces } from '../domain/traces.js'
import { createGateway, type Gateway } from '../workflows/gateway.js'
import { placing } from '../workflows/gateway-placement.js'
import { dataConverterOf } from './payload-codec.js'
import { openPostgres, type Postgres } from './postgres.js'
import { expectReadable } from './readable.js'
import { untilItWorks } from './retry-until-up.js'
import { checkSearchAttributes, connectTemporal } from './temporal.js'
import { followCalls } from './traces.js'

export interface Resources extends Postgres {
  readonly gateway: Gateway
  readonly client: Client
  close(): Promise<void>
}

/** Connects to PostgreSQL and Temporal; waits as long as necessary for either, and for an outdated schema. */
export async function openResources(
  settings: WorkerSettings,
  log: Logger,
  signal: AbortSignal,
  traces: Traces = noTraces,
): Promise<Resources> {
  const postgres = await openPostgres(settings, log, signal)
  const connection = await untilItWorks(() => connectTemporal(settings), { what: 'Temporal', log, signal })
  await untilItWorks(() => checkSearchAttributes(connection, settings), { what: 'Temporal', log, signal })
  const client = new Client({
    connection,
    namespace: settings.temporalNamespace,
    dataConverter: dataConverterOf(settings.encryption),
    interceptors: { workflow: [placing(settings.temporalPlacement), followCalls(traces)] },
  })
  await untilItWorks(() => expectReadable(client, settings), { what: 'Temporal', log, signal })
  return {
    ...postgres,
    client,
    gateway: createGateway(client, (sent) => recordSent(postgres.database.db, sent)),
    close: async () => {
      await connection.close()
      await postgres.database.close()
    },
  }
}
