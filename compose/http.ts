import { sql } from 'kysely'
import { type MeasuredReads, metricsOf } from '../bot/commands/answer-metrics.js'
import { databaseApiReads } from '../bot/http/api-reads.js'
import type { Metrics } from '../bot/http/metrics.js'
import type { RawHandler } from '../bot/http/raw-routes.js'
import { createHttpServer } from '../bot/http/server.js'
import type { HttpReceiver } from '../bot/http-receiver.js'
import { within } from '../bot/within.js'
import { runsSince } from '../db/queries/runs.js'
import { schedulesSince } from '../db/queries/schedules.js'
import { findApp } from '../domain/configuration.js'
import type { BotParts } from './bot.js'
import type { Ears } from './ears.js'
import { linkSecretOf } from './links.js'

export interface HttpParts extends BotParts {
  readonly metrics: Metrics
  readonly ears: Pick<Ears, 'handle' | 'isConnected'>
  /** The forges' routes by path. */
  readonly webhooks: Readonly<Record<string, RawHandler>>
}

/** Starts the HTTP server with the read API, health, metrics and the ways in that are signed. */
export async function openHttp(parts: HttpParts): Promise<{ readonly port: number; close(): Promise<void> }> {
  const { settings, resources, log } = parts
  const { apiToken, publicUrl, host, port } = settings.http
  const { db } = resources.database
  const server = createHttpServer({
    host,
    port,
    access: { apiToken, publicUrl, linkSecret: linkSecretOf(settings) },
    reads: databaseApiReads(db),
    apps: () => parts.configuration().apps.map((app) => app.name),
    timezone: (name) => findApp(parts.configuration(), name)?.timezone ?? 'UTC',
    metrics: parts.metrics,
    dora: async (name, ms) => {
      const app = findApp(parts.configuration(), name)
      const reads: MeasuredReads = {
        runs: (...order) => runsSince(db, ...order),
        schedules: (...order) => schedulesSince(db, ...order),
      }
      return app && metricsOf(reads, app, { ms, now: new Date() })
    },
    ready: async () => {
      const [database, temporal] = await Promise.all([
        works(sql`select 1`.execute(db)),
        works(resources.gateway.check()),
      ])
      return { database, temporal, slack: parts.ears.isConnected() }
    },
    slackEvents: parts.ears.handle === null ? null : rawSlack(parts.ears.handle),
    webhooks: parts.webhooks,
    onError: (error, path) => log.error({ err: error, path }, 'A request could not be answered'),
  })
  return { port: await server.listen(), close: () => server.close() }
}

/** A network that swallows everything must not keep whoever asks waiting. */
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
