/** The artifact store that this process uses. */
import type { Logger } from 'pino'
import { lendVariables, processEnvironment, type WorkerSettings } from '../config.js'
import type { ArtifactBucket } from '../domain/artifact-bucket.js'
import type { ArtifactStore } from '../domain/ports.js'
import { createFolderArtifactStore } from '../integrations/artifact-store/folder-artifact-store.js'
import { folderShelf } from '../integrations/artifact-store/folder-shelf.js'
import type { ArtifactShelf } from '../integrations/artifact-store/old-artifacts.js'
import { hostId } from './host-id.js'
import { untilItWorks } from './retry-until-up.js'
import { packagesMissing, StartProblem } from './start-problem.js'

export interface Artifacts {
  readonly store: ArtifactStore
  /** The contents of the store, for retention. */
  readonly shelf: ArtifactShelf
}

type ArtifactSettings = Pick<
  WorkerSettings,
  'artifactsFolder' | 'artifactsShared' | 'artifactsBucket' | 'dataFolder'
>

const bucketParts = () => import('../integrations/artifact-store/bucket-artifact-store.js')

/** Problems that only a person can fix. */
const problems: ReadonlySet<string> = new Set([
  'ArtifactStoreRefusedError',
  'ForeignArtifactStoreError',
  'ArtifactDamagedError',
])

/**
 * Opens the store once, as that of an installation (`installationId` of `db/`). Throws `StartProblem` for problems that only a
 * person can fix. `load` imports the code for buckets.
 */
export async function openArtifacts(
  settings: ArtifactSettings,
  installation: string,
  load: typeof bucketParts = bucketParts,
): Promise<Artifacts> {
  try {
    return await (settings.artifactsBucket === null
      ? openFolder(settings, installation)
      : openBucket(settings, { bucket: settings.artifactsBucket, installation, load }))
  } catch (error) {
    const isProblem = error instanceof Error && problems.has(error.name)
    throw isProblem ? new StartProblem(error.message, { cause: error }) : error
  }
}

async function openFolder(
  { artifactsFolder: folder, artifactsShared: shared, dataFolder }: ArtifactSettings,
  installation: string,
): Promise<Artifacts> {
  const claim = { folder, shared, hostId: await hostId(dataFolder), installation }
  return { store: await createFolderArtifactStore(claim), shelf: folderShelf(folder) }
}

async function openBucket(
  { artifactsFolder: scratch }: ArtifactSettings,
  {
    bucket,
    installation,
    load,
  }: {
    readonly bucket: ArtifactBucket
    readonly installation: string
    readonly load: typeof bucketParts
  },
): Promise<Artifacts> {
  lendVariables(processEnvironment(), /^AWS_/)
  const { openBucketArtifactStore } = await load().catch(
    packagesMissing('SLIPWAY_ARTIFACTS names a bucket, but the packages for S3', 'name a folder'),
  )
  return openBucketArtifactStore({ ...bucket, scratch, installation })
}

/** Like {@link openArtifacts}, but waits while a bucket is unavailable. */
export function awaitArtifacts(
  settings: ArtifactSettings,
  installation: string,
  patience: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<Artifacts> {
  if (settings.artifactsBucket === null) return openArtifacts(settings, installation)
  return untilItWorks(() => openArtifacts(settings, installation), {
    what: 'The artifact store',
    ...patience,
  })
}
