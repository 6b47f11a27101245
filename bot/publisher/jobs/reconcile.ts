/** Compares PostgreSQL with Temporal, reports every difference, and has it repaired (R.10). */
import { setTimeout as delay } from 'node:timers/promises'
import { loadDeployments } from '../../../db/queries/deployments.js'
import { type EnvironmentRow, loadEnvironments } from '../../../db/queries/environments.js'
import { openReleases, readRelease } from '../../../db/queries/releases.js'
import { differences } from '../../../domain/environment/reconcile.js'
import type { AppName, DeploymentId } from '../../../domain/identifiers.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import type { RecordDifference } from '../../../domain/reasons.js'
import { unheard } from '../../../domain/release/written.js'
import type { ReleaseView } from '../../../domain/views.js'
import type { Gateway } from '../../../workflows/gateway.js'
import type { BotLog } from '../../slack/log.js'
import type { PublisherDatabase } from '../publisher-options.js'

/** A train, and what it should go by. */
export interface TrainOfApp {
  readonly app: AppName
  readonly isConfigured: boolean
  readonly configHash: string
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
  /** The trains that run or should, also those of apps that left the file. */
  readonly trains: () => Promise<readonly TrainOfApp[]>
  readonly log: BotLog
  /** A change under way looks like a difference: only one that is still there after this pause is one. 2 s unless given. */
  readonly pauseMs?: number
}

const PAUSE_MS = 2_000

/** One look at everything; resolves when all repairs are under way. */
export function createReconciler(options: ReconcilerOptions): () => Promise<void> {
  return async () => {
    for (const app of options.apps()) {
      for (const row of await loadEnvironments(options.db, [app.name])) {
        await unhindered(options, { app: app.name, environment: row.name }, () =>
          reconcileOne(options, app, row),
        )
      }
      for (const release of await openReleases(options.db, app.name)) {
        await unhindered(options, { app: app.name, releaseId: release.id }, () =>
          reconcileRelease(options, app.name, release),
        )
      }
    }
    for (const train of await options.trains())
      await unhindered(options, { app: train.app }, () => reconcileTrain(options, train))
  }
}

/** One whose workflow is gone goes on from its record, and one that did not hear of today's configuration does. */
async function reconcileTrain(
  { gateway, log }: ReconcilerOptions,
  { app, isConfigured, configHash }: TrainOfApp,
): Promise<void> {
  const running = await gateway.findTrain(app)
  const isRight = isConfigured ? running?.configHash === configHash : (running?.train ?? null) === null
  if (isRight) return
  log.warn({ app }, 'The workflow of a train is gone, or goes by an older file; it hears of the one of now')
  await gateway.configureTrain(app, configHash)
}

/** One that cannot be looked at, e.g. since its workflow does not answer, hinders no other; the next turn tries again. */
async function unhindered(
  { log }: ReconcilerOptions,
  which: Readonly<Record<string, string>>,
  work: () => Promise<void>,
): Promise<void> {
  await work().catch((error: unknown) => log.error({ err: error, ...which }, 'It was not reconciled'))
}

type Look = { readonly kind: 'gone' | 'behind' } | { readonly difference: RecordDifference } | null

const whatIsWrong = { gone: 'its workflow is gone', behind: 'its workflow knows less than the record' }

async function reconcileOne(
  options: ReconcilerOptions,
  app: AppDefinition,
  row: EnvironmentRow,
): Promise<void> {
  if ((await look(options, row)) === null) return
  await delay(options.pauseMs ?? PAUSE_MS)
  const [again] = (await loadEnvironments(options.db, [app.name])).filter(({ name }) => name === row.name)
  const still = again && (await look(options, again))
  if (!again || !still) return
  const { log, gateway } = options
  const found = 'difference' in still ? still.difference : whatIsWrong[still.kind]
  log.warn(
    { app: app.name, environment: row.name, found },
    'The record and the workflow differ; it is repaired',
  )
  if ('difference' in still)
    await gateway.refresh(app.name, row.name, { seq: again.seq, difference: still.difference })
  else await (still.kind === 'gone' ? gateway.wake(app, row.name) : gateway.restart(app, row.name))
}

async function look({ db, gateway }: ReconcilerOptions, row: EnvironmentRow): Promise<Look> {
  // Only the configuration has written it yet.
  if (row.seq === 0) return null
  const state = await gateway.findEnvironmentState(row.app, row.name)
  if (state === null) return { kind: 'gone' }
  // The row was read before the workflow was asked: one that lost nothing cannot stand behind it.
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
 * A release whose workflow ended before its time goes on from its record. One that did not hear what its environments
 * wrote, e.g. since the workflow of one was ended before it told, is told. Any other difference stands in the log.
 */
async function reconcileRelease(options: ReconcilerOptions, app: AppName, view: ReleaseView): Promise<void> {
  const { gateway, log, db } = options
  const { id, deployments } = view
  const state = await gateway.readRelease(app, id)
  const which = { app, releaseId: id }
  if (state === null) {
    log.warn(which, 'The workflow of a release is gone; it goes on from its record')
    return gateway.restoreRelease(app, id, deployments)
  }
  if (view.state === 'open' && state.lifecycle !== view.state)
    log.warn({ ...which, found: state.lifecycle }, 'A release differs from its workflow')
  if (unheard(state, deployments).length === 0) return
  await delay(options.pauseMs ?? PAUSE_MS)
  // What is written is read first: what the release hears while it is asked is no difference.
  const written = (await readRelease(db, id))?.deployments ?? []
  const now = await gateway.readRelease(app, id)
  for (const report of now === null ? [] : unheard(now, written)) {
    log.warn(
      { ...which, deployment: report.deploymentId, to: report.to },
      'A release did not hear; it is told',
    )
    await gateway.report(app, report)
  }
}
