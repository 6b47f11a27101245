/** What orders are resolved by. */
import type { Kysely } from 'kysely'
import type { Lookups } from '../bot/orders/handling.js'
import type { Reads } from '../bot/orders/reads.js'
import { deploymentsOfEnvironment } from '../db/queries/deployments-of-environment.js'
import type { Database } from '../db/tables.js'

/** How many of an environment's deployments are looked at. */
const RECENT = 20

export const lookupsOf = (db: Kysely<Database>, reads: Reads): Lookups => ({
  ...reads,
  inEnvironment: (app, environment) => deploymentsOfEnvironment(db, { app, environment }, RECENT),
})
