/** A user of this machine for one command: no other command has it meanwhile, and nothing of it is left afterwards. */
import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { tryLock } from '../host/process-lock.js'
import { syncFolder } from '../host/sync-folder.js'
import { orNullIfMissing } from '../host/system-error.js'
import type { UidRange } from './app-home.js'
import type { UserConfinement } from './confinement.js'

const run = promisify(execFile)

export interface JobUser {
  readonly uid: number
  /**
   * Kills all of its processes, removes its files from world-writable folders, and frees it. `takeBack` takes over
   * the files that it owns elsewhere before another command gets the user.
   */
  end(takeBack: () => Promise<void>): Promise<void>
}

/**
 * Takes a user that no running command has: preferably the one with the app's own id, so that files that an app's commands
 * keep private to their owner are accessible the next time. Throws if all are in use.
 */
export async function claimUser(confinement: UserConfinement): Promise<JobUser> {
  for (const uid of candidates(confinement.uids, confinement.gid)) {
    const held = await tryLock(confinement.locks, String(uid))
    if (held === null) continue
    // A holder that was killed left no mark.
    if (!(await takeMark(confinement, uid))) await clearUser(confinement, uid)
    const end: JobUser['end'] = async (takeBack) => {
      await clearUser(confinement, uid)
      await takeBack()
      await writeFile(markOf(confinement, uid), '')
      await held.release()
    }
    return { uid, end }
  }
  const { first, last } = confinement.uids
  throw new Error(
    `All user ids of SLIPWAY_SANDBOX_UIDS (${first}-${last}) are taken by running commands: widen the range`,
  )
}

/** Cleans up after a user whose holder was killed; does nothing if it has a holder again. */
export async function clearAbandoned(confinement: UserConfinement, uid: number): Promise<void> {
  const held = await tryLock(confinement.locks, String(uid))
  if (held === null) return
  await clearUser(confinement, uid)
  await held.release()
}

/** Exists while nothing can be left of this user: its last command was cleaned up after, and none has begun since. */
const markOf = ({ locks }: UserConfinement, uid: number): string => join(locks, `${uid}.clean`)

/** Removes the mark, also from what a power failure leaves, before a command begins; false if there is none. */
async function takeMark(confinement: UserConfinement, uid: number): Promise<boolean> {
  const taken = await orNullIfMissing(rm(markOf(confinement, uid)).then(() => true))
  if (taken === null) return false
  await syncFolder(confinement.locks)
  return true
}

function candidates({ first, last }: UidRange, preferred: number): readonly number[] {
  const all = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  return [...all.filter((uid) => uid === preferred), ...all.filter((uid) => uid !== preferred)]
}

/** Runs as that user itself, so that it cannot affect anybody else's process or file. */
async function clearUser({ setpriv, gid }: UserConfinement, uid: number): Promise<void> {
  const [program = '', ...rest] = asUser({ setpriv, uid, gid })
  const clear =
    'kill -KILL -1 2>/dev/null; find /tmp /var/tmp /dev/shm -xdev -mindepth 1 -user "$0" -delete 2>/dev/null; true'
  await run(program, [...rest, '/bin/sh', '-c', clear, String(uid)], {
    cwd: '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
  })
}

/** The command prefix for running as a user, without any rights beyond that user's. */
export function asUser({
  setpriv,
  uid,
  gid,
}: {
  readonly setpriv: string
  readonly uid: number
  readonly gid: number
}): readonly string[] {
  return [
    ...[setpriv, '--reuid', String(uid), '--regid', String(gid), '--clear-groups'],
    ...['--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=-all', '--no-new-privs', '--'],
  ]
}
