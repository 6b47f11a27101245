/** A user of this machine for one command: nobody else is that user meanwhile, and nothing of it is left when it is given back. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { tryLock } from '../host/process-lock.js'
import type { UidRange } from './app-home.js'
import type { UserConfinement } from './confinement.js'

const run = promisify(execFile)

export interface JobUser {
  readonly uid: number
  /**
   * Ends all of its processes, removes what it left where everybody may write, and gives it back. What it owns elsewhere
   * `takeBack` takes before anybody else is that user.
   */
  end(takeBack: () => Promise<void>): Promise<void>
}

/**
 * Takes a user that no running command has: by preference the one with the app's own number, so that what an app's commands keep
 * for their owner alone is theirs the next time. Throws when all are taken.
 */
export async function claimUser(confinement: UserConfinement): Promise<JobUser> {
  for (const uid of candidates(confinement.uids, confinement.gid)) {
    const held = await tryLock(confinement.locks, String(uid))
    if (held === null) continue
    // Of a holder that was killed.
    await clearUser(confinement, uid)
    const end: JobUser['end'] = async (takeBack) => {
      await clearUser(confinement, uid)
      await takeBack()
      await held.release()
    }
    return { uid, end }
  }
  const { first, last } = confinement.uids
  throw new Error(
    `All user ids of SLIPWAY_SANDBOX_UIDS (${first}-${last}) are taken by running commands: widen the range`,
  )
}

/** Ends what is left of a user whose holder was killed; of one that has a holder again, nothing is. */
export async function clearAbandoned(confinement: UserConfinement, uid: number): Promise<void> {
  const held = await tryLock(confinement.locks, String(uid))
  if (held === null) return
  await clearUser(confinement, uid)
  await held.release()
}

function candidates({ first, last }: UidRange, preferred: number): readonly number[] {
  const all = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  return [...all.filter((uid) => uid === preferred), ...all.filter((uid) => uid !== preferred)]
}

/** As that user itself, so that nobody else's process or file can be meant. */
async function clearUser({ setpriv, gid }: UserConfinement, uid: number): Promise<void> {
  const [program = '', ...rest] = asUser({ setpriv, uid, gid })
  const clear =
    'kill -KILL -1 2>/dev/null; find /tmp /var/tmp /dev/shm -xdev -mindepth 1 -user "$0" -delete 2>/dev/null; true'
  await run(program, [...rest, '/bin/sh', '-c', clear, String(uid)], {
    cwd: '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
  })
}

/** What stands before a command line that is to run as a user, without any right beyond that user's. */
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
