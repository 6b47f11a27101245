/** Wires the scheduler with its jobs, and the messages that these jobs publish. */

import { createDigests, type DigestOptions } from '../bot/publisher/jobs/digest.js'
import { createDeletedCardSearch } from '../bot/publisher/jobs/find-deleted-cards.js'
import { createPlanReminders } from '../bot/publisher/jobs/plan-reminders.js'
import { createReconciler } from '../bot/publisher/jobs/reconcile.js'
import { createSweep } from '../bot/publisher/jobs/reminders.js'
import { type Clock, createClock } from '../bot/publisher/jobs/scheduler.js'
import { createAuditSealer } from '../bot/publisher/jobs/seal-audit.js'
import type { Leader } from '../bot/publisher/leadership.js'
import { createSlowOrders } from '../bot/publisher/outcomes/slow-orders.js'
import type { Renderer } from '../bot/publisher/publisher-options.js'
import type { SlackClient } from '../bot/slack/web-client.js'
import { retainedRows } from '../db/prune.js'
import { readReleaseState } from '../db/queries/release-state.js'
import type { AppDefinition } from '../domain/pipeline.js'
import { releaseWorkflowId } from '../workflows/workflow-ids.js'
import type { BotParts } from './bot-parts.js'
import { type RetentionRun, runRetention } from './retention.js'
import { trainsToRun } from './trains.js'

/** Everything here runs only on the leader. */
export function openClock(
  parts: BotParts,
  {
    leader,
    client,
    onRemoved,
    ...asking
  }: Pick<DigestOptions, 'deciders' | 'cardUrl'> & {
    readonly leader: Leader
    readonly client: SlackClient
    readonly onRemoved: RetentionRun['onRemoved']
  },
): { readonly clock: Clock; readonly renderers: readonly Renderer[] } {
  const { settings, resources, configuration, log } = parts
  const { database, gateway } = resources
  const { db } = database
  const now = (): Date => new Date()
  const apps = (): readonly AppDefinition[] => configuration().apps
  const digests = createDigests(db, { configuration, now, ...asking })
  const sweep = createSweep(db, gateway, { apps, now, log })
  const plans = createPlanReminders(db, client, { apps, now, log })
  const slow = createSlowOrders({
    db,
    client,
    apps,
    command: configuration().command,
    onProblem: (key, error) => log.warn({ key, error }, 'A person was not told yet'),
  })
  const sealAudit = createAuditSealer(db)
  const clock = createClock({
    leader,
    digest: () => configuration().digest,
    postDigests: async () => {
      // Seal first, so that the digest shows the current state of the audit trail.
      await sealAudit()
      await digests.post()
    },
    sweep: sweep.run,
    remindOfPlans: plans.run,
    tellDelays: slow.look,
    prune: (goesOn) => runRetention(retainedRows(db, settings.keepDays), { log, onRemoved, goesOn }),
    sealAudit,
    findDeletedCards: createDeletedCardSearch(db, client),
    reconcile: reconciling(parts),
    log,
  })
  return { clock, renderers: [digests.renderer, sweep.renderer, plans.renderer, slow.renderer] }
}

/** Runs the reconciler, then updates what it does not compare: the environments' configuration. */
export function reconciling({
  resources,
  configuration,
  configureEnvironments,
  log,
}: Pick<BotParts, 'resources' | 'configuration' | 'configureEnvironments' | 'log'>): () => Promise<void> {
  const { database, gateway } = resources
  const { db } = database
  const reconcile = createReconciler({
    ...{ db, gateway, log },
    apps: () => configuration().apps,
    releaseState: (app, id) => readReleaseState(db, releaseWorkflowId(app, id)),
    trains: () => trainsToRun(db, configuration()),
  })
  return async () => {
    // Differences are reported first, because an environment that gets a configuration rewrites its record.
    await reconcile()
    // A start or reload may have missed an environment, or an older file may have started one since.
    await configureEnvironments(configuration())
  }
}
