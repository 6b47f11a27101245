import { Socket } from 'node:net'
import { callbackify } from 'node:util'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Database } from './tables.js'

/** Where the database is and how it is used. */
export interface DatabasePlan {
  readonly url: string
  /** The most connections this process may open. */
  readonly poolSize: number
  /** When the server cancels a statement; 10 s by default. */
  readonly statementTimeoutMs?: number
  /** Whose limits apply to statements, as returned by {@link findLimits}; ours by default. */
  readonly limits?: Limits
}

/**
 * Who sets the timeouts for statements and idle transactions: Slipway, when each connection begins, or the role's settings. A
 * pooler in transaction mode accepts no parameters from us, since it hands its connections on to others.
 */
export type Limits = 'ours' | 'of-the-role'

/** A pool of connections and how to end it. */
export interface OpenDatabase {
  readonly db: Kysely<Database>
  /** Closes every connection after its running statement. */
  close(): Promise<void>
}

const STATEMENT_TIMEOUT_MS = 10_000
const CONNECT_TIMEOUT_MS = 5_000
const IDLE_MS = 15_000
/** After a failover some connections may lead to what is now a standby, so no connection lives longer than this. */
const LONGEST_LIFE_S = 600
/** A process that hangs inside a transaction must not keep its locks. */
const IDLE_IN_TRANSACTION_MS = 15_000
/** Nor must a host that vanished silently: the server probes it, and gives up after a minute. */
const SERVER_KEEP_ALIVE = '-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3'
/** How much longer than the statement timeout a connection may be silent before it counts as lost. */
const SILENCE_MS = 20_000

/**
 * Opens the pool without connecting, so a database that is down fails the first query and not startup. `bigint` columns are ids
 * and stay text; instants are returned as `Date`; there are no `numeric` columns.
 */
export function openDatabase(
  { url, poolSize, statementTimeoutMs = STATEMENT_TIMEOUT_MS, limits = 'ours' }: DatabasePlan,
  onLost: (error: Error) => void = () => undefined,
): OpenDatabase {
  const pool = new pg.Pool({
    ...(limits === 'ours' ? ownLimits(url, statementTimeoutMs) : { connectionString: url }),
    max: poolSize,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_MS,
    maxLifetimeSeconds: LONGEST_LIFE_S,
    keepAlive: true,
    application_name: 'slipway',
    stream: () => impatientSocket(statementTimeoutMs + SILENCE_MS),
    verify: callbackify(refuseCopies),
  })
  // Without listeners a lost connection would end the process: the pool listens only to idle ones, and replaces any.
  pool.on('error', onLost)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  return { db, close: () => db.destroy() }
}

/** PostgreSQL answered without the limits that Slipway needs: a person has to set them. */
export class NoLimits extends Error {
  override readonly name = 'NoLimits'
}

/**
 * Checks once whether the server accepts our limits. Throws {@link NoLimits} when it does not and the role has none either, and
 * the server's or the network's error when there is no connection.
 */
export async function findLimits(url: string): Promise<Limits> {
  try {
    const { statement, version } = await shownLimits(ownLimits(url, STATEMENT_TIMEOUT_MS))
    // The embedded server has no limits: it runs one transaction after the other.
    if (statement === STATEMENT_TIMEOUT_MS || /PGlite/.test(version)) return 'ours'
  } catch (error) {
    if (!(error instanceof Error) || !/startup parameter/.test(error.message)) throw error
  }
  const { statement, idle } = await shownLimits({ connectionString: url })
  if (statement > 0 && idle > 0) return 'of-the-role'
  throw new NoLimits(
    'Neither the connection nor its role limits how long a statement or a transaction may take.',
  )
}

async function shownLimits(
  config: pg.ClientConfig,
): Promise<{ readonly statement: number; readonly idle: number; readonly version: string }> {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: CONNECT_TIMEOUT_MS })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<{ statement: number; idle: number; version: string }>(
      `select version(), (select setting::int from pg_settings where name = 'statement_timeout') as statement,
         (select setting::int from pg_settings where name = 'idle_in_transaction_session_timeout') as idle`,
    )
    const [row] = rows
    if (!row) throw new Error('PostgreSQL did not report its limits')
    return row
  } finally {
    await client.end()
  }
}

/** The parameters of our own connections. The URL may contain options too: both apply. */
function ownLimits(url: string, statementTimeoutMs: number): pg.ClientConfig {
  const address = new URL(url)
  const given = address.searchParams.get('options')
  address.searchParams.set('options', [given, SERVER_KEEP_ALIVE].filter(Boolean).join(' '))
  return {
    connectionString: address.href,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  }
}

/** After a failover a name may lead to the standby for a while: a connection that cannot write is refused. */
async function refuseCopies(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ transaction_read_only: string }>('show transaction_read_only')
  if (rows[0]?.transaction_read_only !== 'off')
    throw new Error('PostgreSQL is read-only here: it is a standby, or about to become the primary')
}

/** A peer that vanished silently would otherwise keep its connection for the 15 minutes TCP needs to notice. */
function impatientSocket(silenceMs: number): Socket {
  const socket = new Socket()
  socket.setTimeout(silenceMs, () => {
    socket.destroy(new Error(`PostgreSQL sent nothing for ${silenceMs} ms`))
  })
  return socket
}
