import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { LOOPBACK } from './ports.js'
import { prepareDataFolder } from './postgres-folder.js'
import {
  type ProcessPlan,
  START_TIMEOUT_MS,
  scriptArguments,
  startProcess,
  waitUntilReady,
} from './processes.js'

export interface EmbeddedPostgresPlan {
  /** The data folder, reused at the next start; `null` keeps data in memory. */
  readonly dataFolder: string | null
  /** A free loopback port, e.g. from `pickPort`. */
  readonly port: number
  /** Keeps an empty database, e.g. in the cache, to copy new data folders from: saves seconds and memory. */
  readonly templateFolder?: string
}

export interface EmbeddedPostgres {
  readonly url: string
  /** Its process group, so that tests can kill it. */
  readonly pid: number
  /** Closes the database cleanly and ends its process. */
  stop(): Promise<void>
}

/** Creating an empty database runs its code once: optimizing that code would cost another second of CPU time. */
const ONCE = '--liftoff-only'
const IN_MEMORY = 'memory://'

/**
 * PGlite behind a socket, in its own process so that its work never blocks the caller's event loop. It accepts up to
 * 100 connections and runs their transactions one after the other. Throws with the end of its log if it does not start,
 * and if another living process uses the folder.
 */
export async function startEmbeddedPostgres(plan: EmbeddedPostgresPlan): Promise<EmbeddedPostgres> {
  const { dataFolder, port, templateFolder = null } = plan
  const folder = dataFolder ?? mkdtempSync(join(tmpdir(), 'slipway-postgres-'))
  mkdirSync(folder, { recursive: true })
  const data = dataFolder === null ? IN_MEMORY : await prepare(folder, templateFolder)
  const running = await startProcess(processPlan(folder, data, port))
  const url = `postgres://postgres:postgres@${LOOPBACK}:${port}/postgres`
  await waitUntilReady(running, { probe: () => answers(url), timeoutMs: START_TIMEOUT_MS })
  return {
    url,
    pid: running.pid,
    async stop() {
      await running.stop()
      if (dataFolder === null) rmSync(folder, { recursive: true, force: true })
    },
  }
}

function prepare(folder: string, templateFolder: string | null): Promise<string> {
  const make = (data: string) => processPlan(folder, data, 0)
  return prepareDataFolder({ folder, templateFolder, make, lockFile: lockOf(folder) })
}

/** Serves the data on a port; with port 0 only makes it. */
function processPlan(folder: string, data: string, port: number): ProcessPlan {
  const script = new URL('./postgres-process.js', import.meta.url)
  return {
    name: 'postgres',
    command: process.execPath,
    arguments: [...(port === 0 ? [ONCE] : []), ...scriptArguments(script), String(port), data],
    logFile: join(folder, 'postgres.log'),
    lockFile: lockOf(folder),
  }
}

const lockOf = (folder: string): string => join(folder, 'postgres.lock')

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
