/** Compares PostgreSQL with Temporal, reports every difference, and has it repaired (R.10). */
import { setTimeout as delay } from 'node:timers/promises'
import { loadDeployments } from '../../../db/queries/deployments.js'
import {
  deploymentsOf,
  type EnvironmentRow,
  environmentView,
  loadEnvironments,
} from '../../../db/queries/environments.js'
import { openReleases } from '../../../db/queries/releases.js'
import { previewDefinition } from '../../../domain/environment/preview.js'
import { differences } from '../../../domain/environment/reconcile.js'
import { restored } from '../../../domain/environment/restore.js'
import type { DeploymentId } from '../../../domain/identifiers.js'
import { type AppDefinition, findEnvironment } from '../../../domain/pipeline.js'
import type { RecordDifference } from '../../../domain/reasons.js'
import type { Gateway } from '../../../workflows/gateway.js'
import type { BotLog } from '../../slack/log.js'
import type { PublisherDatabase } from '../publisher-options.js'

export interface ReconcilerOptions {
  readonly db: PublisherDatabase
  readonly gateway: Pick<Gateway, 'findEnvironmentState' | 'refresh' | 'restore' | 'readRelease'>
  readonly apps: () => readonly AppDefinition[]
  readonly log: BotLog
  /** A change under way looks like a difference: only one that is still there after this pause is one. 2 s unless given. */
  readonly pauseMs?: number
}

const PAUSE_MS = 2_000

/** One look at everything; resolves when all repairs are under way. */
export function createReconciler(options: ReconcilerOptions): () => Promise<void> {
  return async () => {
    for (const app of options.apps()) {
      for (const row of await loadEnvironments(options.db, [app.name])) await reconcileOne(options, app, row)
      await reportReleases(options, app)
    }
  }
}

type Look =
  | { readonly kind: 'gone' }
  | { readonly kind: 'differs'; readonly difference: RecordDifference }
  | null

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
  const found = still.kind === 'gone' ? 'its workflow is gone' : still.difference
  log.warn(
    { app: app.name, environment: row.name, found },
    'The record and the workflow differ; it is repaired',
  )
  if (still.kind === 'gone') await restore(options, app, again)
  else await gateway.refresh(app.name, row.name, { seq: again.seq, difference: still.difference })
}

async function look({ db, gateway }: ReconcilerOptions, row: EnvironmentRow): Promise<Look> {
  // Only the configuration has written it yet.
  if (row.seq === 0) return null
  const state = await gateway.findEnvironmentState(row.app, row.name)
  if (state === null) return { kind: 'gone' }
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
  return difference && { kind: 'differs', difference }
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

async function restore(
  { db, gateway }: ReconcilerOptions,
  app: AppDefinition,
  row: EnvironmentRow,
): Promise<void> {
  const definition = findEnvironment(app, row.name) ?? previewDefinition(app, row.name, row.detail.branch)
  if (!definition) return
  const ids = deploymentsOf([row])
  const deployments =
    ids.length === 0 ? [] : await loadDeployments(db, (one) => one('deployments.id', 'in', ids))
  const { generation, seq } = row
  await gateway.restore(
    app,
    restored(app, definition, { view: environmentView(row, deployments), generation, seq }),
  )
}

/** A release without its workflow can only be told: nobody but it knows its gates. */
async function reportReleases({ db, gateway, log }: ReconcilerOptions, app: AppDefinition): Promise<void> {
  for (const release of await openReleases(db, app.name)) {
    if (release.state !== 'open') continue
    const state = await gateway.readRelease(app.name, release.id).catch((error: unknown) => {
      if (error instanceof Error && error.name === 'WorkflowNotFoundError') return null
      throw error
    })
    const found =
      state === null ? 'its workflow is gone' : state.lifecycle === release.state ? null : state.lifecycle
    if (found)
      log.warn({ app: app.name, releaseId: release.id, found }, 'A release differs from its workflow')
  }
}
