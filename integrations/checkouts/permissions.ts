/** Who may read and change a checkout. Uses system programs, because a checkout may have a hundred thousand files. */
import { stat } from 'node:fs/promises'
import { runProgram } from '../host/run-program.js'

// Run in the folder instead of naming it: every user of the machine can read command lines, and the secret name protects a
// shared checkout from other apps' commands.
const change = async (mode: string, folder: string): Promise<void> => {
  await runProgram('chmod', ['-R', mode, '.'], { cwd: folder })
}

const READABLE = 0o755

/** Everybody who can reach a newly written folder may read it, whatever this process's umask is; only its owner may write. */
export async function openToAll(folder: string): Promise<void> {
  const { mode } = await stat(folder)
  if ((mode & 0o777) !== READABLE) await change('u=rwX,go=rX', folder)
}

/** Makes it read-only; root, or anybody who changes its permissions first, can still write. */
export const openToNobody = (folder: string): Promise<void> => change('a-w', folder)

/** Lets its owner write to it again, so that it can be removed. */
export const openToOwner = (folder: string): Promise<void> => change('u+w', folder)

/**
 * Copies the content of one folder into another, empty one, links as links; by reference where the file system supports it.
 * The copy is writable by its owner.
 */
export async function copyInto(from: string, into: string): Promise<void> {
  const how = process.platform === 'linux' ? ['--reflink=auto', '--preserve=mode'] : ['-p']
  await runProgram('cp', ['-R', '-P', ...how, '--', '.', into], { cwd: from })
}
