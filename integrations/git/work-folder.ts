import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { orNullIfMissing } from '../host/system-error.js'

/** Folders of a killed process are left behind; none is in use for this long. */
const ABANDONED_MS = 24 * 60 * 60 * 1000

async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const found = await orNullIfMissing(stat(path.join(parent, name)))
    if (found !== null && Date.now() - found.mtimeMs > ABANDONED_MS) {
      await rm(path.join(parent, name), { recursive: true, force: true })
    }
  }
}

/** Calls `use` with a new folder below `parent`, and always removes it. */
export async function withWorkFolder<Value>(
  parent: string,
  use: (folder: string) => Promise<Value>,
): Promise<Value> {
  await mkdir(parent, { recursive: true, mode: 0o700 })
  await removeAbandoned(parent)
  const folder = await mkdtemp(path.join(parent, 'work-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
