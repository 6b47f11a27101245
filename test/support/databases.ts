/** Throw-away databases of both kinds: the embedded one, and a server of Debian's PostgreSQL. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { pickPort } from '../../local/ports.js'
import { startEmbeddedPostgres } from '../../local/postgres.js'
import { cacheFolder } from './cache-folder.js'
import { isLongRun } from './extent.js'
import { until } from './until.js'

/** A running, empty database. */
export interface TestDatabase {
  readonly url: string
  /** Creates another database on the same server and returns its address; null if a server has only one. */
  readonly another: (() => Promise<string>) | null
  stop(): Promise<void>
}

/** How to start one kind; `kind` titles the tests that run on it. */
export interface DatabaseKind {
  readonly kind: 'embedded' | 'server'
  start(): Promise<TestDatabase>
}

const kinds: readonly DatabaseKind[] = [
  { kind: 'embedded', start: startEmbedded },
  { kind: 'server', start: startDebian },
]

/**
 * Both kinds that this machine has, for tests of what differs between them. `SLIPWAY_TEST_DATABASE` names one. For
 * `describe.each(…)`.
 */
export function bothDatabases(): readonly DatabaseKind[] {
  const wanted = process.env['SLIPWAY_TEST_DATABASE']
  if (wanted !== undefined) return kinds.filter(({ kind }) => kind === wanted)
  return kinds.filter(({ kind }) => kind === 'embedded' || serverFolder() !== null)
}

/** The kind to test on: a server if one is installed, else the embedded one; in the long run both. */
export const testDatabases = (): readonly DatabaseKind[] =>
  isLongRun ? bothDatabases() : bothDatabases().slice(-1)

/** Only the server, empty if it is not installed: for races, which the embedded one cannot have. */
export function testServers(): readonly DatabaseKind[] {
  return testDatabases().filter(({ kind }) => kind === 'server')
}

/** A copy of the empty database in the cache: creating one takes two seconds of CPU time. */
async function startEmbedded(): Promise<TestDatabase> {
  const { port } = await pickPort(0)
  const dataFolder = mkdtempSync(join(tmpdir(), 'slipway-embedded-'))
  const templateFolder = join(cacheFolder(), 'postgres-template')
  const running = await startEmbeddedPostgres({ dataFolder, templateFolder, port })
  return {
    url: running.url,
    another: null,
    async stop() {
      await running.stop()
      rmSync(dataFolder, { recursive: true, force: true })
    },
  }
}

async function startDebian(): Promise<TestDatabase> {
  const { address, stop } = await startServer(testPrograms)
  return {
    url: `${address}/postgres`,
    async another() {
      await onServer(`${address}/postgres`, (client) => client.query('create database another'))
      return `${address}/another`
    },
    stop,
  }
}

/** The folder of the installed server's programs; throws if none is installed. */
export function testPrograms(): string {
  const found = serverFolder()
  if (found === null) throw new Error('PostgreSQL is not installed; set SLIPWAY_TEST_POSTGRES_BIN.')
  return found
}

/** A running server without a password. */
export interface ServerPlan {
  /** Its address without a database. */
  readonly address: string
  readonly port: number
  /** A data folder of its own, removed when it stops. */
  readonly folder: string
  /** Kills it like a lost host, and restarts it on what it had written. */
  crash(): Promise<void>
  stop(): Promise<void>
}

/** Starts an empty server with the programs in the folder that `programs` creates or finds; `more` are server settings. */
export async function startServer(
  programs: (folder: string) => string,
  more: Readonly<Record<string, string>> = {},
): Promise<ServerPlan> {
  const { port } = await pickPort(0)
  const folder = mkdtempSync(join(tmpdir(), 'slipway-server-'))
  const user = serverUser()
  if (user !== null) chownSync(folder, user.uid, user.gid)
  const as = { ...user, cwd: folder }
  const bin = programs(folder)
  const data = join(folder, 'data')
  execFileSync('cp', ['-a', emptyData(bin, user), data], { stdio: 'pipe' })

  const settings = Object.entries({
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    // Nothing here survives a crash of the machine; committed data survives a crash of the server.
    fsync: 'off',
    full_page_writes: 'off',
    shared_buffers: '32MB',
    max_connections: '100',
    ...more,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const address = `postgres://postgres@127.0.0.1:${port}`
  const begin = async (): Promise<ChildProcess> => {
    const child = spawn(join(bin, 'postgres'), ['-D', data, ...settings], { ...as, stdio: 'ignore' })
    await waitUntilAnswers(`${address}/postgres`, child)
    return child
  }
  let server = await begin()
  return {
    address,
    port,
    folder,
    async crash() {
      await ended(server, 'SIGQUIT')
      server = await begin()
    },
    async stop() {
      await ended(server)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The data folder of an empty server, made once: that takes a second of CPU time, and a copy a tenth. */
function emptyData(bin: string, user: ReturnType<typeof serverUser>): string {
  const version = execFileSync(join(bin, 'postgres'), ['--version'], { ...user, encoding: 'utf8' }).trim()
  const kept = join(cacheFolder(), `empty ${version.replaceAll('/', '-')}`)
  if (existsSync(kept)) return kept
  // The server's user may not be able to reach the cache.
  mkdirSync(cacheFolder(), { recursive: true })
  const making = mkdtempSync(join(tmpdir(), 'slipway-initdb-'))
  if (user !== null) chownSync(making, user.uid, user.gid)
  const data = join(making, 'data')
  const fast = [
    '--no-sync',
    '--encoding=UTF8',
    '--locale=C',
    '--auth=trust',
    '--username=postgres',
    '--wal-segsize=1',
  ]
  execFileSync(join(bin, 'initdb'), ['-D', data, ...fast], { ...user, cwd: making, stdio: 'pipe' })
  const own = `${kept}.${process.pid}`
  execFileSync('cp', ['-a', data, own], { stdio: 'pipe' })
  rmSync(making, { recursive: true, force: true })
  try {
    renameSync(own, kept)
  } catch {
    // Another process was first.
    rmSync(own, { recursive: true, force: true })
  }
  return kept
}

/** The folder where Debian has the newest server, or `SLIPWAY_TEST_POSTGRES_BIN`. */
function serverFolder(): string | null {
  const given = process.env['SLIPWAY_TEST_POSTGRES_BIN']
  if (given !== undefined) return given
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return null
  const newest = readdirSync(root).toSorted((one, other) => Number(other) - Number(one))[0]
  return newest === undefined ? null : join(root, newest, 'bin')
}

/** PostgreSQL refuses to run as root; then it runs as Debian's user for it. */
export function serverUser(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null
  const line = readFileSync('/etc/passwd', 'utf8').match(/^postgres:[^:]*:(\d+):(\d+):/m)
  if (line === null) throw new Error('PostgreSQL cannot run as root, and there is no user postgres.')
  return { uid: Number(line[1]), gid: Number(line[2]) }
}

/** Runs something on a separate connection. */
export async function onServer<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

async function waitUntilAnswers(url: string, server: ChildProcess): Promise<void> {
  const end = await until('PostgreSQL to answer', async () => {
    if (server.exitCode !== null) return `PostgreSQL ended with exit code ${server.exitCode}`
    return onServer(url, async () => 'it answers' as const)
  })
  if (end !== 'it answers') throw new Error(end)
}

/** SIGINT is a fast shutdown for PostgreSQL and its pooler: it ends the connections and leaves no process behind. */
export function ended(server: ChildProcess, signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
  return new Promise((resolve) => {
    if (server.exitCode !== null || server.signalCode !== null) resolve()
    server.once('exit', () => resolve())
    server.kill(signal)
  })
}
