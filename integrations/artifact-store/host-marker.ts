import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { hasCode } from '../host/system-error.js'
import { ArtifactDamagedError, ForeignArtifactStoreError } from './artifact-errors.js'

const markerSchema = z.object({ host: z.string() })

/** Makes the marker unless there is one: whole at once, because a second host may be starting too. */
async function mark(file: string, hostId: string): Promise<void> {
  const own = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(own, `${JSON.stringify({ host: hostId })}\n`)
  try {
    await link(own, file)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    await rm(own, { force: true })
  }
}

async function readMarker(file: string): Promise<string> {
  try {
    return markerSchema.parse(JSON.parse(await readFile(file, 'utf8'))).host
  } catch (error) {
    throw new ArtifactDamagedError(`The marker ${file} of the artifact store is damaged`, { cause: error })
  }
}

/**
 * Claims the folder for this host. Throws {@link ForeignArtifactStoreError} when another host made it and it is not
 * marked as shared: this host would then look for artifacts that only the other one has, or has under another name.
 */
export async function claimFolder(folder: string, shared: boolean, hostId: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const file = path.join(folder, 'store.json')
  await mark(file, hostId)
  const owner = await readMarker(file)
  if (owner === hostId || shared) return
  throw new ForeignArtifactStoreError(
    `The artifact folder ${folder} was made by host ${owner}, this is ${hostId}. ` +
      'Give this host a folder of its own, or mark the folder as shared if both really see the same files.',
  )
}
