import { lstat, readFile, readlink, realpath, writeFile } from 'node:fs/promises'
import { orNullIfMissing } from '../host/system-error.js'
import type { System } from './bwrap-arguments.js'

const RESOLVER = '/etc/resolv.conf'
const folders = ['/usr', '/etc', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']

async function readFolder(path: string): Promise<System['folders']> {
  const found = await orNullIfMissing(lstat(path))
  if (found === null) return []
  return [{ path, linkTo: found.isSymbolicLink() ? await readlink(path) : null }]
}

/**
 * The resolver's file is often a link to a place that no command can see. With the name server of a command's own network,
 * `into` is written and mounted instead.
 */
async function readResolver(nameServer: string | null, into: string): Promise<System['resolver']> {
  const at = await orNullIfMissing(realpath(RESOLVER))
  if (at === null) return null
  if (nameServer === null) return /^\/(?:etc|usr)\//.test(at) ? null : { file: at, at }
  const lines = (await readFile(at, 'utf8')).split('\n').filter((line) => !/^\s*nameserver\b/.test(line))
  await writeFile(into, [`nameserver ${nameServer}`, ...lines].join('\n'), { mode: 0o644 })
  return { file: into, at }
}

/** Reads what every command sees of this machine. `nameServer` is null if commands use the machine's own. */
export async function readSystem(nameServer: string | null, into: string): Promise<System> {
  const found = await Promise.all(folders.map(readFolder))
  return {
    folders: found.flat(),
    resolver: await readResolver(nameServer, into),
    user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
  }
}
