import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from '../integrations/host/system-error.js'

/** Stored in the data folder, so that this host finds its job folders again under the same id. */
export async function hostId(dataFolder: string): Promise<string> {
  const file = join(dataFolder, 'host-id')
  await mkdir(dataFolder, { recursive: true })
  const known = await readFile(file, 'utf8').catch(() => '')
  if (known.trim() !== '') return known.trim()
  const fresh = randomUUID().slice(0, 8)
  const draft = `${file}.${fresh}`
  // Linked as a whole file: if two workers start at once on an empty folder, the second reads what the first wrote.
  await writeFile(draft, fresh, { mode: 0o600 })
  try {
    await link(draft, file)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    await rm(draft)
  }
  return (await readFile(file, 'utf8')).trim()
}
