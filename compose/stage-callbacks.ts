/** Callbacks of HTTP stages: the worker issues them, the bot receives them; both derive the same secret from a key. */
import { createHmac } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { WorkerSettings } from '../config.js'
import { endStageCall } from '../db/stage-calls.js'
import type { Database } from '../db/tables.js'
import type { RawHandler } from '../http/raw-routes.js'
import { STAGE_CALLBACK_PATH, stageCallbackRoute } from '../http/stage-callback.js'
import type { HttpRunnerOptions } from '../integrations/stage-runners/http-runner.js'

/** Returns null for every stage unless Slipway has a public address and a webhook secret. */
export function callbackOf({ http }: Pick<WorkerSettings, 'http'>): HttpRunnerOptions['callback'] {
  const { publicUrl, webhookSecret } = http
  if (publicUrl === null || webhookSecret === null) return () => null
  const place = `${publicUrl.replace(/\/$/, '')}${STAGE_CALLBACK_PATH}`
  return (key) => ({
    url: `${place}?key=${encodeURIComponent(key)}`,
    secret: stageSecret(webhookSecret, key),
  })
}

/** The route that receives the callbacks of {@link callbackOf}; none without a webhook secret. */
export function stageCallbacks(
  { http }: Pick<WorkerSettings, 'http'>,
  db: Kysely<Database>,
): Readonly<Record<string, RawHandler>> {
  const { webhookSecret } = http
  if (webhookSecret === null) return {}
  const secretOf = (key: string): string => stageSecret(webhookSecret, key)
  const record = endStageCall.bind(null, db)
  return { [STAGE_CALLBACK_PATH]: stageCallbackRoute({ secretOf, record }) }
}

/** Valid for one key only, so that a stage's runner can end that stage and nothing else. */
function stageSecret(webhookSecret: string, key: string): string {
  return createHmac('sha256', webhookSecret).update(`slipway stage callback v1\n${key}`).digest('hex')
}
