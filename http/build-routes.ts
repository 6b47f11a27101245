/** The builds of an app in the read API: the list, one by its commit, and its log. */
import type { Context } from 'hono'
import * as z from 'zod'
import type { AppName } from '../domain/identifiers.js'
import { apiError, notFound } from './api-error.js'
import type { ApiReads } from './api-reads.js'
import { apiBuild } from './api-shapes.js'

const listQuery = z.object({
  state: z.enum(['running', 'succeeded', 'failed']).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  offset: z.coerce.number().int().min(0).default(0),
})

export async function listBuilds(c: Context, reads: ApiReads, app: AppName): Promise<Response> {
  const query = listQuery.safeParse(c.req.query())
  if (query.success) return c.json((await reads.builds(app, query.data)).map(apiBuild))
  const message = 'A parameter has a value it cannot have.'
  const next = 'Use state=running|succeeded|failed, limit=1..500 and offset.'
  return apiError(c, { status: 400, code: 'invalid-query', message, next })
}

export async function showBuild(c: Context, reads: ApiReads, app: AppName): Promise<Response> {
  const match = await reads.build(app, c.req.param('commit') ?? '')
  switch (match.kind) {
    case 'found':
      return c.json(apiBuild(match.build))
    case 'ambiguous':
      return apiError(c, {
        status: 400,
        code: 'ambiguous-commit',
        message: 'More than one commit begins like that.',
        next: `Write one of them whole: ${match.commits.join(', ')}.`,
      })
    case 'unknown':
      return apiError(c, noBuild(app))
  }
}

export async function showBuildLog(c: Context, reads: ApiReads, app: AppName): Promise<Response> {
  const log = await reads.buildLog(app, c.req.param('commit') ?? '')
  return log === null ? apiError(c, noBuild(app)) : c.text(log)
}

const noBuild = (app: AppName) =>
  notFound('build of that commit', `List them at /api/v1/apps/${app}/builds; name at least 7 digits.`)
