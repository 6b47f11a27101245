import { Socket } from 'node:net'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Database } from './tables.js'

/** Where the database is and how it is used. */
export interface DatabasePlan {
  readonly url: string
  /** How many connections this process may hold. */
  readonly poolSize: number
  /** After this the server ends a statement; 10 s unless given. */
  readonly statementTimeoutMs?: number
}

/** A pool of connections and how to end it. */
export interface OpenDatabase {
  readonly db: Kysely<Database>
  /** Ends every connection after its running statement. */
  close(): Promise<void>
}

const STATEMENT_TIMEOUT_MS = 10_000
const CONNECT_TIMEOUT_MS = 5_000
const IDLE_MS = 15_000
/** A process that stands still inside a transaction must not keep what it locked. */
const IDLE_IN_TRANSACTION_MS = 15_000
/** So does a host that vanished without a word: the server asks after it, and gives up after a minute. */
const SERVER_KEEP_ALIVE = '-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3'
/** How much longer than a statement may run a connection may be silent before it counts as lost. */
const SILENCE_MS = 20_000

/**
 * Opens the pool; nothing is connected yet, so a database that is down fails the first query and not the start.
 * `bigint` columns are ids and stay text; instants come back as `Date`; there are no `numeric` columns.
 */
export function openDatabase(
  { url, poolSize, statementTimeoutMs = STATEMENT_TIMEOUT_MS }: DatabasePlan,
  onLost: (error: Error) => void = () => undefined,
): OpenDatabase {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_MS,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    options: SERVER_KEEP_ALIVE,
    keepAlive: true,
    application_name: 'slipway',
    stream: () => impatientSocket(statementTimeoutMs + SILENCE_MS),
  })
  // Without listeners a lost connection would end the process: the pool listens only to idle ones, and replaces any.
  pool.on('error', onLost)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  return { db, close: () => db.destroy() }
}

/** A peer that vanished without a word would otherwise hold its connection for the 15 minutes TCP needs to notice. */
function impatientSocket(silenceMs: number): Socket {
  const socket = new Socket()
  socket.setTimeout(silenceMs, () => {
    socket.destroy(new Error(`PostgreSQL said nothing for ${silenceMs} ms`))
  })
  return socket
}
