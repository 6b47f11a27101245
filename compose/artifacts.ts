/** The artifact store that this process uses. */
import type { Logger } from 'pino'
import { lendVariables, processEnvironment, type WorkerSettings } from '../config.js'
import type { ArtifactStore } from '../domain/ports.js'
import { createFolderArtifactStore } from '../integrations/artifact-store/folder-artifact-store.js'
import { folderShelf } from '../integrations/artifact-store/folder-shelf.js'
import type { ArtifactShelf } from '../integrations/artifact-store/old-artifacts.js'
import { hostId } from './host-id.js'
import { untilItWorks } from './retry-until-up.js'
import { packagesMissing, StartProblem } from './start-problem.js'

export interface Artifacts {
  readonly store: ArtifactStore
  /** What lies in it, for retention. */
  readonly shelf: ArtifactShelf
}

type ArtifactSettings = Pick<
  WorkerSettings,
  'artifactsFolder' | 'artifactsShared' | 'artifactsBucket' | 'dataFolder'
>

const bucketParts = () => import('../integrations/artifact-store/bucket-artifact-store.js')

/** Opens it, once. Throws `StartProblem` for a bucket that only a person can mend. `load` brings the parts for buckets. */
export async function openArtifacts(
  settings: ArtifactSettings,
  load: typeof bucketParts = bucketParts,
): Promise<Artifacts> {
  const { artifactsFolder: folder, artifactsShared: shared, artifactsBucket: bucket } = settings
  if (bucket === null) {
    const store = await createFolderArtifactStore({
      ...{ folder, shared },
      hostId: await hostId(settings.dataFolder),
    })
    return { store, shelf: folderShelf(folder) }
  }
  lendVariables(processEnvironment(), /^AWS_/)
  const { openBucketArtifactStore } = await load().catch(
    packagesMissing('SLIPWAY_ARTIFACTS names a bucket, but the packages for S3', 'name a folder'),
  )
  return openBucketArtifactStore({ ...bucket, scratch: folder }).catch((error: unknown) => {
    const isRefused = error instanceof Error && error.name === 'ArtifactStoreRefusedError'
    throw isRefused ? new StartProblem(error.message, { cause: error }) : error
  })
}

/** The same, with a bucket waited for as long as it is away. */
export function awaitArtifacts(settings: ArtifactSettings, log: Logger): Promise<Artifacts> {
  if (settings.artifactsBucket === null) return openArtifacts(settings)
  const { signal } = new AbortController()
  return untilItWorks(() => openArtifacts(settings), { what: 'The artifact store', log, signal })
}
