/** The read API: what runs where, releases with their events, deployments and their logs. Nothing here writes. */
import { type Context, Hono } from 'hono'
import * as z from 'zod'
import { notesMarkdown } from '../bot/views/github/notes.js'
import { plain } from '../bot/views/markup.js'
import { roadmapText } from '../bot/views/read/roadmap-lines.js'
import { parseDuration } from '../domain/durations.js'
import { type AppName, parseAppName, parseDeploymentId } from '../domain/identifiers.js'
import type { Metrics as DoraMetrics } from '../domain/metrics.js'
import type { Roadmap } from '../domain/roadmap.js'
import type { ReleaseView } from '../domain/views.js'
import { apiError, notFound } from './api-error.js'
import type { ApiReads } from './api-reads.js'
import { apiDeployment, apiEnvironment, apiEvent, apiRelease } from './api-shapes.js'
import { listBuilds, showBuild, showBuildLog } from './build-routes.js'

export interface ApiOptions {
  readonly reads: ApiReads
  /** The configured apps. */
  readonly apps: () => readonly AppName[]
  /** The time zone of an app. */
  readonly timezone: (app: AppName) => string
  /** The DORA figures over the given milliseconds; null means the default span. */
  readonly metrics: (app: AppName, ms: number | null) => Promise<DoraMetrics | null>
  /** What is planned; null when the app is no longer configured. */
  readonly roadmap: (app: AppName) => Promise<Roadmap | null>
}

const listQuery = z.object({
  state: z.enum(['draft', 'open', 'released', 'abandoned', 'deleted']).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  offset: z.coerce.number().int().min(0).default(0),
})

const LIST_HELP = 'Use state=draft|open|released|abandoned|deleted, limit=1..500 and offset.'

export function apiRoutes(options: ApiOptions): Hono {
  const { reads } = options
  const api = new Hono()
  api.get('/apps/:app/environments', (c) =>
    withApp(c, options, async (app) => c.json((await reads.environments(app)).map(apiEnvironment))),
  )
  api.get('/apps/:app/releases', (c) => withApp(c, options, (app) => listReleases(c, options, app)))
  api.get('/apps/:app/releases/:version', (c) =>
    withRelease(c, options, (view) => Promise.resolve(c.json(apiRelease(view, options.timezone(view.app))))),
  )
  api.get('/apps/:app/releases/:version/events', (c) =>
    withRelease(c, options, async (view) => c.json((await reads.events(view.id)).map(apiEvent))),
  )
  api.get('/apps/:app/releases/:version/notes', (c) =>
    withRelease(c, options, (view) => showNotes(c, reads, view)),
  )
  api.get('/apps/:app/builds', (c) => withApp(c, options, (app) => listBuilds(c, reads, app)))
  api.get('/apps/:app/builds/:commit', (c) => withApp(c, options, (app) => showBuild(c, reads, app)))
  api.get('/apps/:app/builds/:commit/log', (c) => withApp(c, options, (app) => showBuildLog(c, reads, app)))
  api.get('/apps/:app/roadmap', (c) => withApp(c, options, (app) => showRoadmap(c, options, app, 'json')))
  api.get('/apps/:app/roadmap.txt', (c) => withApp(c, options, (app) => showRoadmap(c, options, app, 'txt')))
  api.get('/apps/:app/roadmap.png', (c) => withApp(c, options, (app) => showRoadmap(c, options, app, 'png')))
  api.get('/apps/:app/metrics', (c) => withApp(c, options, (app) => showMetrics(c, options, app)))
  api.get('/deployments/:id', (c) => showDeployment(c, reads))
  api.get('/deployments/:id/log', (c) => showLog(c, reads))
  return api
}

async function withApp(
  c: Context,
  { apps }: ApiOptions,
  show: (app: AppName) => Promise<Response>,
): Promise<Response> {
  const app = parseAppName(c.req.param('app') ?? '')
  if (app !== null && apps().includes(app)) return show(app)
  return apiError(c, notFound('app of that name', `Configured are: ${apps().join(', ') || 'none'}.`))
}

async function listReleases(c: Context, { reads, timezone }: ApiOptions, app: AppName): Promise<Response> {
  const query = listQuery.safeParse(c.req.query())
  if (query.success) {
    const views = await reads.releases(app, query.data)
    return c.json(views.map((view) => apiRelease(view, timezone(app))))
  }
  const message = 'A parameter has a value it cannot have.'
  return apiError(c, { status: 400, code: 'invalid-query', message, next: LIST_HELP })
}

async function showMetrics(c: Context, { metrics }: ApiOptions, app: AppName): Promise<Response> {
  const since = c.req.query('since')
  const ms = since === undefined ? null : parseDuration(since)
  if (since === undefined || ms !== null) return c.json(await metrics(app, ms))
  const message = 'since is no duration.'
  return apiError(c, { status: 400, code: 'invalid-query', message, next: 'Use e.g. since=90d.' })
}

async function showRoadmap(
  c: Context,
  { roadmap: read }: ApiOptions,
  app: AppName,
  form: 'json' | 'txt' | 'png',
): Promise<Response> {
  const roadmap = await read(app)
  if (roadmap === null) return apiError(c, notFound('app of that name', 'It was just taken out.'))
  if (form === 'json') return c.json(roadmap)
  if (form === 'txt') return c.text(roadmapText(roadmap, plain))
  // Loaded on first use, because most servers never draw.
  const { roadmapChart } = await import('../bot/views/charts/roadmap-chart.js')
  return c.body(new Uint8Array(roadmapChart(roadmap)), 200, { 'content-type': 'image/png' })
}

function withRelease(
  c: Context,
  options: ApiOptions,
  show: (view: ReleaseView) => Promise<Response>,
): Promise<Response> {
  return withApp(c, options, async (app) => {
    const view = await options.reads.release(app, c.req.param('version') ?? '')
    if (view !== null) return show(view)
    return apiError(c, notFound('release of that version', `List them at /api/v1/apps/${app}/releases.`))
  })
}

async function showNotes(c: Context, reads: ApiReads, view: ReleaseView): Promise<Response> {
  const notes = await reads.notes(view.id)
  if (notes === null)
    return apiError(c, notFound('notes yet', 'They are drafted within seconds of the cut; a draft has none.'))
  const { title, description } = view
  return c.body(notesMarkdown({ title, description, sections: notes.sections }), 200, {
    'content-type': 'text/markdown; charset=utf-8',
  })
}

const noDeployment = notFound('deployment of that id', 'Releases list the ids of their deployments.')

async function showDeployment(c: Context, reads: ApiReads): Promise<Response> {
  const id = parseDeploymentId(c.req.param('id') ?? '')
  const view = id === null ? null : await reads.deployment(id)
  return view === null ? apiError(c, noDeployment) : c.json(apiDeployment(view))
}

async function showLog(c: Context, reads: ApiReads): Promise<Response> {
  const id = parseDeploymentId(c.req.param('id') ?? '')
  const log = id === null ? null : await reads.log(id)
  return log === null ? apiError(c, noDeployment) : c.text(log)
}
