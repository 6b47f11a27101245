import { access, constants } from 'node:fs/promises'
import path from 'node:path'
import type { SandboxTools } from './confinement.js'

/** The programs of this machine for a sandbox, or which of the required ones is missing. */
export async function findTools(searchPath: string, isRoot: boolean): Promise<SandboxTools | string> {
  const find = (name: string): Promise<string | null> => findProgram(name, searchPath)
  const bwrap = await find('bwrap')
  if (bwrap === null) return 'bubblewrap is not installed'
  const unshare = await find('unshare')
  const nsenter = await find('nsenter')
  const setpriv = await find('setpriv')
  if (unshare === null || nsenter === null || (isRoot && setpriv === null)) {
    return 'unshare, nsenter and setpriv (util-linux) are not installed'
  }
  const [ip, slirp4netns, mount] = await Promise.all([find('ip'), find('slirp4netns'), find('mount')])
  return { bwrap, unshare, nsenter, mount, setpriv, ip, slirp4netns }
}

/** What is missing for a network that only leads outside; null: nothing. */
export function missingForOutside({ ip, slirp4netns }: SandboxTools): string | null {
  const missing = [
    ...(slirp4netns === null ? ['slirp4netns'] : []),
    ...(ip === null ? ['ip (iproute2)'] : []),
  ]
  return missing.length === 0 ? null : `${missing.join(' and ')} not installed`
}

/** The first program of that name in a search path, null if there is none. */
export async function findProgram(name: string, searchPath: string): Promise<string | null> {
  const folders = searchPath.split(':').filter((folder) => path.isAbsolute(folder))
  for (const folder of folders) {
    const file = path.join(folder, name)
    const works = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (works) return file
  }
  return null
}
