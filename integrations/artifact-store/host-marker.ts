import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { hasCode } from '../host/system-error.js'
import { ForeignArtifactStoreError } from './artifact-errors.js'
import { expectOurs, ownerIn, ownerText } from './store-owner.js'

/** Who is to own a folder. */
export interface FolderClaim {
  readonly folder: string
  /** Whether several hosts share the folder. */
  readonly shared: boolean
  readonly hostId: string
  /** The name of the database that knows which artifacts are needed. */
  readonly installation: string
}

/** Creates the marker unless there is one; atomically, because a second host may be starting too. */
async function mark(file: string, owner: string): Promise<void> {
  const own = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(own, ownerText(owner))
  try {
    await link(own, file)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    await rm(own, { force: true })
  }
}

/** The owner: we, unless there was one before. */
async function ownerOf(file: string, owner: string): Promise<string> {
  await mark(file, owner)
  return ownerIn(await readFile(file, 'utf8'), file)
}

/**
 * Claims the folder for this host and installation. Throws {@link ForeignArtifactStoreError} if another installation has it, or
 * if another host has it and it is not marked as shared: this host would then look for artifacts that only the other one has,
 * or has under another name.
 */
export async function claimFolder({ folder, shared, hostId, installation }: FolderClaim): Promise<void> {
  await mkdir(folder, { recursive: true })
  const host = await ownerOf(path.join(folder, 'host.json'), hostId)
  if (host !== hostId && !shared) {
    throw new ForeignArtifactStoreError(
      `The artifact folder ${folder} was made by host ${host}, this is ${hostId}. ` +
        'Give this host a folder of its own, or mark the folder as shared if both really see the same files.',
    )
  }
  const marker = path.join(folder, 'installation.json')
  expectOurs(await ownerOf(marker, installation), { installation, store: folder, marker })
}
