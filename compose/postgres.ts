/** The connection to PostgreSQL, and explanations of why it fails. */
import type { Logger } from 'pino'
import { trustsAnyServer, type WorkerSettings } from '../config.js'
import { findLimits, type Limits, NoLimits, type OpenDatabase, openDatabase } from '../db/database.js'
import { sqlState } from '../db/transaction.js'
import { untilItWorks } from './retry-until-up.js'
import { settleSchema } from './schema.js'
import { StartProblem } from './start-problem.js'

export interface Postgres {
  readonly database: OpenDatabase
  /** For additional pools on the same server. */
  readonly limits: Limits
}

const POOL_SIZE = 10

/**
 * Waits as long as necessary for PostgreSQL and its schema. Throws {@link StartProblem} for problems that waiting does not fix.
 */
export async function openPostgres(
  { databaseUrl: url }: Pick<WorkerSettings, 'databaseUrl'>,
  log: Logger,
  signal: AbortSignal,
): Promise<Postgres> {
  const patience = { what: 'PostgreSQL', log, signal }
  if (trustsAnyServer(url))
    log.warn(
      {},
      'PostgreSQL is reached by TLS without verifying the server; sslmode=verify-full with sslrootcert verifies it',
    )
  const limits = await untilItWorks(() => findLimits(url).catch(explain(url)), patience)
  const database = openDatabase({ url, poolSize: POOL_SIZE, limits }, (error) =>
    log.warn({ err: error }, 'A connection to PostgreSQL was lost'),
  )
  await untilItWorks(() => settleSchema(database.db, log).catch(explain(url)), patience)
  return { database, limits }
}

function explain(url: string): (error: unknown) => never {
  return (error) => {
    const why = whyNot(error, new URL(url))
    throw why === null
      ? error
      : new StartProblem(`PostgreSQL at ${new URL(url).host}: ${why}`, { cause: error })
  }
}

/** What is wrong → what to do; null when it may be temporary. */
function whyNot(error: unknown, { username, pathname }: URL): string | null {
  if (!(error instanceof Error)) return null
  const role = decodeURIComponent(username) || 'slipway'
  if (error instanceof NoLimits)
    return `${limitsMissing} → run once: ${limitsOf(role)}; then let the pooler reconnect`
  const state = sqlState(error) ?? ''
  const say = explanations[state] ?? (state === POOLER ? saidByPooler(error.message) : null)
  if (say) return say({ said: error.message, role, database: decodeURIComponent(pathname.slice(1)) || role })
  if (/does not support SSL/.test(error.message))
    return 'it speaks no TLS → take sslmode out of DATABASE_URL, or turn TLS on there'
  if (CERTIFICATE.test(state))
    return `its certificate is not trusted (${error.message}) → add sslrootcert=/path/of/its/authority.crt to DATABASE_URL`
  return null
}

const limitsMissing =
  'nothing limits how long a statement may take, so that one that hangs would hold up everything; behind a pooler the role has to'

const limitsOf = (role: string): string =>
  [`statement_timeout = '10s'`, `idle_in_transaction_session_timeout = '15s'`]
    .map((limit) => `alter role "${role}" set ${limit}`)
    .join('; ')

const CERTIFICATE =
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|ERR_TLS_CERT_|CERT_)/

/** A pooler uses one code for every refusal. */
const POOLER = '08P01'

function saidByPooler(message: string): Explanation | null {
  if (/authentication failed|no such user/.test(message)) return explanations['28P01'] ?? null
  return /no such database/.test(message) ? (explanations['3D000'] ?? null) : null
}

type Explanation = (refused: Refused) => string

interface Refused {
  /** The server's message; contains no secret. */
  readonly said: string
  readonly role: string
  readonly database: string
}

const ownSchema = ({ role }: Refused): string =>
  `run npm run migrate with DATABASE_OWNER_URL, or give it a schema of its own: create schema slipway authorization "${role}"; alter role "${role}" set search_path = slipway`

const explanations: Readonly<Record<string, Explanation>> = {
  '28P01': ({ role }) => `it does not take the password of ${role} → set the right one in DATABASE_URL`,
  '28000': ({ said }) =>
    `it does not let us in (${said}) → allow it in pg_hba.conf, or add sslmode=require to DATABASE_URL`,
  '3D000': ({ database }) => `there is no database ${database} → create it, or name another in DATABASE_URL`,
  '3F000': (refused) => `there is no schema in which ${refused.role} may make tables → ${ownSchema(refused)}`,
  '42501': (refused) => `${refused.role} may not do that (${refused.said}) → ${ownSchema(refused)}`,
}
