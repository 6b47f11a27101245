/** The HTTP server: health, metrics, the read API, Slack in HTTP mode, and the forges' webhooks. */
import { createServer, type Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { Hono, type MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { mapTexts } from '../domain/map-texts.js'
import type { WorkerStatus } from '../domain/sandbox.js'
import { type AccessRules, expectedHost, guarded } from './access.js'
import { apiError, notFound } from './api-error.js'
import { type ApiOptions, apiRoutes } from './api-routes.js'
import type { Metrics } from './metrics.js'
import { limitedBody, oneLongBodyAtATime, type RawHandler, runRaw, signed } from './raw-routes.js'
import { STAGE_CALLBACK_PATH } from './stage-callback.js'

export interface HttpOptions extends Omit<ApiOptions, 'metrics'> {
  /** The DORA figures of the read API. */
  readonly dora: ApiOptions['metrics']
  readonly access: Omit<AccessRules, 'now' | 'host'>
  readonly host: string
  /** 0 picks a free one. */
  readonly port: number
  readonly metrics: Pick<Metrics, 'text'>
  /** Redacts the secrets in a text. */
  readonly redact: (text: string) => string
  /** The parts that must work before requests make sense, by name. */
  readonly ready: () => Promise<Readonly<Record<string, boolean>>>
  /** Problems that only a person can fix, in words. */
  readonly problems?: (workers: readonly WorkerStatus[] | null) => readonly string[]
  /** The isolation of stage commands, by worker. */
  readonly workers: () => Promise<readonly WorkerStatus[]>
  /** Slack's HTTP mode; without it, the route does not exist. */
  readonly slackEvents?: RawHandler | null
  /** By path, e.g. `/webhooks/github`. */
  readonly webhooks?: Readonly<Record<string, RawHandler>>
  readonly onError?: (error: unknown, path: string) => void
  readonly now?: () => number
}

export interface HttpServer {
  /** The port it listens on. */
  listen(): Promise<number>
  /** Accepts no more requests, and waits for those in progress. */
  close(): Promise<void>
}

/** No browser or forge takes longer to send its headers. */
const HEAD_MS = 15_000
const REQUEST_MS = 60_000
const GRACE_MS = 5_000

export function createHttpServer(options: HttpOptions): HttpServer {
  const server = toNodeServer(httpApp(options))
  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(options.port, options.host, () => {
          server.off('error', reject)
          const address = server.address()
          resolve(typeof address === 'object' && address !== null ? address.port : options.port)
        })
      }),
    close: () =>
      new Promise((resolve) => {
        const impatient = setTimeout(() => server.closeAllConnections(), GRACE_MS)
        server.close(() => {
          clearTimeout(impatient)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}

function toNodeServer(app: Hono): Server {
  const server = createAdaptorServer({
    fetch: app.fetch,
    createServer,
    serverOptions: {
      headersTimeout: HEAD_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: 2_000,
    },
  })
  if ('closeAllConnections' in server) return server
  throw new TypeError('The adaptor returned another kind of server')
}

/** The routes, without a socket. */
function httpApp(options: HttpOptions): Hono {
  const rules: AccessRules = { ...options.access, host: options.host, now: options.now ?? Date.now }
  const app = new Hono()
  app.use(secureHeaders())
  app.get('/healthz', (c) => c.json({ ok: true }))
  app.get('/readyz', async (c) => {
    const parts = await options.ready().catch((): Readonly<Record<string, boolean>> => ({ readiness: false }))
    const ok = Object.values(parts).every(Boolean)
    const living = await options.workers().catch(() => null)
    const workers = (living ?? []).map(({ host, kind, network, runsOn }) => ({
      ...{ host, sandbox: kind, network, runsOn },
    }))
    const low = (living ?? []).flatMap(({ host, lowDisk }) =>
      lowDisk === null ? [] : [`Builds wait for room on ${host}: ${lowDisk}`],
    )
    const problems = [...(options.problems?.(living) ?? []), ...low]
    return c.json({ ok, parts, problems, workers }, ok ? 200 : 503)
  })
  app.use(expectedHost(rules))
  addRawRoutes(app, options)
  app.use('/metrics', guarded(rules))
  app.get('/metrics', async (c) => {
    const { type, body } = await options.metrics.text()
    return c.body(body, 200, { 'content-type': type })
  })
  app.use('/api/*', guarded(rules), redacted(options.redact))
  app.route('/api/v1', apiRoutes({ ...options, metrics: options.dora }))
  app.notFound((c) => apiError(c, notFound('such page', 'The read API begins at /api/v1/apps.')))
  app.onError((error, c) => {
    // A client that disconnects in the middle of a request is not our error.
    if (c.req.raw.signal.aborted) return c.body(null, 400)
    options.onError?.(error, c.req.path)
    return apiError(c, {
      status: 500,
      code: 'internal',
      message: 'Something went wrong here.',
      next: 'Try again; the log has the details.',
    })
  })
  return app
}

/** Recorded data was redacted before it was stored; text written by people is redacted here. */
function redacted(redact: HttpOptions['redact']): MiddlewareHandler {
  return async (c, next) => {
    await next()
    if (c.res.headers.get('content-type')?.startsWith('image/')) return
    const text = await c.res.clone().text()
    if (redact(text) === text) return
    const isJson = c.res.headers.get('content-type')?.includes('json') === true
    c.res = new Response(isJson ? JSON.stringify(mapTexts(JSON.parse(text), redact)) : redact(text), c.res)
  }
}

function addRawRoutes(app: Hono, { slackEvents, webhooks = {} }: HttpOptions): void {
  if (slackEvents) app.post('/slack/events', signed, limitedBody, (c) => runRaw(c, slackEvents))
  const inTurn = oneLongBodyAtATime()
  for (const [path, handler] of Object.entries(webhooks)) {
    const limit = path === STAGE_CALLBACK_PATH ? limitedBody : inTurn
    app.post(path, signed, limit, (c) => runRaw(c, handler))
  }
}
