/** The real workflows on a real Temporal server, with activities that a test controls. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Context } from '@temporalio/activity'
import { Client, Connection } from '@temporalio/client'
import { NativeConnection } from '@temporalio/worker'
import type { Change } from '../../domain/change.js'
import type { EnvironmentState } from '../../domain/environment/state.js'
import type { Sent } from '../../domain/evidence.js'
import type { EnvironmentName } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { ReleaseState } from '../../domain/release/state.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import type { HostWait } from '../../domain/runs-on.js'
import { pickPort } from '../../local/ports.js'
import { startTemporalServer } from '../../local/temporal-server.js'
import { type BeginNeeds, beginRelease } from '../../workflows/activities/begin-release.js'
import type { CheckActivities } from '../../workflows/activities/check-types.js'
import type { DeliveryActivities } from '../../workflows/activities/delivery-types.js'
import type {
  BuildResult,
  DeploymentActivities,
  RecordActivities,
  ReleaseActivities,
  StageEnd,
  StageOrderInput,
} from '../../workflows/activities/index.js'
import { readDefinition } from '../../workflows/activities/read-definition.js'
import { sendSignals } from '../../workflows/activities/record-activities.js'
import type { ForeseeStage } from '../../workflows/activities/workspace.js'
import { createGateway, type Gateway } from '../../workflows/gateway.js'
import { type RunningWorkers, startWorkers, type WorkerSettings } from '../../workflows/worker.js'
import { cacheFolder } from './cache-folder.js'
import { commitSummary } from './commit-counts.js'
import { digestOf, releaseId, sure } from './lane.js'
import { rememberApps } from './told-apps.js'
import { twoCommits } from './train.js'
import { stateUntil } from './until.js'
import { untilAnswered } from './until-answered.js'
import { workflowBundle } from './workflow-bundle.js'

/** The activities; a test replaces those it is about. */
export interface Effects {
  stage: (order: StageOrderInput) => Promise<StageEnd> | StageEnd
  build: () => Promise<BuildResult> | BuildResult
  checks: CheckActivities['readChecks']
  look: DeliveryActivities['lookAtBranch']
  tag: ReleaseActivities['pushTag']
  /** Whether Slipway sent what a workflow received. */
  isSent: (sent: Sent) => boolean
  /** Before a change is written. */
  record: (change: Change) => Promise<void>
}

export interface Lab {
  readonly client: Client
  readonly gateway: Gateway
  readonly address: string
  /** The path of its workers' workflow bundle. */
  readonly bundle: string
  readonly effects: Effects
  /** Everything the workflows wrote, and every stage that was run, as `environment/stage/run`. */
  readonly changes: Change[]
  readonly stages: string[]
  /** What waits for a host, by its id. */
  readonly waits: Map<string, HostWait>
  /** The stages that were said to be about to be executed. */
  readonly foreseen: Parameters<ForeseeStage>[]
  /** Makes the train of an app use this configuration. */
  configureTrain(app: AppDefinition): Promise<void>
  startWorker(
    settings?: Partial<
      Pick<WorkerSettings, 'cachedWorkflows' | 'host' | 'limits' | 'runsOn' | 'buildId' | 'bundle'>
    >,
  ): Promise<RunningWorkers>
  close(): Promise<void>
}

export function exited(code: number): Extract<StageEnd, { readonly report: object }> {
  const at = new Date().toISOString()
  return {
    report: { exit: { kind: 'exited', code }, outputs: {}, tail: '', startedAt: at, finishedAt: at },
  }
}

/** A stage that runs until it is cancelled, and then takes a while to end. */
export async function runUntilCancelled(endsAfterMs: number): Promise<StageEnd> {
  const context = Context.current()
  const beat = setInterval(() => context.heartbeat(), 200)
  await Promise.allSettled([context.cancelled])
  await new Promise((resolve) => setTimeout(resolve, endsAfterMs))
  clearInterval(beat)
  const end = exited(0)
  return { report: { ...end.report, exit: { kind: 'cancelled' } } }
}

/**
 * A separate Temporal server; with `histories`, runs continue as new after so many events. `record` is what was
 * written on an earlier one.
 */
export async function openLab(
  options: { readonly histories?: number; readonly record?: readonly Change[] } = {},
): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-lab-'))
  const server = await startTemporalServer({
    dataFolder: join(folder, 'temporal'),
    cacheFolder: cacheFolder(),
    port: (await pickPort(0)).port,
    say: () => undefined,
    ...(options.histories === undefined
      ? {}
      : { dynamicConfig: [`limit.historyCount.suggestContinueAsNew=${options.histories}`] }),
  })
  const { address } = server
  const bundle = await workflowBundle()
  const connection = await Connection.connect({ address })
  const client = new Client({ connection })
  const told = rememberApps(askingAgain(createGateway(client, async () => undefined)))
  const { gateway } = told
  const effects: Effects = {
    stage: () => exited(0),
    build: () => built(),
    checks: notHere,
    look: notHere,
    tag: async () => ({ kind: 'tagged' }),
    isSent: () => true,
    record: async () => undefined,
  }
  const foreseen: Lab['foreseen'] = []
  const lab = {
    client,
    gateway,
    address,
    bundle,
    effects,
    changes: [...(options.record ?? [])],
    stages: [],
    waits: new Map(),
    foreseen,
  }
  const workers: RunningWorkers[] = []
  const natives: NativeConnection[] = []
  return {
    ...lab,
    configureTrain: (app) => {
      told.remember(app)
      return gateway.configureTrain(app.name, app.configHash)
    },
    startWorker: async (settings = {}) => {
      // One connection per worker: no two on one connection may poll the same queue.
      const native = await NativeConnection.connect({ address })
      natives.push(native)
      const started = await startWorkers({
        queuePrefix: '',
        buildId: null,
        redact: String,
        foresee: (...stage) => void lab.foreseen.push(stage),
        noRoomToBuild: async () => null,
        connection: native,
        namespace: 'default',
        host: 'lab',
        limits: { stages: 4, builds: 2 },
        runsOn: [],
        runsOnToday: (_, asked) => asked,
        cachedWorkflows: 100,
        bundle,
        ...settings,
        ...activitiesOf(lab, told.store),
      })
      workers.push(started)
      return started
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.stop()))
      await Promise.all(natives.map((native) => native.close()))
      await connection.close()
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function askingAgain(gateway: Gateway): Gateway {
  return {
    ...gateway,
    cut: (...order) => untilAnswered(() => gateway.cut(...order)),
    askRelease: (...order) => untilAnswered(() => gateway.askRelease(...order)),
    askEnvironment: (...order) => untilAnswered(() => gateway.askEnvironment(...order)),
    askTrain: (...order) => untilAnswered(() => gateway.askTrain(...order)),
  }
}

const built = (): BuildResult => ({ kind: 'built', digest: digestOf(1), reference: null })

function activitiesOf(
  lab: Pick<Lab, 'gateway' | 'effects' | 'waits'> & { readonly changes: Change[]; readonly stages: string[] },
  store: Pick<ReleaseStore, 'readConfigured'>,
): Pick<WorkerSettings, 'main' | 'stages' | 'builds'> {
  const readState: RecordActivities['readState'] = async (id) =>
    lab.changes.findLast(({ workflow }) => workflow?.id === id)?.workflow?.state ?? null
  const inspect: DeploymentActivities['inspect'] = async (order) => ({
    ...{ definition: await readDefinition(store, order), templateHash: null, variablesHash: 'v1' },
  })
  const beginning: BeginNeeds['ledger'] = {
    readState,
    checkSent: async () => true,
    createRelease: async ({ version }, first) => {
      lab.changes.push(first(sure(version)))
      return { kind: 'created', version: sure(version) }
    },
    createDraft: notHere,
  }
  return {
    main: {
      checkSent: async (_, sent) => lab.effects.isSent(sent),
      recordChange: async (change, letters = [], sent = null) => {
        if (sent !== null && !lab.effects.isSent(sent)) return false
        await lab.effects.record(change)
        if (!lab.changes.some(({ key }) => key === change.key)) lab.changes.push(change)
        await sendSignals(letters, lab.gateway)
        return true
      },
      readState,
      beginRelease: (order) =>
        beginRelease({ ledger: beginning, resolveCut, findFix: notHere, now: () => new Date() }, order),
      resolveCut,
      pushTag: async (order) => lab.effects.tag(order),
      lookOnTrunk: async () => ({ kind: 'looked', missing: [], total: 0 }),
      deleteRelease: async () => null,
      startDeployment: async (order) => ({ kind: 'started', ...(await inspect(order)) }),
      readDefinition: (key) => readDefinition(store, key),
      inspect,
      branchHead: async () => null,
      claimPlace: async () => undefined,
      freePlace: async () => undefined,
      resolveOrigin: notHere,
      resolvePicks: notHere,
      findResolution: notHere,
      cherryPick: notHere,
      lookAtBranch: async (look) => lab.effects.look(look),
      readGain: notHere,
      cutBySelf: notHere,
      readTrain: async ({ app, configHash }) => (await store.readConfigured(configHash, app))?.train ?? null,
      lookAtTrain: async () => twoCommits,
      cutTrain: async () => ({ kind: 'cut', version: '2026.11.9' }),
      readChecks: async (order) => lab.effects.checks(order),
      cutDraft: notHere,
      noteWait: async ({ work, runsOn, since }) => {
        lab.waits.set(work.id, { runsOn, served: false, since })
        return runsOn
      },
      endWait: async ({ id }) => {
        lab.waits.delete(id)
      },
    },
    stages: {
      runStage: async (order) => {
        lab.stages.push(`${order.entry.order.environment}/${order.stage}/${order.run}`)
        return lab.effects.stage(order)
      },
    },
    builds: { build: async () => lab.effects.build() },
  }
}

const resolveCut: ReleaseActivities['resolveCut'] = async ({ ref }) => ({
  kind: 'resolved',
  commit: { sha: shaOf(ref), subject: 'A change', author: 'Alice', email: 'alice@example.com', at: '' },
  commits: commitSummary(1),
  authors: [],
  overrode: [],
  bump: null,
  tagged: { highest: null, skip: [] },
})

/** Activities that no workflow of a lab uses. */
const notHere = (): never => {
  throw new Error('A lab has no repository')
}

const shaOf = (ref: string | null): never => sure(ref) as never

export const releaseUntil = (
  { gateway }: Pick<Lab, 'gateway'>,
  { app, number }: { readonly app: AppDefinition; readonly number: number },
  holds: (state: ReleaseState) => boolean,
): Promise<ReleaseState> =>
  stateUntil(async () => sure(await gateway.readRelease(app.name, releaseId(number))), holds)

export const environmentUntil = (
  { gateway }: Pick<Lab, 'gateway'>,
  { app, name }: { readonly app: AppDefinition; readonly name: EnvironmentName },
  holds: (state: EnvironmentState) => boolean,
): Promise<EnvironmentState> =>
  stateUntil(async () => sure(await gateway.readEnvironment(app.name, name)), holds)
