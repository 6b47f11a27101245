/** Log lines about orders and changes: always with the ids to search by, and never with text written by people. */
import type { Logger } from 'pino'
import type { Change } from '../domain/change.js'
import type { Actor, Intent } from '../domain/intent.js'
import type { Outcome } from '../domain/refusal.js'
import type { ReleaseStore } from '../domain/release-store.js'

export interface EndedOrder {
  readonly key: string
  readonly intent: Intent
  readonly actor: Actor
}

/** Logs an order that was executed or refused. Returns `done` or the refusal's code. */
export function logOrder(log: Logger, { key, intent, actor }: EndedOrder, outcome: Outcome): string {
  const ended = outcome.kind === 'done' ? 'done' : outcome.refusal.code
  log.info(
    { key, kind: intent.kind, app: intent.app, ...idsOf(intent), user: actor.user, outcome: ended },
    'An order was carried out',
  )
  return ended
}

function idsOf(intent: Intent): { readonly release?: string; readonly deployment?: string } {
  const release = 'release' in intent && intent.release?.kind === 'id' ? intent.release.releaseId : null
  const made = 'releaseId' in intent ? intent.releaseId : release
  const named =
    'deployment' in intent && intent.deployment.kind === 'id' ? intent.deployment.deploymentId : null
  const deployment = 'deploymentId' in intent ? intent.deploymentId : named
  return { ...(made === null ? {} : { release: made }), ...(deployment === null ? {} : { deployment }) }
}

/** The store, with a log line for each event that a workflow records in it. */
export function logged(store: ReleaseStore, log: Logger): ReleaseStore {
  return {
    ...store,
    async recordChange(change) {
      await store.recordChange(change)
      logChange(log, change)
    },
    async createRelease(release, first) {
      let written: Change | null = null
      const created = await store.createRelease(release, (version) => (written = first(version)))
      if (written !== null) logChange(log, written)
      return created
    },
    async createDraft(draft, first) {
      await store.createDraft(draft, first)
      logChange(log, first)
    },
  }
}

function logChange(log: Logger, { app, events }: Change): void {
  for (const { kind, releaseId, deploymentId, environment, actor } of events) {
    const ids = { app, release: releaseId, deployment: deploymentId, environment }
    log.info({ event: kind, ...ids, user: actor }, 'Recorded')
  }
}
