import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { LOOPBACK } from './ports.js'
import { scriptArguments, startProcess, waitUntilReady } from './processes.js'

export interface EmbeddedPostgresPlan {
  /** Where its data is kept, found again at the next start; `null` keeps it in memory. */
  readonly dataFolder: string | null
  /** A free loopback port, e.g. from `pickPort`. */
  readonly port: number
}

export interface EmbeddedPostgres {
  readonly url: string
  /** Its process group, so that tests can kill it. */
  readonly pid: number
  /** Closes the database cleanly and ends its process. */
  stop(): Promise<void>
}

const START_TIMEOUT_MS = 60_000

/**
 * PGlite behind a socket, in a process of its own so that its work never blocks the caller's event loop. It takes up to
 * 100 connections and runs their transactions one after the other. Throws with the log's end when it does not start,
 * and when another living process uses the folder.
 */
export async function startEmbeddedPostgres({
  dataFolder,
  port,
}: EmbeddedPostgresPlan): Promise<EmbeddedPostgres> {
  const scratch = dataFolder === null ? mkdtempSync(join(tmpdir(), 'slipway-postgres-')) : null
  const folder = scratch ?? dataFolder ?? ''
  mkdirSync(folder, { recursive: true })
  const script = new URL('./postgres-process.js', import.meta.url)
  const running = await startProcess({
    name: 'postgres',
    command: process.execPath,
    arguments: [
      ...scriptArguments(script),
      String(port),
      dataFolder === null ? 'memory://' : join(folder, 'data'),
    ],
    logFile: join(folder, 'postgres.log'),
    lockFile: join(folder, 'postgres.lock'),
  })
  const url = `postgres://postgres:postgres@${LOOPBACK}:${port}/postgres`
  await waitUntilReady(running, { probe: () => answers(url), timeoutMs: START_TIMEOUT_MS })
  return {
    url,
    pid: running.pid,
    async stop() {
      await running.stop()
      if (scratch !== null) rmSync(scratch, { recursive: true, force: true })
    },
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  // Without a listener the loss of this connection would end our process.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query('select 1')
    return true
  } finally {
    await client.end()
  }
}
