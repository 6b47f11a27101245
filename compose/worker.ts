/** Everything a worker needs, wired once. */
import { randomUUID } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NativeConnection } from '@temporalio/worker'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { WorkerSettings } from '../config.js'
import { openLedger } from '../db/open-ledger.js'
import type { Database } from '../db/tables.js'
import { createFolderArtifactStore } from '../integrations/artifact-store/folder-artifact-store.js'
import { createGit } from '../integrations/git/create-git.js'
import { createStageRunners } from '../integrations/stage-runners/registry.js'
import { createShellRunner } from '../integrations/stage-runners/shell-runner.js'
import { createBuildActivities } from '../workflows/activities/build-activities.js'
import { createDeploymentActivities } from '../workflows/activities/deployment-activities.js'
import { createRecordActivities } from '../workflows/activities/record-activities.js'
import { createReleaseActivities } from '../workflows/activities/release-activities.js'
import { createStageActivities } from '../workflows/activities/stage-activities.js'
import type { Gateway } from '../workflows/gateway.js'
import { type RunningWorkers, startWorkers } from '../workflows/worker.js'

export interface WorkerParts {
  readonly settings: WorkerSettings
  readonly db: Kysely<Database>
  readonly gateway: Gateway
  readonly log: Logger
  /** Slipway's own environment: what git sees of it, and where stages find their secrets. */
  readonly environment: NodeJS.ProcessEnv
  /** A bundle made beforehand; null bundles the sources now. */
  readonly bundle: string | null
  readonly cachedWorkflows: number
}

const GIT_TIMEOUT_MS = 300_000
const WEEK_MS = 604_800_000

/** Starts this host's worker. `stop` leaves running commands alive; the next start watches them again. */
export async function openWorker(parts: WorkerParts): Promise<RunningWorkers> {
  const { settings, environment } = parts
  const host = await hostId(settings.dataFolder)
  const clock = { now: () => new Date() }
  const base = baseVariables(environment)
  const git = createGit({
    folder: join(settings.dataFolder, 'git'),
    author: { name: 'Slipway', email: 'slipway@localhost' },
    timeoutMs: GIT_TIMEOUT_MS,
    environment: {
      ...base,
      ...(environment['SSH_AUTH_SOCK'] ? { SSH_AUTH_SOCK: environment['SSH_AUTH_SOCK'] } : {}),
    },
  })
  const artifacts = await createFolderArtifactStore({
    folder: settings.artifactsFolder,
    shared: settings.artifactsShared,
    hostId: host,
  })
  const shell = createShellRunner({ dataFolder: settings.dataFolder, baseVariables: base })
  const runners = createStageRunners([shell])
  const ledger = openLedger(parts.db, (moves) => parts.log.warn({ moves }, 'Some moves came too late'))
  const stageNeeds = {
    git,
    artifacts,
    ledger,
    clock,
    runnerFor: runners.get,
    secret: (name: string) => environment[name],
    folder: join(settings.dataFolder, 'work'),
  }
  const connection = await NativeConnection.connect({ address: settings.temporalAddress })
  const workers = await startWorkers({
    connection,
    namespace: settings.temporalNamespace,
    host,
    main: {
      ...createRecordActivities(ledger),
      ...createReleaseActivities({ git, ledger, clock, environments: parts.gateway }),
      ...createDeploymentActivities({ git, ledger, clock }),
    },
    stages: createStageActivities(stageNeeds),
    builds: createBuildActivities(stageNeeds),
    limits: settings.concurrency,
    bundle: parts.bundle,
    cachedWorkflows: parts.cachedWorkflows,
  })
  void shell
    .pruneJobs(WEEK_MS)
    .catch((error: unknown) => parts.log.warn({ error }, 'Old jobs were not removed'))
  return {
    failed: workers.failed,
    stop: async () => {
      await workers.stop()
      await connection.close()
    },
  }
}

/** Kept in the data folder: the job folders of this host are found again under the same id. */
async function hostId(dataFolder: string): Promise<string> {
  const file = join(dataFolder, 'host-id')
  await mkdir(dataFolder, { recursive: true })
  const known = await readFile(file, 'utf8').catch(() => '')
  if (known.trim() !== '') return known.trim()
  const fresh = randomUUID().slice(0, 8)
  await writeFile(file, fresh, { flag: 'wx' }).catch(() => undefined)
  return (await readFile(file, 'utf8')).trim()
}

function baseVariables(environment: NodeJS.ProcessEnv): {
  PATH: string
  HOME?: string
  LANG?: string
  TMPDIR?: string
} {
  const pick = (name: 'HOME' | 'LANG' | 'TMPDIR'): Record<string, string> => {
    const value = environment[name]
    return value === undefined ? {} : { [name]: value }
  }
  return {
    PATH: environment['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    ...pick('HOME'),
    ...pick('LANG'),
    ...pick('TMPDIR'),
  }
}
