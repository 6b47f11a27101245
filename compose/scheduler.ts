/** The clock with its jobs, and what those have the board show. */

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
import type { AppDefinition } from '../domain/pipeline.js'
import type { BotParts } from './bot-parts.js'
import { type RetentionRun, runRetention } from './retention.js'
import { trainsToRun } from './trains.js'

/** Everything here runs on the leader alone. */
export function openClock(
  { settings, resources, configuration, log }: BotParts,
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
      // What is told is where the trail stands now.
      await sealAudit()
      await digests.post()
    },
    sweep: sweep.run,
    remindOfPlans: plans.run,
    tellDelays: slow.look,
    prune: (goesOn) => runRetention(retainedRows(db, settings.keepDays), { log, onRemoved, goesOn }),
    sealAudit,
    findDeletedCards: createDeletedCardSearch(db, client),
    reconcile: createReconciler({ db, gateway, apps, trains: () => trainsToRun(db, configuration()), log }),
    log,
  })
  return { clock, renderers: [digests.renderer, sweep.renderer, plans.renderer, slow.renderer] }
}
