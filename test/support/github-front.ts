/**
 * A GitHub in front of npm's `emulate`, which gets all requests that it has routes for. The others are answered here in the
 * shapes of GitHub's own OpenAPI description: commit statuses, deployments, and the pull requests of a commit. It can be
 * unavailable, refuse, and lose an answer.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { components } from '@octokit/openapi-types'
import { pickPort } from '../../local/ports.js'

type Schemas = components['schemas']
export type FrontStatus = Pick<
  Schemas['status'],
  'id' | 'state' | 'context' | 'description' | 'target_url'
> & { readonly sha: string }
export type FrontDeployment = Pick<
  Schemas['deployment'],
  'id' | 'sha' | 'task' | 'environment' | 'payload' | 'production_environment' | 'transient_environment'
> & { readonly statuses: FrontDeploymentStatus[] }
type FrontDeploymentStatus = Pick<
  Schemas['deployment-status'],
  'state' | 'description' | 'environment_url' | 'log_url'
>

export interface Refusal {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly message?: string
}

export interface GithubFront {
  readonly url: string
  /** Oldest first. */
  readonly statuses: FrontStatus[]
  readonly deployments: FrontDeployment[]
  /** Pull requests merged by rebase, by number, which the emulator does not support: the last commit, and how many. */
  readonly rebased: Map<number, { readonly sha: string; readonly commits: number }>
  /** Every request, as `POST /repos/…`. */
  readonly requests: string[]
  /** Refuses matching requests until it returns null again. */
  refuse: (request: string) => Refusal | null
  /** Carries out a matching request and then breaks the connection instead of answering, once for each match. */
  loseAnswerOf(request: RegExp): void
  /** Nothing listens. */
  goAway(): Promise<void>
  comeBack(): Promise<void>
  stop(): Promise<void>
}

/** `target`: the emulator's address; null: only the routes here. */
export async function startGithubFront(target: string | null): Promise<GithubFront> {
  const statuses: FrontStatus[] = []
  const deployments: FrontDeployment[] = []
  const requests: string[] = []
  const lost: RegExp[] = []
  const rebased: GithubFront['rebased'] = new Map()
  const own = createOwn({ statuses, deployments, rebased, target })
  let server: Server | null = null
  // Below the ports of outgoing connections, one of which could take it while nothing listens.
  const { port } = await pickPort(0)

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const name = `${request.method} ${request.url}`
    requests.push(name)
    const body = await buffer(request)
    const refused = front.refuse(name)
    if (refused) {
      return send(response, refused.status, { message: refused.message ?? 'No' }, refused.headers)
    }
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://front')
    const said = body.length === 0 ? {} : (JSON.parse(body.toString('utf8')) as Record<string, unknown>)
    const ours = await own(`${request.method} ${pathname}`, searchParams, said)
    const answer = ours ?? (await passOn(target, request, body))
    const index = lost.findIndex((pattern) => pattern.test(name))
    if (index >= 0) {
      lost.splice(index, 1)
      request.socket.destroy()
      return
    }
    send(response, answer.status, answer.body, answer.headers)
  }
  const listen = async (): Promise<void> => {
    const listening = createServer((request, response) => {
      handle(request, response).catch((error: unknown) => send(response, 500, { message: String(error) }))
    })
    await new Promise<void>((done) => listening.listen(port, '127.0.0.1', done))
    server = listening
  }
  const goAway = async (): Promise<void> => {
    const ending = server
    server = null
    if (!ending) return
    ending.closeAllConnections()
    await new Promise((done) => ending.close(done))
  }
  await listen()
  const front: GithubFront = {
    ...{ statuses, deployments, rebased, requests, goAway, comeBack: listen, stop: goAway },
    url: `http://127.0.0.1:${port}`,
    refuse: () => null,
    loseAnswerOf: (pattern) => void lost.push(pattern),
  }
  return front
}

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

type Said = Readonly<Record<string, unknown>>

/** Routes that `emulate` 0.12 lacks; null for everything else. */
function createOwn(world: {
  readonly statuses: FrontStatus[]
  readonly deployments: FrontDeployment[]
  readonly rebased: GithubFront['rebased']
  readonly target: string | null
}) {
  const { statuses, deployments, rebased, target } = world
  const routes: readonly (readonly [
    RegExp,
    (found: readonly string[], query: URLSearchParams, said: Said) => Answer | Promise<Answer | null>,
  ])[] = [
    [
      /^POST \/repos\/[^/]+\/[^/]+\/statuses\/(\w+)$/,
      ([sha = ''], _query, said) => {
        const status = {
          id: statuses.length + 1,
          sha,
          state: String(said['state']),
          context: String(said['context']),
          description: textOrNull(said['description']),
          target_url: textOrNull(said['target_url']),
        }
        statuses.push(status)
        return { status: 201, body: status }
      },
    ],
    [
      /^GET \/repos\/[^/]+\/[^/]+\/commits\/(\w+)\/statuses$/,
      ([sha], query) => paged(statuses.filter((one) => one.sha === sha).toReversed(), query),
    ],
    [
      /^POST \/repos\/[^/]+\/[^/]+\/deployments$/,
      (_found, _query, said) => {
        const deployment = {
          id: deployments.length + 100,
          sha: String(said['ref']),
          task: String(said['task']),
          environment: String(said['environment']),
          payload: said['payload'] as FrontDeployment['payload'],
          production_environment: said['production_environment'] === true,
          transient_environment: said['transient_environment'] === true,
          statuses: [],
        }
        deployments.push(deployment)
        return { status: 201, body: deployment }
      },
    ],
    [
      /^GET \/repos\/[^/]+\/[^/]+\/deployments$/,
      (_found, query) =>
        paged(
          deployments.filter(
            ({ sha, environment }) => sha === query.get('sha') && environment === query.get('environment'),
          ),
          query,
        ),
    ],
    [
      /^POST \/repos\/[^/]+\/[^/]+\/deployments\/(\d+)\/statuses$/,
      ([id], _query, said) => {
        const deployment = deployments.find((one) => one.id === Number(id))
        if (!deployment) return { status: 404, body: { message: 'Not Found' } }
        deployment.statuses.push(said as FrontDeploymentStatus)
        return { status: 201, body: said }
      },
    ],
    [
      /^GET (\/repos\/[^/]+\/[^/]+\/pulls\/(\d+))$/,
      async ([path = '', number]) => {
        const merge = rebased.get(Number(number))
        if (target === null || !merge) return null
        const response = await fetch(`${target}${path}`, { headers: { authorization: 'Bearer test_token' } })
        const known = (await response.json()) as Said
        const merged = { merged: true, state: 'closed', merge_commit_sha: merge.sha, commits: merge.commits }
        return { status: 200, body: { ...known, ...merged } }
      },
    ],
    [
      /^GET (\/repos\/[^/]+\/[^/]+)\/commits\/(\w+)\/pulls$/,
      async ([repository = '', sha]) => {
        if (target === null) return { status: 200, body: [] }
        const response = await fetch(`${target}${repository}/pulls?state=all&per_page=100`, {
          headers: { authorization: 'Bearer test_token' },
        })
        const pulls = (await response.json()) as readonly Said[]
        return { status: 200, body: pulls.filter((pull) => pull['merge_commit_sha'] === sha) }
      },
    ],
  ]
  return async (request: string, query: URLSearchParams, said: Said): Promise<Answer | null> => {
    for (const [pattern, answer] of routes) {
      const found = pattern.exec(request)
      if (found) return answer(found.slice(1), query, said)
    }
    return null
  }
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)

function paged(all: readonly unknown[], query: URLSearchParams): Answer {
  const size = Number(query.get('per_page') ?? 30)
  const page = Number(query.get('page') ?? 1)
  const more = all.length > page * size
  const next = new URLSearchParams(query)
  next.set('page', String(page + 1))
  return {
    status: 200,
    body: all.slice((page - 1) * size, page * size),
    headers: more ? { link: `<PAGE?${next.toString()}>; rel="next"` } : {},
  }
}

async function passOn(target: string | null, request: IncomingMessage, body: Buffer): Promise<Answer> {
  if (target === null) return { status: 404, body: { message: 'Not Found' } }
  const { authorization = '', 'content-type': type = 'application/json' } = request.headers
  const response = await fetch(`${target}${request.url}`, {
    method: request.method ?? 'GET',
    headers: { authorization, 'content-type': type },
    ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
  })
  const text = await response.text()
  const link = response.headers.get('link')
  return {
    status: response.status,
    body: text === '' ? null : JSON.parse(text),
    headers: link === null ? {} : { link },
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const { link, ...others } = headers
  const here = `http://${response.req.headers.host}${new URL(response.req.url ?? '/', 'http://x').pathname}`
  const own = link === undefined ? {} : { link: link.replace('PAGE', here) }
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...others, ...own })
    .end(body === null ? '' : JSON.stringify(body))
}
