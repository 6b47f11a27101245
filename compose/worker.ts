/** Everything a worker needs, wired once. */
import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NativeConnection } from '@temporalio/worker'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { WorkerSettings } from '../config.js'
import { openLedger } from '../db/open-release-store.js'
import { openStageCalls } from '../db/stage-calls.js'
import type { Database } from '../db/tables.js'
import type { Forge } from '../domain/forge/reports.js'
import type { StageRunner } from '../domain/ports.js'
import { createFolderArtifactStore } from '../integrations/artifact-store/folder-artifact-store.js'
import { createDispatchMarks } from '../integrations/github/dispatch-marks.js'
import { createActionsRunner } from '../integrations/github/github-actions-runner.js'
import { createGithubPullRequests } from '../integrations/github/github-pull-requests.js'
import type { Github } from '../integrations/github/open-github.js'
import { createHttpRunner } from '../integrations/stage-runners/http-runner.js'
import { createStageRunners, type StageRunners } from '../integrations/stage-runners/registry.js'
import { type BaseVariables, createShellRunner } from '../integrations/stage-runners/shell-runner.js'
import { createBuildActivities } from '../workflows/activities/build-activities.js'
import { createCheckActivities } from '../workflows/activities/check-activities.js'
import { createDeliveryActivities } from '../workflows/activities/delivery-activities.js'
import { createDeploymentActivities } from '../workflows/activities/deployment-activities.js'
import { createEnvironmentActivities } from '../workflows/activities/environment-activities.js'
import { createPickActivities } from '../workflows/activities/pick-activities.js'
import { createRecordActivities } from '../workflows/activities/record-activities.js'
import { createReleaseActivities } from '../workflows/activities/release-activities.js'
import { createStageActivities } from '../workflows/activities/stage-activities.js'
import type { Gateway } from '../workflows/gateway.js'
import { type RunningWorkers, type WorkerSettings as StartedWith, startWorkers } from '../workflows/worker.js'
import { picked } from './git-variables.js'
import { openGit } from './open-git.js'
import { logChange } from './order-log.js'
import { startRetention } from './retention.js'
import { callbackOf } from './stage-callbacks.js'

export interface WorkerParts {
  readonly settings: WorkerSettings
  readonly db: Kysely<Database>
  readonly gateway: Gateway
  readonly log: Logger
  /** Slipway's own environment: what git sees of it, and where stages find their secrets. */
  readonly environment: NodeJS.ProcessEnv
  /** Null where Slipway is not signed in to GitHub. */
  readonly github: Github | null
  /** The same, asked without waiting inside a call. */
  readonly forge: Forge | null
  /** A bundle made beforehand; null bundles the sources now. */
  readonly bundle: string | null
}

const GIT_TIMEOUT_MS = 300_000
const WEEK_MS = 604_800_000

/** Starts this host's worker. `stop` leaves running commands alive; the next start watches them again. */
export async function openWorker(parts: WorkerParts): Promise<RunningWorkers> {
  const { settings, log } = parts
  const host = await hostId(settings.dataFolder)
  const shell = createShellRunner({
    dataFolder: settings.dataFolder,
    baseVariables: baseVariables(parts.environment),
  })
  const activities = await openActivities(parts, { host, runners: openRunners(parts, shell) })
  const connection = await NativeConnection.connect({ address: settings.temporalAddress })
  const workers = await startWorkers({
    connection,
    namespace: settings.temporalNamespace,
    host,
    ...activities,
    limits: settings.concurrency,
    bundle: parts.bundle,
    cachedWorkflows: settings.cachedWorkflows,
  })
  shell.pruneJobs(WEEK_MS).catch((error: unknown) => log.warn({ error }, 'Old jobs were not removed'))
  const stopRetention = startRetention(parts.db, log)
  return {
    failed: workers.failed,
    stop: async () => {
      stopRetention()
      await workers.stop()
      await connection.close()
    },
  }
}

/** GitHub Actions only where Slipway is signed in to GitHub. */
function openRunners({ settings, db, github }: WorkerParts, shell: StageRunner): StageRunners {
  const http = createHttpRunner({ calls: openStageCalls(db), callback: callbackOf(settings) })
  const marks = createDispatchMarks(join(settings.dataFolder, 'dispatches'))
  const actions = github === null ? [] : [createActionsRunner({ github, marks })]
  return createStageRunners([shell, http, ...actions])
}

/** Everything the workflows may ask of the world, bound to this host. */
export async function openActivities(
  { settings, environment, db, log, gateway, github, forge }: WorkerParts,
  { host, runners }: { readonly host: string; readonly runners: StageRunners },
): Promise<Pick<StartedWith, 'main' | 'stages' | 'builds'>> {
  const clock = { now: () => new Date() }
  const git = openGit({ settings, environment, github }, GIT_TIMEOUT_MS)
  const artifacts = await createFolderArtifactStore({
    folder: settings.artifactsFolder,
    shared: settings.artifactsShared,
    hostId: host,
  })
  const ledger = openLedger(db, (moves) => log.warn({ moves }, 'Some moves came too late'))
  const secret = (name: string): string | undefined => environment[name]
  const folder = join(settings.dataFolder, 'work')
  const pullRequests = github && createGithubPullRequests(github)
  const stageNeeds = { git, artifacts, ledger, clock, runnerFor: runners.get, secret, folder }
  return {
    main: {
      ...createRecordActivities({
        readState: ledger.readState,
        recordChange: async (change) => {
          await ledger.recordChange(change)
          logChange(log, change)
        },
      }),
      ...createReleaseActivities({ git, ledger, clock, environments: gateway }),
      ...createPickActivities({ git, pullRequests }),
      ...createDeploymentActivities({ git, ledger, clock }),
      ...createEnvironmentActivities({ git, pullRequests, previews: gateway }),
      ...createDeliveryActivities({ git, releases: gateway }),
      ...createCheckActivities({ forge, clock }),
    },
    stages: createStageActivities(stageNeeds),
    builds: createBuildActivities(stageNeeds),
  }
}

/** Kept in the data folder: the job folders of this host are found again under the same id. */
async function hostId(dataFolder: string): Promise<string> {
  const file = join(dataFolder, 'host-id')
  await mkdir(dataFolder, { recursive: true })
  const known = await readFile(file, 'utf8').catch(() => '')
  if (known.trim() !== '') return known.trim()
  const fresh = randomUUID().slice(0, 8)
  const draft = `${file}.${fresh}`
  // Linked whole: of two workers that start at once on an empty folder, the second reads what the first wrote.
  await writeFile(draft, fresh)
  await link(draft, file).catch(() => undefined)
  await rm(draft)
  return (await readFile(file, 'utf8')).trim()
}

/** What every command sees of Slipway's own environment. */
function baseVariables(environment: NodeJS.ProcessEnv): BaseVariables {
  const { PATH = '/usr/local/bin:/usr/bin:/bin' } = environment
  return { PATH, ...picked(environment, ['HOME', 'LANG', 'TMPDIR']) }
}
