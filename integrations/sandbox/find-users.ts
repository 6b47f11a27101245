import { chmod, chown, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { SandboxStatus } from '../../domain/sandbox.js'
import { runProgram } from '../host/run-program.js'
import type { UidRange } from './app-home.js'
import { findProgram } from './find-tools.js'
import { asUser } from './job-user.js'

/** The `user` sandbox: a separate user for each command. */
export interface UserSandbox {
  readonly kind: 'user'
  readonly status: SandboxStatus
  readonly setpriv: string
  readonly uids: UidRange
  /** The folder that records which users are in use. */
  readonly locks: string
}

/** The capabilities for changing owners, becoming another user, and killing its processes, by bit. */
const capabilities = {
  chown: 0,
  dac_override: 1,
  fowner: 3,
  kill: 5,
  setgid: 6,
  setuid: 7,
  setpcap: 8,
}

/** Parents of commands' folders: each user may traverse them to its own files, but not list them. */
const passages = ['work', 'jobs', 'user-homes', 'checkouts']
/** Only root writes there. */
const MACHINE_LOCKS = '/run/slipway-uids'
const PASSAGE = 0o711

/** Tests it with a command that does nothing. Returns a text if it does not work here: why. */
export async function findUsers({
  uids,
  path: searchPath,
  dataFolder,
}: {
  readonly uids: UidRange
  readonly path: string
  readonly dataFolder: string
}): Promise<UserSandbox | string> {
  if (process.platform !== 'linux') return 'it is for Linux only'
  const missing = missingCapabilities(await readFile('/proc/self/status', 'utf8'))
  if (missing.length > 0) {
    return `Slipway was not started as root, and lacks the capabilities ${missing.join(', ')}. Start it as root, or as another user with these`
  }
  const setpriv = await findProgram('setpriv', searchPath)
  if (setpriv === null) return 'setpriv (util-linux) is not installed'
  const locks = await lockFolder(dataFolder)
  await mkdir(locks, { recursive: true, mode: 0o700 })
  await openPassages(dataFolder)
  const fault = await tryUser({ setpriv, uid: uids.first, gid: uids.first }, dataFolder)
  if (fault !== null) {
    await closePassage(dataFolder)
    return fault
  }
  const says = `Each stage runs as a user of its own (${uids.first} to ${uids.last}): it reads no file, process or secret of Slipway or of other apps. All reach by network whatever this machine reaches: only their own credentials protect PostgreSQL and Temporal`
  return { kind: 'user', status: { kind: 'user', network: 'host-only', says }, setpriv, uids, locks }
}

/** The capabilities that a process lacks, from its `/proc/PID/status`. */
export function missingCapabilities(status: string): readonly string[] {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  return Object.entries(capabilities)
    .filter(([, bit]) => ((effective >> BigInt(bit)) & 1n) === 0n)
    .map(([name]) => name)
}

/** The folder that records users in use: shared by all Slipways of this machine where root provides one. */
async function lockFolder(dataFolder: string): Promise<string> {
  try {
    await mkdir(MACHINE_LOCKS, { recursive: true, mode: 0o700 })
    return MACHINE_LOCKS
  } catch {
    return path.join(dataFolder, 'uids')
  }
}

/** Everything else in there is private, whatever its name. */
async function openPassages(dataFolder: string): Promise<void> {
  for (const name of passages) await mkdir(path.join(dataFolder, name), { recursive: true })
  for (const name of ['artifacts', 'dispatches', 'git']) {
    await mkdir(path.join(dataFolder, name), { recursive: true })
  }
  for (const entry of await readdir(dataFolder, { withFileTypes: true })) {
    const place = path.join(dataFolder, entry.name)
    if (entry.isDirectory()) await chmod(place, passages.includes(entry.name) ? PASSAGE : 0o700)
    else if (entry.isFile()) await chmod(place, 0o600)
  }
  await chmod(dataFolder, PASSAGE)
}

/** Called where commands no longer run as other users. A volume that somebody else owns cannot be closed; startup says so. */
export async function closePassage(dataFolder: string): Promise<void> {
  const { mode } = await stat(dataFolder)
  if ((mode & 0o777) !== PASSAGE) return
  await chmod(dataFolder, 0o700)
}

/** Null if it works. */
async function tryUser(user: Parameters<typeof asUser>[0], dataFolder: string): Promise<string | null> {
  const folder = path.join(dataFolder, 'work', `.try-${process.pid}`)
  const secret = path.join(dataFolder, 'work', `.secret-${process.pid}`)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await chown(folder, user.uid, user.gid)
    await writeFile(secret, 'x', { mode: 0o600 })
    const [program = '', ...rest] = asUser(user)
    const look = 'cat "$1" 2>/dev/null && exit 3; cd "$0" && : > file'
    await runProgram(program, [...rest, '/bin/sh', '-c', look, folder, secret], { cwd: '/' })
    return null
  } catch (error) {
    const said = error instanceof Error ? error.message.split('\n').slice(1).join(' ').trim() : ''
    return `a command as user ${user.uid} does not reach its place in SLIPWAY_DATA (${said || String(error)}). Let other users pass through the folders above it (chmod o+x)`
  } finally {
    await rm(folder, { recursive: true, force: true })
    await rm(secret, { force: true })
  }
}
