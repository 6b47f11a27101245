/** Compares PostgreSQL with Temporal, logs every difference, and has it repaired (R.10). */
import { setTimeout as delay } from 'node:timers/promises'
import { loadDeployments } from '../../../db/queries/deployments.js'
import { type EnvironmentRow, loadEnvironments, usedEnvironments } from '../../../db/queries/environments.js'
import { readRelease, releasesUnderWay } from '../../../db/queries/releases.js'
import { differences } from '../../../domain/environment/reconcile.js'
import type { AppName, DeploymentId, EnvironmentName, ReleaseId } from '../../../domain/identifiers.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import type { RecordDifference } from '../../../domain/reasons.js'
import { mustGoOn } from '../../../domain/release/end-release.js'
import type { ReleaseState } from '../../../domain/release/state.js'
import { missingReports } from '../../../domain/release/written.js'
import type { Gateway } from '../../../workflows/gateway.js'
import type { BotLog } from '../../slack/log.js'
import type { PublisherDatabase } from '../publisher-options.js'

/** A train, and the configuration it should follow. */
export interface TrainOfApp {
  readonly app: AppName
  readonly isConfigured: boolean
  /** The hash of a configuration with its app's current definition. */
  readonly configHash: string
  /** Whether the train recorded that it follows this configuration. */
  readonly isTold: boolean
}

export interface ReconcilerOptions {
  readonly db: PublisherDatabase
  readonly gateway: Pick<
    Gateway,
    | 'findEnvironmentState'
    | 'wake'
    | 'refresh'
    | 'restart'
    | 'readRelease'
    | 'restoreRelease'
    | 'report'
    | 'findTrain'
    | 'configureTrain'
  >
  readonly apps: () => readonly AppDefinition[]
  /** The last recorded state of a release; null when it recorded none. */
  readonly releaseState: (app: AppName, id: ReleaseId) => Promise<ReleaseState | null>
  /** The trains that run or should run, including those of apps removed from the configuration. */
  readonly trains: () => Promise<readonly TrainOfApp[]>
  readonly log: BotLog
  /** A change in progress looks like a difference, so only one that persists after this pause counts. 2 s by default. */
  readonly pauseMs?: number
  /** How many a turn checks. 100 by default. */
  readonly most?: number
}

const PAUSE_MS = 2_000
const MOST = 100

/**
 * Each turn checks a limited number of environments, releases and trains, and the next turn continues after them, so the cost
 * does not grow with their number. Resolves when all repairs are started.
 */
export function createReconciler(options: ReconcilerOptions): () => Promise<void> {
  const { most = MOST } = options
  let place = 0
  return async () => {
    const everything = await comparable(options)
    for (const { which, compare } of everything.slice(place, place + most))
      await unhindered(options, which, compare)
    place = place + most < everything.length ? place + most : 0
  }
}

interface Comparable {
  readonly which: Readonly<Record<string, string>>
  readonly compare: () => Promise<void>
}

/** Everything that has a workflow, in a stable order. */
async function comparable(options: ReconcilerOptions): Promise<readonly Comparable[]> {
  const { db } = options
  const apps = new Map(options.apps().map((app) => [app.name, app]))
  const rowsOf = environmentsOnce(db)
  const environments = (await usedEnvironments(db)).flatMap(({ app: name, name: environment }) => {
    const app = apps.get(name)
    if (app === undefined) return []
    const compare = (): Promise<void> => reconcileEnvironment(options, app, environment, rowsOf)
    return [{ which: { app: name, environment }, compare }]
  })
  const releases = (await releasesUnderWay(db, [...apps.keys()])).map(({ app, id }) => ({
    which: { app, releaseId: id },
    compare: () => reconcileRelease(options, app, id),
  }))
  const trains = (await options.trains()).map((train) => ({
    which: { app: train.app },
    compare: () => reconcileTrain(options, train),
  }))
  return [...environments, ...releases, ...trains]
}

type EnvironmentsOf = (app: AppName) => Promise<readonly EnvironmentRow[]>

/** For one turn: reads an app's environments once, before the first of them is compared. */
function environmentsOnce(db: PublisherDatabase): EnvironmentsOf {
  const read = new Map<AppName, Promise<readonly EnvironmentRow[]>>()
  return (app) => {
    const rows = read.get(app) ?? loadEnvironments(db, [app])
    read.set(app, rows)
    return rows
  }
}

/** Restarts a train whose workflow is gone, and updates one with an outdated configuration. */
async function reconcileTrain(
  { gateway, log }: ReconcilerOptions,
  { app, isConfigured, configHash }: TrainOfApp,
): Promise<void> {
  const running = await gateway.findTrain(app)
  const isRight = isConfigured ? running?.configHash === configHash : (running?.train ?? null) === null
  if (isRight) return
  log.warn({ app }, 'The workflow of a train is missing or outdated; configuring it')
  await gateway.configureTrain(app, configHash)
}

/** A failed check, e.g. of a workflow that does not answer, does not stop the others; the next turn retries it. */
async function unhindered(
  { log }: ReconcilerOptions,
  which: Readonly<Record<string, string>>,
  work: () => Promise<void>,
): Promise<void> {
  await work().catch((error: unknown) => log.error({ err: error, ...which }, 'It was not reconciled'))
}

type Look = { readonly kind: 'gone' | 'behind' } | { readonly difference: RecordDifference } | null

const whatIsWrong = { gone: 'its workflow is gone', behind: 'its workflow knows less than the record' }

async function reconcileEnvironment(
  options: ReconcilerOptions,
  app: AppDefinition,
  name: EnvironmentName,
  rowsOf: EnvironmentsOf,
): Promise<void> {
  const isIt = (row: EnvironmentRow): boolean => row.name === name
  const first = (await rowsOf(app.name)).find(isIt)
  if (first === undefined || (await look(options, first)) === null) return
  await delay(options.pauseMs ?? PAUSE_MS)
  const again = (await loadEnvironments(options.db, [app.name])).find(isIt)
  const still = again && (await look(options, again))
  if (!again || !still) return
  const { log, gateway } = options
  const found = 'difference' in still ? still.difference : whatIsWrong[still.kind]
  log.warn({ app: app.name, environment: name, found }, 'The record and the workflow differ; repairing')
  if ('difference' in still)
    await gateway.refresh(app.name, name, { seq: again.seq, difference: still.difference })
  else await (still.kind === 'gone' ? gateway.wake(app, name) : gateway.restart(app, name))
}

async function look({ db, gateway }: ReconcilerOptions, row: EnvironmentRow): Promise<Look> {
  const state = await gateway.findEnvironmentState(row.app, row.name)
  if (state === null) return { kind: 'gone' }
  // The row was read before the workflow was asked, so a workflow that lost nothing cannot be behind it.
  if (state.seq < row.seq) return { kind: 'behind' }
  const { setup_required, current_deployment, expires_at, generation, seq } = row
  const recorded = {
    state: row.state,
    setupRequired: setup_required,
    currentDeployment: current_deployment,
    generation,
    expiresAt: expires_at?.toISOString() ?? null,
    seq,
  }
  const difference = differences(state, recorded, await unfinished(db, row))
  return difference && { difference }
}

async function unfinished(
  db: PublisherDatabase,
  { app, name }: EnvironmentRow,
): Promise<readonly DeploymentId[]> {
  const found = await loadDeployments(db, (row) =>
    row.and([
      row('deployments.app', '=', app),
      row('deployments.environment', '=', name),
      row('deployments.state', 'in', ['queued', 'running']),
    ]),
  )
  return found.map(({ id }) => id)
}

/**
 * A release whose workflow ended too early resumes from its record. One that missed a report of what its environments recorded,
 * e.g. because the workflow of one was ended before it reported, gets it now. Any other difference is logged.
 */
async function reconcileRelease(options: ReconcilerOptions, app: AppName, id: ReleaseId): Promise<void> {
  const { gateway, log, db } = options
  const view = await readRelease(db, id)
  if (view === null) return
  const { deployments } = view
  const state = await gateway.readRelease(app, id)
  const which = { app, releaseId: id }
  if (state === null) {
    const recorded = await options.releaseState(app, id)
    if (recorded === null) log.error(which, 'The workflow of a release is gone, and it recorded nothing')
    if (!mustGoOn(view.state, recorded)) return
    log.warn(which, 'The workflow of a release is missing; restoring it from its record')
    return gateway.restoreRelease(app, id, deployments)
  }
  if (view.state === 'open' && state.lifecycle !== view.state)
    log.warn({ ...which, found: state.lifecycle }, 'A release differs from its workflow')
  if (missingReports(state, deployments).length === 0) return
  await delay(options.pauseMs ?? PAUSE_MS)
  // The record is read before the release, so a report that arrives in between is not a difference.
  const written = (await readRelease(db, id))?.deployments ?? []
  const now = await gateway.readRelease(app, id)
  const missing = now === null ? [] : missingReports(now, written)
  if (missing.length === 0) return
  const moved = missing.map(({ deploymentId, to }) => ({ deployment: deploymentId, to }))
  log.warn({ ...which, moved }, 'A release missed reports; it gets them now')
  await gateway.report(app, { release: id, at: null, deployments: missing })
}
