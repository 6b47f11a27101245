/** Signs in to GitHub as an App or with a token. Waits out short rate limits; longer ones are left to the caller. */
import { App, Octokit } from 'octokit'
import type { RepositoryRef } from '../../domain/ports.js'
import { type GithubRepository, githubRepository } from './github-repository.js'

export type GithubAccess =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'app'; readonly appId: string; readonly privateKey: string }

export interface GithubOptions {
  readonly access: GithubAccess
  readonly apiUrl: string
  /** Called with rate limits that are waited for. */
  readonly onLimit: (seconds: number) => void
  /** True: the caller waits for limits and outages; nothing is retried inside one call. */
  readonly impatient?: boolean
}

/** A repository with a client that may use it. */
export interface GithubPlace extends GithubRepository {
  readonly octokit: Octokit
}

export interface Github {
  /** Null for repositories that are not on this GitHub. Throws while GitHub rejects our credentials. */
  at(repository: Pick<RepositoryRef, 'url'>): Promise<GithubPlace | null>
  /** Why GitHub rejects our identity; null if it does not, or does not say. Throws while it does not answer. */
  refusesUs(signal: AbortSignal): Promise<string | null>
  /** Whether the repository is on this GitHub; sends no request. */
  has(repository: Pick<RepositoryRef, 'url'>): boolean
}

/** Longer limits are not waited for inside one call: the caller retries later. */
const LONGEST_WAIT_S = 60
const MOST_WAITS = 2
/** A GitHub that accepts a request and never answers counts as unavailable. */
const TIMEOUT_MS = 30_000

/** Null without credentials: then no request is sent to GitHub at all. */
export function openGithub(options: GithubOptions): Github | null {
  const { access } = options
  const Client = Octokit.defaults({
    baseUrl: options.apiUrl.replace(/\/$/, ''),
    throttle: throttleOf(options),
    request: { fetch: fetchInTime },
    ...(options.impatient === true ? { retry: { enabled: false } } : {}),
  })
  if (access.kind === 'none') return null
  const has: Github['has'] = ({ url }) => githubRepository(url, options.apiUrl) !== null
  if (access.kind === 'token') {
    const octokit = new Client({ auth: access.token })
    return {
      has,
      refusesUs: (signal) => refusal(octokit.request('GET /rate_limit', { request: { signal } })),
      at: async ({ url }) => placeOf(options, url, async () => octokit),
    }
  }
  const app = new App({ appId: access.appId, privateKey: access.privateKey, Octokit: Client })
  const installed = new Map<string, Promise<Octokit>>()
  return {
    has,
    refusesUs: (signal) => refusal(app.octokit.request('GET /app', { request: { signal } })),
    at: ({ url }) =>
      placeOf(options, url, (repository) => {
        const key = `${repository.owner}/${repository.repo}`
        const known = installed.get(key) ?? installationOf(app, repository)
        installed.set(key, known)
        known.catch(() => installed.delete(key))
        return known
      }),
  }
}

async function placeOf(
  { apiUrl }: GithubOptions,
  url: string,
  client: (repository: GithubRepository) => Promise<Octokit>,
): Promise<GithubPlace | null> {
  const repository = githubRepository(url, apiUrl)
  return repository === null ? null : { ...repository, octokit: await client(repository) }
}

/** GitHub answers 401 to a wrong token or key, and 404 with this text to an App that it does not know. */
async function refusal(question: Promise<unknown>): Promise<string | null> {
  try {
    await question
    return null
  } catch (error) {
    if (!(error instanceof Error) || !('status' in error)) throw error
    const isRefused = error.status === 401 || (error.status === 404 && /integration/i.test(error.message))
    if (isRefused) return error.message
    if (error.status === 404) return null
    throw error
  }
}

async function installationOf(app: App, repository: GithubRepository): Promise<Octokit> {
  const found = await app.octokit.request('GET /repos/{owner}/{repo}/installation', { ...repository })
  return app.getInstallationOctokit(found.data.id)
}

const fetchInTime: typeof fetch = (input, init) => {
  const late = AbortSignal.timeout(TIMEOUT_MS)
  const given = init?.signal ?? null
  return fetch(input, { ...init, signal: given === null ? late : AbortSignal.any([given, late]) })
}

function throttleOf({ onLimit, impatient = false }: GithubOptions) {
  const wait = (seconds: number, _request: unknown, _client: unknown, waited: number): boolean => {
    onLimit(seconds)
    return !impatient && seconds <= LONGEST_WAIT_S && waited < MOST_WAITS
  }
  return { onRateLimit: wait, onSecondaryRateLimit: wait }
}

/** Null if GitHub does not have it; every other error is retried. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 404
}
