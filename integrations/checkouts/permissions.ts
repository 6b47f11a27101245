/** Who may read and change a checkout. By programs of the system: a checkout may have a hundred thousand files. */
import { stat } from 'node:fs/promises'
import { runProgram } from '../host/run-program.js'

// In the folder, and not by its name: command lines are for every user of the machine to read, and the name is what keeps
// other apps' commands out of a shared checkout.
const change = async (mode: string, folder: string): Promise<void> => {
  await runProgram('chmod', ['-R', mode, '.'], { cwd: folder })
}

const READABLE = 0o755

/** Whoever reaches a folder that was just written reads what is in it, whatever this process's umask is; its owner changes it. */
export async function openToAll(folder: string): Promise<void> {
  const { mode } = await stat(folder)
  if ((mode & 0o777) !== READABLE) await change('u=rwX,go=rX', folder)
}

/** Nobody changes it; root and whoever changes its permissions first still can. */
export const openToNobody = (folder: string): Promise<void> => change('a-w', folder)

/** Its owner changes it again, and may remove it. */
export const openToOwner = (folder: string): Promise<void> => change('u+w', folder)

/**
 * Copies what is in one folder into another, which is empty, links as links; by reference where the file system can. The copy
 * is its owner's to change.
 */
export async function copyInto(from: string, into: string): Promise<void> {
  const how = process.platform === 'linux' ? ['--reflink=auto', '--preserve=mode'] : ['-p']
  await runProgram('cp', ['-R', '-P', ...how, '--', '.', into], { cwd: from })
}
