/** The schema at the start of bot and worker: waited for, or migrated if their role may do so. */
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { missingMigrations, reachOfRole } from '../db/database-role.js'
import { NewerSlipway, refuseOlder } from '../db/installation.js'
import { migrate } from '../db/migrate.js'
import type { Database } from '../db/tables.js'
import { NotYet } from './retry-until-up.js'
import { StartProblem } from './start-problem.js'
import { thisBuild } from './this-build.js'

/**
 * Throws {@link NotYet} while a migration is missing that this role cannot make, and {@link StartProblem} if a newer Slipway ran.
 * Warns if the role can migrate, because it can then also change history. The embedded server has no other role.
 */
export async function settleSchema(db: Kysely<Database>, log: Logger): Promise<void> {
  const reach = await reachOfRole(db)
  try {
    if (reach === 'service') await expectMigrations(db)
    // Without a schema, this says what is missing.
    else await migrate(db)
    await refuseOlder(db, thisBuild())
  } catch (error) {
    throw error instanceof NewerSlipway ? new StartProblem(`${error.message} ${wayBack}`) : error
  }
  if (reach === 'superuser' || reach === 'owner') log.warn({}, tooFar[reach])
}

async function expectMigrations(db: Kysely<Database>): Promise<void> {
  const missing = await missingMigrations(db)
  if (missing.length === 0) return
  throw new NotYet(
    `PostgreSQL lacks ${missing.join(', ')}: run npm run migrate, with DATABASE_OWNER_URL; waiting for it`,
  )
}

const wayBack =
  '→ start that Slipway or a newer one; to go back, restore the backup from before the upgrade (docs/runbook.md, "Going back")'
const fix =
  'so whoever has its password can change the audit trail; npm run migrate gives bot and worker a role of their own'
const tooFar = {
  superuser: `DATABASE_URL signs in as a superuser, ${fix}`,
  owner: `DATABASE_URL signs in as a role that may change the schema, ${fix}`,
} as const
