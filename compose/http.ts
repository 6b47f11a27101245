import { sql } from 'kysely'
import type { HttpReceiver } from '../bot/slack/http-receiver.js'
import { within } from '../bot/slack/with-timeout.js'
import { type MeasuredReads, metricsOf } from '../bot/verbs/questions/answer-metrics.js'
import { type PlannedReads, readRoadmaps } from '../bot/verbs/questions/answer-roadmap.js'
import { readLinkKey } from '../db/link-key.js'
import { readEnvironments } from '../db/queries/environments.js'
import { plannedReleases, readReleases } from '../db/queries/releases.js'
import { runsSince } from '../db/queries/runs.js'
import { schedulesSince } from '../db/queries/schedules.js'
import { liveWorkers } from '../db/queries/workers.js'
import { findApp } from '../domain/configuration.js'
import type { AppDefinition } from '../domain/pipeline.js'
import type { Roadmap } from '../domain/roadmap.js'
import { unserved } from '../domain/runs-on.js'
import { databaseApiReads } from '../http/api-reads.js'
import type { Metrics } from '../http/metrics.js'
import type { RawHandler } from '../http/raw-routes.js'
import { createHttpServer } from '../http/server.js'
import type { BotParts } from './bot-parts.js'
import type { NameWatch } from './name-watch.js'
import { comingWindows } from './question-sources.js'
import type { SlackTransport } from './slack-transport.js'
import { trainsOf } from './trains.js'

export interface HttpParts extends BotParts {
  readonly metrics: Metrics
  readonly transport: Pick<SlackTransport, 'handle' | 'isConnected' | 'problem'>
  readonly names: Pick<NameWatch, 'problems'>
  /** The forges' webhook routes by path. */
  readonly webhooks: Readonly<Record<string, RawHandler>>
}

/** Starts the HTTP server with the read API, health, metrics and the signed routes. */
export async function openHttp(parts: HttpParts): Promise<{ readonly port: number; close(): Promise<void> }> {
  const { settings, resources, log } = parts
  const { apiToken, publicUrl, host, port } = settings.http
  const { db } = resources.database
  const server = createHttpServer({
    host,
    port,
    access: {
      apiToken,
      publicUrl,
      linkKey: () => (publicUrl === null ? Promise.resolve(null) : readLinkKey(db)),
    },
    reads: databaseApiReads(db),
    apps: () => parts.configuration().apps.map((app) => app.name),
    timezone: (name) => findApp(parts.configuration(), name)?.timezone ?? 'UTC',
    metrics: parts.metrics,
    redact: parts.redact,
    dora: async (name, ms) => {
      const app = findApp(parts.configuration(), name)
      const reads: MeasuredReads = {
        runs: (...order) => runsSince(db, ...order),
        schedules: (...order) => schedulesSince(db, ...order),
      }
      return app && metricsOf(reads, app, { ms, now: new Date() })
    },
    roadmap: async (name) => {
      const app = findApp(parts.configuration(), name)
      return app && readRoadmap(db, app)
    },
    ready: async () => {
      const [database, temporal] = await Promise.all([
        works(sql`select 1`.execute(db)),
        works(resources.gateway.check()),
      ])
      return { database, temporal, slack: parts.transport.isConnected() }
    },
    problems: (workers) => [
      ...[parts.transport.problem()].filter((text) => text !== null),
      ...parts.names.problems(),
      ...(workers === null ? [] : unserved(parts.configuration(), workers)),
    ],
    workers: () => liveWorkers(db),
    slackEvents: parts.transport.handle === null ? null : rawSlack(parts.transport.handle),
    webhooks: parts.webhooks,
    onError: (error, path) => log.error({ err: error, path }, 'A request could not be answered'),
  })
  return { port: await server.listen(), close: () => server.close() }
}

/** A network that drops everything must not keep the caller waiting. */
const PATIENCE_MS = 2_000

async function works(check: Promise<unknown>): Promise<boolean> {
  try {
    return (await within(PATIENCE_MS, check)) !== 'late'
  } catch {
    return false
  }
}

const rawSlack =
  (handle: HttpReceiver['handle']): RawHandler =>
  (headers, rawBody) =>
    handle({ headers, rawBody: rawBody.toString('utf8') })

async function readRoadmap(
  db: HttpParts['resources']['database']['db'],
  app: AppDefinition,
): Promise<Roadmap | null> {
  const now = new Date()
  const reads: PlannedReads = {
    plannedReleases: (...apps) => plannedReleases(db, ...apps),
    releasesOf: (ids) => readReleases(db, ids),
    environments: (...apps) => readEnvironments(db, ...apps),
    trains: (...apps) => trainsOf(db, apps),
  }
  const asked = { app, windows: comingWindows(app, now.toISOString()) }
  const [roadmap = null] = await readRoadmaps(reads, [asked], now)
  return roadmap
}
