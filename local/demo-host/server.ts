import { createHash, timingSafeEqual } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { sep } from 'node:path'
import { z } from 'zod'
import type { DemoDatabase } from './database.js'
import { type Effects, effectOrder } from './effects.js'
import type { Environments } from './environments.js'
import { settings } from './memory.js'

export interface ServerParts {
  readonly environments: Environments
  readonly database: DemoDatabase
  readonly effects: Effects
  /** The first part of every path. */
  readonly token: string
  /** Releases and migrations are only taken from below this folder. */
  readonly releasesFrom: string
}

/** A handler's answer; `null` becomes 404. */
type Handler = (names: readonly string[], body: unknown) => unknown

type Routes = readonly (readonly [RegExp, Handler])[]

const key = z.string().min(1)
const commit = z.string().regex(/^[0-9a-f]{40,64}$/)

function ordersFrom(root: string) {
  const folder = z.string().refine((path) => isBelow(root, path), `must be a folder below ${root}`)
  return {
    create: z.object({ key, settings }),
    migrate: z.object({ key, folder }),
    install: z.object({ key, folder, commit }),
    remove: z.object({ key }),
  }
}

/** Resolves links first. */
function isBelow(root: string, path: string): boolean {
  try {
    return realpathSync(path).startsWith(`${realpathSync(root)}${sep}`)
  } catch {
    return false
  }
}

/** The API that the demo's stages and services use. Not listening yet. */
export function createHostServer(parts: ServerParts): Server {
  const routes = routesOf(parts)
  const allows = doorOf(parts)
  return createServer((request, response) => {
    void respond(allows(request) ? routes : [], request, response)
  })
}

/** A foreign web page knows neither this machine's own name nor the token; another user does not know the token. */
function doorOf({ token }: ServerParts): (request: IncomingMessage) => boolean {
  return ({ headers: { host = '' }, url = '' }) => {
    const [, given = ''] = url.split('/')
    return /^(?:127\.0\.0\.1|localhost):\d+$/.test(host) && isSame(given, token)
  }
}

const digest = (words: string): Buffer => createHash('sha256').update(words).digest()
const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other))

async function respond(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, body } = await answer(routes, request)
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const route = (path: string, handler: Handler): [RegExp, Handler] => [new RegExp(`^${path}$`), handler]

function routesOf({ environments, database, effects, releasesFrom }: ServerParts): Routes {
  const orders = ordersFrom(releasesFrom)
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

async function shortText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) {
    chunks.push(chunk)
    if (Buffer.concat(chunks).length > MOST_BYTES) throw new Error('The body is too long')
  }
  return Buffer.concat(chunks).toString('utf8')
}

const MOST_BYTES = 100_000

interface Answer {
  readonly status: number
  readonly body: unknown
}

async function answer(routes: Routes, request: IncomingMessage): Promise<Answer> {
  const path = (request.url ?? '/').replace(/^\/[^/]*/, '')
  const asked = `${request.method ?? 'GET'} ${path}`
  try {
    for (const [pattern, handler] of routes) {
      const match = pattern.exec(asked)
      if (!match) continue
      const body = await handler(match.slice(1), JSON.parse((await shortText(request)) || 'null'))
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
