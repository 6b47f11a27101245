import { access, constants } from 'node:fs/promises'
import path from 'node:path'
import type { SandboxTools } from './confinement.js'

const systemPath = '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin'

/** The programs of this machine that a sandbox is made with, or what is not installed of those it cannot do without. */
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
  const [ip, slirp4netns] = await Promise.all([find('ip'), find('slirp4netns')])
  return { bwrap, unshare, nsenter, setpriv, ip, slirp4netns }
}

async function findProgram(name: string, searchPath: string): Promise<string | null> {
  const folders = `${searchPath}:${systemPath}`.split(':').filter((folder) => path.isAbsolute(folder))
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
