import { Socket } from 'node:net'
import { callbackify } from 'node:util'
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
  /** Whose limits bind the statements, as {@link findLimits} found; ours unless given. */
  readonly limits?: Limits
}

/**
 * Who says after how long a statement and an idle transaction end: we, as each connection begins, or the role's settings.
 * A pooler in transaction mode takes no parameters of ours, since what it hands out is somebody else's next.
 */
export type Limits = 'ours' | 'of-the-role'

/** A pool of connections and how to end it. */
export interface OpenDatabase {
  readonly db: Kysely<Database>
  /** Ends every connection after its running statement. */
  close(): Promise<void>
}

const STATEMENT_TIMEOUT_MS = 10_000
const CONNECT_TIMEOUT_MS = 5_000
const IDLE_MS = 15_000
/** After a failover some connections may lead to what is only a copy now; none of them lives for ever. */
const LONGEST_LIFE_S = 600
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
 * Asks once whether the server takes our limits. Throws {@link NoLimits} when it does not and the role has none either, and
 * what the server or the network says when there is no connection.
 */
export async function findLimits(url: string): Promise<Limits> {
  try {
    const { statement, version } = await shownLimits(ownLimits(url, STATEMENT_TIMEOUT_MS))
    // The embedded one knows no limits: it runs one transaction after the other.
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
    if (!row) throw new Error('PostgreSQL did not say what its limits are')
    return row
  } finally {
    await client.end()
  }
}

/** What a connection of our own begins with. Its address may bring options, too: both count. */
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

/** After a failover a name may lead to the copy for a while: a connection that cannot write is none. */
async function refuseCopies(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ transaction_read_only: string }>('show transaction_read_only')
  if (rows[0]?.transaction_read_only !== 'off')
    throw new Error('PostgreSQL takes no writes here: it is a copy, or about to become the primary')
}

/** A peer that vanished without a word would otherwise hold its connection for the 15 minutes TCP needs to notice. */
function impatientSocket(silenceMs: number): Socket {
  const socket = new Socket()
  socket.setTimeout(silenceMs, () => {
    socket.destroy(new Error(`PostgreSQL said nothing for ${silenceMs} ms`))
  })
  return socket
}
