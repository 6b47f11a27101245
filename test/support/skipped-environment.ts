/** Environments and releases on a time-skipping server, with stages that a test controls. */
import { TestWorkflowEnvironment } from '@temporalio/testing'
import {
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker'
import type { Change } from '../../domain/change.js'
import { parseArtifactDigest, parseCommitSha } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import type { StoredState } from '../../domain/stored-state.js'
import { type BeginNeeds, beginRelease } from '../../workflows/activities/begin-release.js'
import type {
  BeginOrder,
  DefinitionKey,
  OutgoingSignal,
  StageOrderInput,
} from '../../workflows/activities/index.js'
import { readDefinition } from '../../workflows/activities/read-definition.js'
import { sendSignals } from '../../workflows/activities/record-activities.js'
import {
  createTrainActivities,
  type TrainActivityNeeds,
} from '../../workflows/activities/train-activities.js'
import { createGateway, type Gateway } from '../../workflows/gateway.js'
import { commitSummary } from './commit-counts.js'
import { startTimeSkipping } from './time-skipping.js'
import { rememberApps } from './told-apps.js'
import { workflowBundle } from './workflow-bundle.js'

export interface SkippedEnvironment {
  readonly gateway: Gateway
  /** Makes the train of an app use this configuration. */
  configure(app: AppDefinition): Promise<void>
  /** Every change the workflows recorded, oldest first. */
  readonly changes: readonly Change[]
  /** The stages that ran, e.g. `pr-1 setup`, oldest first. */
  readonly stages: readonly string[]
  now(): Promise<string>
  sleep(duration: string): Promise<void>
  close(): Promise<void>
}

export interface SkippedOptions {
  /** Runs inside each stage, `build` and `record`: they take as long as it waits; a stage ends with its exit code. */
  readonly within?: (what: string) => Promise<number>
  /** What trains find. */
  readonly trains?: Partial<TrainActivityNeeds>
}

// Otherwise each worker warns that this server is old.
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
})

/** Something the SDK does not export: a time-skipping environment on a running server. */
const sdk = TestWorkflowEnvironment as unknown as {
  create(options: {
    readonly server: { readonly type: 'existing' }
    readonly address: string
    readonly supportsTimeSkipping: true
  }): Promise<TestWorkflowEnvironment>
}

const COMMIT = '1'.repeat(40)
const digest = parseArtifactDigest(`sha256:${'2'.repeat(64)}`)

export async function startSkipped(
  executable: string,
  options: SkippedOptions = {},
): Promise<SkippedEnvironment> {
  const { within = async () => 0 } = options
  const server = await startTimeSkipping(executable)
  const { address } = server
  const env = await sdk.create({ server: { type: 'existing' }, address, supportsTimeSkipping: true })
  const { gateway, store, remember } = rememberApps(createGateway(env.client, async () => undefined))
  const changes: Change[] = []
  const stages: string[] = []
  const workers: { readonly worker: Worker; readonly ended: Promise<void> }[] = []
  const start = async (more: Omit<WorkerOptions, 'connection'>): Promise<void> => {
    const worker = await Worker.create({ connection: env.nativeConnection, ...more })
    workers.push({ worker, ended: worker.run() })
  }
  const runStage = async ({ entry, stage }: StageOrderInput): Promise<unknown> => {
    const what = `${entry.order.environment} ${stage}`
    stages.push(what)
    const code = await within(what)
    const at = new Date(await env.currentTimeMs()).toISOString()
    const exit = { kind: 'exited', code }
    return { report: { exit, outputs: {}, tail: '', startedAt: at, finishedAt: at } }
  }
  const build = async (): Promise<unknown> => {
    await within('build')
    return { kind: 'built', digest, reference: null }
  }
  const chooseHost = async (): Promise<string> => 'h'
  const readState = async (id: string): Promise<StoredState | null> =>
    changes.findLast(({ workflow }) => workflow?.id === id)?.workflow?.state ?? null
  const findFix: BeginNeeds['findFix'] = async () => ({ kind: 'found', title: '' })
  const beginning: BeginNeeds['ledger'] = {
    readState,
    checkSent: async () => true,
    createRelease: async ({ version }, first) => {
      const allotted = version ?? ('2026.11.9' as never)
      changes.push(first(allotted))
      return { kind: 'created', version: allotted }
    },
    createDraft: async (_, first) => void changes.push(first),
  }
  const main = mainActivities(gateway, store)
  await start({
    taskQueue: 'slipway',
    workflowBundle: { codePath: await workflowBundle() },
    activities: {
      ...main,
      ...createTrainActivities({ ...nothingNew, ledger: store, releases: gateway, ...options.trains }),
      recordChange: async (change: Change, signals: readonly OutgoingSignal[]) => {
        await within('record')
        changes.push(change)
        await sendSignals(signals, gateway)
        return true
      },
      readState,
      beginRelease: (order: BeginOrder) =>
        beginRelease({ ledger: beginning, resolveCut, findFix, now: () => new Date() }, order),
    },
  })
  const startOnHost = async (_: object, order: DefinitionKey): Promise<object> => ({
    ...{ host: 'h', started: await main.startDeployment(order) },
  })
  await start({ taskQueue: 'stages', activities: { chooseHost, startOnHost } })
  await start({ taskQueue: 'builds', activities: { chooseHost } })
  await start({ taskQueue: 'hosts/h', activities: { answer: async () => undefined } })
  await start({ taskQueue: 'builds/h', activities: { build } })
  await start({ taskQueue: 'stages/h', activities: { runStage } })
  return {
    gateway,
    configure: (app) => {
      remember(app)
      return gateway.configureTrain(app.name, app.configHash)
    },
    changes,
    stages,
    now: async () => new Date(await env.currentTimeMs()).toISOString(),
    sleep: (duration) => env.sleep(duration as never),
    close: async () => {
      for (const { worker } of workers) if (worker.getState() === 'RUNNING') worker.shutdown()
      await Promise.all(workers.map(({ ended }) => ended))
      await env.teardown()
      await server.stop()
    },
  }
}

const resolveCut: BeginNeeds['resolveCut'] = async ({ ref }) => ({
  kind: 'resolved',
  commit: { sha: ref as never, subject: 'A change', author: 'Alice', email: 'alice@example.com', at: '' },
  commits: commitSummary(1),
  ...{ authors: [], overrode: [], bump: null, tagged: { highest: null, skip: [] } },
})

/** A repository of one commit, and no calendar. */
const nothingNew: Omit<TrainActivityNeeds, 'ledger' | 'releases'> = {
  git: {
    branchHead: async () => parseCommitSha(COMMIT),
    range: async () => ({ commits: [], total: 1, read: 0, authors: 1, people: [], pulls: [] }),
    tagBefore: async () => null,
    touches: async () => true,
  },
  records: { latestCuts: async () => [], freezeOf: async () => null },
  holidays: { on: async () => ({ kind: 'known', name: null }) },
}

function mainActivities(gateway: Gateway, store: Pick<ReleaseStore, 'readConfigured'>) {
  const inspect = async (order: DefinitionKey): Promise<object> => ({
    ...{ definition: await readDefinition(store, order), templateHash: 't', variablesHash: 'v' },
  })
  return {
    checkSent: async () => true,
    startDeployment: async (order: DefinitionKey) => ({ kind: 'started', ...(await inspect(order)) }),
    readDefinition: (key: DefinitionKey) => readDefinition(store, key),
    inspect,
    resolveOrigin: async ({ ref }: { ref: string }) => {
      const pull = /^#(\d+)$/.exec(ref)?.[1]
      const origin = { commit: parseCommitSha(COMMIT), branch: 'x' }
      return { kind: 'resolved', origin: pull ? { ...origin, pull: Number(pull) } : origin }
    },
    branchHead: async () => COMMIT,
    claimPlace: ({ app, claim }: { app: never; claim: never }) => gateway.claimPlace(app, claim),
    freePlace: ({ app, name }: { app: never; name: never }) => gateway.freePlace(app, name),
    pushTag: async () => ({ kind: 'tagged' }),
    lookOnTrunk: async () => ({ kind: 'looked', missing: [], total: 0 }),
  }
}
