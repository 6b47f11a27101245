import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import type { DemoDatabase } from './database.js'
import { type Effects, effectOrder } from './effects.js'
import type { Environments } from './environments.js'
import { settings } from './memory.js'

export interface ServerParts {
  readonly environments: Environments
  readonly database: DemoDatabase
  readonly effects: Effects
}

/** A handler's answer; `null` becomes 404. */
type Handler = (names: readonly string[], body: unknown) => unknown

type Routes = readonly (readonly [RegExp, Handler])[]

const key = z.string().min(1)
const orders = {
  create: z.object({ key, settings }),
  migrate: z.object({ key, folder: z.string().min(1) }),
  install: z.object({ key, folder: z.string().min(1), commit: z.string().regex(/^[0-9a-f]{40,64}$/) }),
  remove: z.object({ key }),
}

/** The API that the demo's stages and services use. Not listening yet. */
export function createHostServer(parts: ServerParts): Server {
  const routes = routesOf(parts)
  return createServer((request, response) => {
    void respond(routes, request, response)
  })
}

async function respond(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, body } = await answer(routes, request)
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const route = (path: string, handler: Handler): [RegExp, Handler] => [new RegExp(`^${path}$`), handler]

function routesOf({ environments, database, effects }: ServerParts): Routes {
  const name = '([a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)'
  return [
    route('GET /effects', () => effects.list()),
    route('POST /effects', (_, body) => {
      effects.add(effectOrder.parse(body))
      return {}
    }),
    route('GET /environments', () => environments.list()),
    route(`GET /environments/${name}`, ([environment = '']) => environments.status(environment)),
    route(`PUT /environments/${name}`, ([environment = ''], body) =>
      environments.create(environment, orders.create.parse(body)),
    ),
    route(`PUT /environments/${name}/schema`, async ([environment = ''], body) => {
      const applied = await environments.migrate(environment, orders.migrate.parse(body))
      return applied && { applied }
    }),
    route(`PUT /environments/${name}/release`, ([environment = ''], body) =>
      environments.install(environment, orders.install.parse(body)),
    ),
    route(`DELETE /environments/${name}`, async ([environment = ''], body) => ({
      removed: await environments.remove(environment, orders.remove.parse(body)),
    })),
    route(`GET /environments/${name}/service/([a-z]+)`, ([environment = '', page = '']) =>
      environments.ask(environment, page),
    ),
    route(`GET /environments/${name}/rows/([a-z_]+)`, ([environment = '', table = '']) => {
      const status = environments.status(environment)
      return status && database.rows(status.schema, table)
    }),
  ]
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

async function answer(routes: Routes, request: IncomingMessage): Promise<Answer> {
  const asked = `${request.method ?? 'GET'} ${request.url ?? '/'}`
  try {
    for (const [pattern, handler] of routes) {
      const match = pattern.exec(asked)
      if (!match) continue
      const body = await handler(match.slice(1), JSON.parse((await text(request)) || 'null'))
      return body === null ? missing(asked) : { status: 200, body }
    }
    return missing(asked)
  } catch (error) {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
    console.error(`${asked}: ${message}`)
    return { status: error instanceof z.ZodError ? 400 : 500, body: { error: message } }
  }
}

const missing = (asked: string): Answer => ({ status: 404, body: { error: `There is nothing at ${asked}.` } })
