/** Wires everything a worker needs. */
import { NativeConnection, Runtime } from '@temporalio/worker'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { WorkerSettings } from '../config.js'
import { openHostWaits } from '../db/host-waits.js'
import { installationId } from '../db/installation.js'
import { openLedger } from '../db/open-release-store.js'
import { openStageCalls } from '../db/stage-calls.js'
import type { Database } from '../db/tables.js'
import { openTrainRecords } from '../db/trains.js'
import { forgetWorker, reportWorker } from '../db/workers.js'
import type { Configuration } from '../domain/configuration.js'
import type { Forge } from '../domain/forge/reports.js'
import type { ArtifactStore, Secrets, StageRunner } from '../domain/ports.js'
import type { Removed } from '../domain/retention.js'
import { type HostWork, type RunsOn, runsOnToday, unwanted } from '../domain/runs-on.js'
import { noTraces, type Traces } from '../domain/traces.js'
import { createDispatchMarks } from '../integrations/github/dispatch-marks.js'
import { createActionsRunner } from '../integrations/github/github-actions-runner.js'
import { createGithubPullRequests } from '../integrations/github/github-pull-requests.js'
import type { Github } from '../integrations/github/open-github.js'
import { lowDisk } from '../integrations/host/free-disk.js'
import { createImageRegistries } from '../integrations/registry/image-registries.js'
import type { Sandbox } from '../integrations/sandbox/find-sandbox.js'
import { createHttpRunner } from '../integrations/stage-runners/http-runner.js'
import { createStageRunners, type StageRunners } from '../integrations/stage-runners/registry.js'
import { type BaseVariables, createShellRunner } from '../integrations/stage-runners/shell-runner.js'
import { readJunit } from '../integrations/test-reports/read-junit.js'
import { createBuildActivities } from '../workflows/activities/build-activities.js'
import { createCheckActivities } from '../workflows/activities/check-activities.js'
import { createDeliveryActivities } from '../workflows/activities/delivery-activities.js'
import { createDeploymentActivities } from '../workflows/activities/deployment-activities.js'
import { createEnvironmentActivities } from '../workflows/activities/environment-activities.js'
import { createPickActivities } from '../workflows/activities/pick-activities.js'
import { createRecordActivities } from '../workflows/activities/record-activities.js'
import { createReleaseActivities } from '../workflows/activities/release-activities.js'
import { createStageActivities } from '../workflows/activities/stage-activities.js'
import { createTrainActivities } from '../workflows/activities/train-activities.js'
import { createWaitActivities } from '../workflows/activities/wait-activities.js'
import { createWorkspaces, type ForeseeStage, type Workspaces } from '../workflows/activities/workspace.js'
import type { Gateway } from '../workflows/gateway.js'
import { type RunningWorkers, type WorkerSettings as StartedWith, startWorkers } from '../workflows/worker.js'
import { type Artifacts, awaitArtifacts } from './artifacts.js'
import { openCheckouts } from './checkouts.js'
import { withTodaysApps } from './environments.js'
import { picked } from './git-variables.js'
import { hostId } from './host-id.js'
import { openGit } from './open-git.js'
import { logged } from './order-log.js'
import { dataConverterOf } from './payload-codec.js'
import { DAILY, OFTEN, retainedOnHost, sharedCheckouts, startHostRetention } from './retention.js'
import { untilItWorks } from './retry-until-up.js'
import { confinementPlan } from './sandbox.js'
import { callbackOf } from './stage-callbacks.js'
import { temporalOptions } from './temporal.js'
import { followActivities } from './traces.js'
import { openHolidays } from './trains.js'
import { marksFolderOf, workFolderOf } from './work-folder.js'

export interface WorkerParts {
  readonly settings: WorkerSettings
  /** The current configuration, which may change while the worker runs. */
  readonly configuration: () => Configuration
  /** The isolation of commands on this host. */
  readonly sandbox: Sandbox
  readonly db: Kysely<Database>
  readonly gateway: Gateway
  readonly log: Logger
  /** Slipway's own environment, from which git gets its variables. */
  readonly environment: NodeJS.ProcessEnv
  readonly secrets: Secrets
  readonly traces?: Traces
  /** Null when Slipway is not authenticated to GitHub. */
  readonly github: Github | null
  /** The same, but without waiting inside a call. */
  readonly forge: Forge | null
  /** A prebuilt bundle; null bundles the sources now. */
  readonly bundle: string | null
  /** Aborts waiting for unavailable services. */
  readonly signal: AbortSignal
}

const GIT_TIMEOUT_MS = 300_000
const REPORT_MS = 60_000

/** Starts this host's worker. `stop` leaves running commands alive; the next start resumes watching them. */
export async function openWorker(parts: WorkerParts): Promise<RunningWorkers> {
  const { settings, log } = parts
  const host = await hostId(settings.dataFolder)
  const shell = createShellRunner({
    dataFolder: settings.dataFolder,
    baseVariables: baseVariables(parts.environment),
    sandbox: confinementPlan(parts, parts.sandbox),
  })
  showTemporalMetrics(settings)
  const { store: artifacts, shelf, connection } = await awaitSurroundings(parts)
  const runners = openRunners(parts, shell)
  const activities = openActivities(parts, { host, artifacts, runners })
  const workers = await startWorkers({
    connection,
    namespace: settings.temporalNamespace,
    queuePrefix: settings.temporalPlacement.queuePrefix,
    buildId: settings.buildId,
    host,
    runsOn: settings.runsOn,
    runsOnToday: todaysLabel(parts),
    ...activities,
    limits: settings.concurrency,
    noRoomToBuild: () => noRoomToBuild(settings),
    redact: parts.secrets.redact,
    dataConverter: dataConverterOf(settings.encryption),
    follow: followActivities(parts.traces ?? noTraces, parts.db),
    bundle: parts.bundle,
    cachedWorkflows: settings.cachedWorkflows,
  })
  const retention = { log, onRemoved: countRemoved() }
  const stopOften = startHostRetention([sharedCheckouts(settings.dataFolder)], OFTEN, retention)
  const onHost = retainedOnHost({ ...parts, shelf, holder: host })
  const stopRetention = startHostRetention(onHost, DAILY, retention)
  const stopReporting = await startReporting(parts, host)
  return {
    failed: workers.failed,
    stop: async () => {
      stopRetention()
      stopOften()
      await stopReporting()
      await workers.stop()
      await connection.close()
    },
  }
}

/** Waits for services outside this host for as long as they are unavailable. */
export async function awaitSurroundings({
  settings,
  db,
  log,
  signal,
}: Pick<WorkerParts, 'settings' | 'db' | 'log' | 'signal'>): Promise<
  Artifacts & { readonly connection: NativeConnection }
> {
  const patience = { log, signal }
  const installation = await untilItWorks(() => installationId(db), { what: 'PostgreSQL', ...patience })
  const artifacts = await awaitArtifacts(settings, installation, patience)
  const connection = await untilItWorks(() => NativeConnection.connect(temporalOptions(settings)), {
    what: 'Temporal',
    ...patience,
  })
  return { ...artifacts, connection }
}

/** Must run before the first connection, because the SDK has one runtime per process. */
function showTemporalMetrics({ temporalMetricsPort: port, http }: WorkerSettings): void {
  if (port === null) return
  const host = http.host.includes(':') ? `[${http.host}]` : http.host
  Runtime.install({ telemetryOptions: { metrics: { prometheus: { bindAddress: `${host}:${port}` } } } })
}

/** Counts into the metrics of Temporal's SDK, the only ones a worker has. */
function countRemoved(): (kind: string, removed: Removed) => void {
  const meter = Runtime.instance().metricMeter
  const count = meter.createCounter('slipway_removed')
  const bytes = meter.createCounter('slipway_removed_bytes')
  return (kind, removed) => {
    count.add(removed.count, { kind })
    bytes.add(removed.bytes, { kind })
  }
}

/** A build writes a checkout, its outputs and an artifact. */
const noRoomToBuild = ({ dataFolder, artifactsFolder, leastFree }: WorkerSettings): Promise<string | null> =>
  lowDisk([dataFolder, artifactsFolder], leastFree)

/**
 * Once a minute, reports to the bot that this worker is alive, which labels it serves, how its commands are isolated, and whether
 * it has room to build.
 */
async function startReporting(parts: WorkerParts, host: string): Promise<() => Promise<void>> {
  const { db, sandbox, log, settings } = parts
  const { runsOn, concurrency } = settings
  const unknown = unwanted(parts.configuration(), runsOn)
  if (unknown.length > 0) log.warn({ labels: unknown }, 'SLIPWAY_RUNS_ON names labels that no app has')
  const unlessDown = (error: unknown): void =>
    log.warn({ err: error }, 'The heartbeat of this worker could not be recorded')
  let low: string | null = null
  const look = async (): Promise<void> => {
    const before = low
    low = concurrency.builds > 0 ? await noRoomToBuild(settings) : null
    if (low !== null && before === null) log.warn({ low }, 'Builds wait until there is room on the disk')
    if (low === null && before !== null) log.info('There is room for builds again')
    await reportWorker(db, { host, runsOn, ...concurrency, ...sandbox.status, lowDisk: low })
  }
  let said = Promise.resolve()
  const report = (): Promise<void> => {
    said = look().catch(unlessDown)
    return said
  }
  await report()
  const timer = setInterval(() => void report(), REPORT_MS)
  return async () => {
    clearInterval(timer)
    await said
    await forgetWorker(db, host).catch(unlessDown)
  }
}

const todaysLabel =
  ({ configuration }: Pick<WorkerParts, 'configuration'>) =>
  (work: HostWork, asked: RunsOn): RunsOn =>
    runsOnToday(configuration(), work, asked)

/** GitHub Actions only when Slipway is authenticated to GitHub. */
function openRunners({ settings, db, github, secrets }: WorkerParts, shell: StageRunner): StageRunners {
  const http = createHttpRunner({
    calls: openStageCalls(db),
    callback: callbackOf(settings),
    secret: secrets.read,
  })
  const marks = createDispatchMarks(marksFolderOf(settings.dataFolder))
  const actions = github === null ? [] : [createActionsRunner({ github, marks })]
  return createStageRunners([shell, http, ...actions])
}

const foreseeing =
  (runners: StageRunners, workspaces: Workspaces): ForeseeStage =>
  (stage, content) => {
    runners.foresee(stage)
    if (content !== null) workspaces.foresee(content)
  }

/** All activities of the workflows, bound to this host. */
export function openActivities(
  {
    settings,
    environment,
    secrets,
    db,
    log,
    gateway,
    github,
    forge,
    configuration,
    sandbox,
    traces = noTraces,
  }: Omit<WorkerParts, 'bundle' | 'signal'>,
  {
    host,
    artifacts,
    runners,
  }: { readonly host: string; readonly artifacts: ArtifactStore; readonly runners: StageRunners },
): Pick<StartedWith, 'main' | 'stages' | 'builds' | 'foresee'> {
  const clock = { now: () => new Date() }
  const git = openGit({ settings, environment, github }, GIT_TIMEOUT_MS)
  const late = (moves: unknown): void => log.warn({ moves }, 'Some state changes arrived too late')
  const ledger = logged(openLedger(db, late), log)
  const folder = workFolderOf(settings.dataFolder)
  const pullRequests = github && createGithubPullRequests(github)
  const authors = {
    identities: () => configuration().identities,
    onForgeTrouble: (error: unknown) =>
      log.warn({ err: error }, 'The forge did not say who merged what an agent wrote'),
  }
  const images = createImageRegistries(() => configuration().registries, secrets.read)
  const checkouts = openCheckouts({ settings, configuration, sandbox, git })
  const workspaces = createWorkspaces({ folder, checkouts, artifacts })
  const foresee = foreseeing(runners, workspaces)
  const stageNeeds = {
    ...{ workspaces, artifacts, images, ledger, clock, foresee, secrets, traces, host },
    runnerFor: runners.get,
  }
  return {
    main: {
      ...createRecordActivities(ledger, withTodaysApps(gateway, configuration)),
      ...createReleaseActivities({ git, ledger, clock, pullRequests, ...authors }),
      ...createPickActivities({ git, ledger, pullRequests, releases: gateway, ...authors }),
      ...createDeploymentActivities({ git, ledger, clock }),
      ...createEnvironmentActivities({ git, ledger, pullRequests, previews: gateway }),
      ...createDeliveryActivities({ git, releases: gateway }),
      ...createTrainActivities({
        ...{ git, ledger, releases: gateway, records: openTrainRecords(db) },
        holidays: openHolidays({ settings, configuration, log }),
      }),
      ...createCheckActivities({ forge, clock }),
      ...createWaitActivities({ waits: openHostWaits(db), runsOnToday: todaysLabel({ configuration }) }),
    },
    stages: createStageActivities(stageNeeds),
    builds: createBuildActivities({ ...stageNeeds, readTests: readJunit }),
    foresee,
  }
}

/** The part of Slipway's own environment that every command gets. */
function baseVariables(environment: NodeJS.ProcessEnv): BaseVariables {
  const { PATH = '/usr/local/bin:/usr/bin:/bin' } = environment
  return { PATH, ...picked(environment, ['HOME', 'LANG', 'TMPDIR']) }
}
