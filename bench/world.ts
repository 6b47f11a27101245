/** A bot, and in this process the worker, so that Slipway's workflows and plain ones run under the same conditions. */
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { NativeConnection, Worker } from '@temporalio/worker'
import { pino } from 'pino'
import { openArtifacts } from '../compose/artifacts.js'
import { openResources, type Resources } from '../compose/resources.js'
import { confinementPlan, openSandbox } from '../compose/sandbox.js'
import { openActivities } from '../compose/worker.js'
import { workflowBundle } from '../compose/workflow-bundle.js'
import { loadConfiguration, readWorkerEnvironment, type WorkerSettings } from '../config.js'
import { installationId } from '../db/installation.js'
import type { Change } from '../domain/change.js'
import type { Configuration } from '../domain/configuration.js'
import type { AppDefinition } from '../domain/pipeline.js'
import type { Sandbox } from '../integrations/sandbox/find-sandbox.js'
import { createStageRunners } from '../integrations/stage-runners/registry.js'
import { createShellRunner } from '../integrations/stage-runners/shell-runner.js'
import { type Stack, startStack } from '../test/support/stack.js'
import { until } from '../test/support/until.js'
import type { Gateway } from '../workflows/gateway.js'
import { startWorkers } from '../workflows/worker.js'
import { instantRunner, type SwitchedRunner, switched } from './instant-runner.js'
import { createTape, type Tape } from './tape.js'

export const PLAIN_QUEUE = 'plain'
const HOST = 'bench'
const CACHED_WORKFLOWS = 500
const LOOK_MS = 25

export interface World {
  readonly stack: Stack
  readonly client: Client
  readonly gateway: Gateway
  readonly apps: readonly AppDefinition[]
  readonly tape: Tape
  readonly runner: SwitchedRunner
  /** How often the progress of a release is checked. */
  readonly lookMs: number
  close(): Promise<void>
}

export async function openWorld(
  configure: (demoYaml: string) => string,
  { lookMs = LOOK_MS }: { readonly lookMs?: number } = {},
): Promise<World> {
  const stack = await startStack({ processes: 'none', configure })
  const closing = [(): Promise<void> => stack.close()]
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).toReversed()) await step()
  }
  try {
    await stack.start('bot', 'bot')
    const settings = settingsOf(stack)
    const resources = await openResources(settings, pino({ level: 'silent' }), new AbortController().signal)
    closing.push(() => resources.close())
    const loaded = loadConfiguration(settings.configFile, process.env)
    if (loaded.kind === 'problems') throw new Error(JSON.stringify(loaded.problems))
    const { apps } = loaded.configuration
    const running = await openWorkers(settings, resources, () => loaded.configuration)
    closing.push(() => running.stop())
    const connection = await Connection.connect({ address: settings.temporalAddress })
    closing.push(() => connection.close())
    const { tape, runner } = running
    await untilKnown(stack, apps)
    return {
      stack,
      tape,
      runner,
      lookMs,
      apps,
      close,
      gateway: resources.gateway,
      client: new Client({ connection }),
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** A recording must not contain calls of environments that are still being created. */
async function untilKnown({ database }: Stack, apps: World['apps']): Promise<void> {
  const wanted = apps.flatMap(({ environments }) => environments).length
  await until(
    'the environments',
    async () => (await database.db.selectFrom('environments').select('name').execute()).length === wanted,
  )
}

function settingsOf({ embedded, dataFolder, databaseUrl }: Stack): WorkerSettings {
  const read = readWorkerEnvironment({
    ...embedded.variables,
    DATABASE_URL: databaseUrl,
    SLIPWAY_DATA: dataFolder,
    ...given('SLIPWAY_CACHE'),
    ...given('SLIPWAY_SANDBOX'),
  })
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems))
  return read.settings
}

function given(name: string): NodeJS.ProcessEnv {
  const value = process.env[name]
  return value === undefined ? {} : { [name]: value }
}

interface Workers {
  readonly tape: Tape
  readonly runner: SwitchedRunner
  stop(): Promise<void>
}

/** The shell runner, as in the worker, and one that does nothing. */
function switchedRunner(
  settings: WorkerSettings,
  configuration: () => Configuration,
  found: Sandbox,
): SwitchedRunner {
  const { PATH = '' } = process.env
  const sandbox = confinementPlan({ settings, configuration }, found)
  const { dataFolder } = settings
  return switched(createShellRunner({ dataFolder, baseVariables: { PATH }, sandbox }), instantRunner)
}

async function openWorkers(
  settings: WorkerSettings,
  { database, gateway }: Resources,
  configuration: () => Configuration,
): Promise<Workers> {
  const log = pino({ level: 'silent' })
  const sandbox = await openSandbox({ settings, configuration, environment: process.env }, log)
  const runner = switchedRunner(settings, configuration, sandbox)
  const bundle = await workflowBundle(settings)
  const needs = {
    settings,
    gateway,
    db: database.db,
    log,
    configuration,
    sandbox,
    environment: process.env,
    secrets: { read: () => null, all: () => [], redact: String },
  }
  const parts = { ...needs, github: null, forge: null, bundle, cachedWorkflows: CACHED_WORKFLOWS }
  const { store: artifacts } = await openArtifacts(settings, await installationId(database.db))
  const activities = openActivities(parts, { host: HOST, artifacts, runners: createStageRunners([runner]) })
  const connection = await NativeConnection.connect({ address: settings.temporalAddress })
  const tape = createTape()
  const slipway = await startWorkers({
    redact: String,
    foresee: () => undefined,
    noRoomToBuild: async () => null,
    connection,
    namespace: settings.temporalNamespace,
    queuePrefix: settings.temporalPlacement.queuePrefix,
    buildId: null,
    host: HOST,
    runsOn: [],
    runsOnToday: () => null,
    main: tape.wrap(activities.main),
    stages: tape.wrap(activities.stages),
    builds: tape.wrap(activities.builds),
    limits: settings.concurrency,
    bundle,
    cachedWorkflows: CACHED_WORKFLOWS,
  })
  const plain = await openPlain(connection, activities.main)
  const running = plain.run()
  return {
    tape,
    runner,
    stop: async () => {
      if (plain.getState() === 'RUNNING') plain.shutdown()
      await running
      await slipway.stop()
      await connection.close()
    },
  }
}

/** A plain parent sends to its children itself. */
const openPlain = (
  connection: NativeConnection,
  main: ReturnType<typeof openActivities>['main'],
): Promise<Worker> =>
  Worker.create({
    connection,
    taskQueue: PLAIN_QUEUE,
    workflowsPath: fileURLToPath(new URL('./plain.workflow.ts', import.meta.url)),
    activities: { ...main, recordChange: (change: Change) => main.recordChange(change) },
    stickyQueueScheduleToStartTimeout: '1s',
    maxCachedWorkflows: CACHED_WORKFLOWS,
  })
