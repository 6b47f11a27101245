/** Asks registries which image a reference names, by the distribution protocol: https://distribution.github.io/distribution/spec/api/ */
import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import type { RegistryDefinition } from '../../domain/configuration.js'
import { parseArtifactDigest } from '../../domain/identifiers.js'
import type { ImageLookup, ImageReference } from '../../domain/image.js'
import type { Images } from '../../domain/ports.js'
import { readUpTo } from '../http/read-up-to.js'

const ANSWER_MS = 20_000
const TRIES = 3
const PAUSE_MS = 1_000
/** Registries refuse larger ones. */
const MOST_BYTES = 4 * 1024 * 1024

const ACCEPTED = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

/** A registry's answer cannot be relied on. The message is for people; a retry may get another answer. */
class Unanswered extends Error {
  override readonly name = 'Unanswered'
  readonly again: boolean

  constructor(message: string, again = false) {
    super(message)
    this.again = again
  }
}

/** `registries` come from today's configuration; `secret` reads a variable of Slipway's own environment. */
export function createImageRegistries(
  registries: () => readonly RegistryDefinition[],
  secret: (name: string) => string | null,
): Images {
  return {
    lookUp: async (image) => {
      const registry = registries().find(({ host }) => host === image.registry)
      return registry === undefined ? null : lookUp(image, loginOf(registry, secret))
    },
  }
}

/** `Basic …`; null: anonymous. */
function loginOf(
  { user, secret: name }: RegistryDefinition,
  read: (name: string) => string | null,
): string | null {
  const password = name === null ? null : read(name)
  return password === null ? null : `Basic ${Buffer.from(`${user ?? ''}:${password}`).toString('base64')}`
}

/** By its tag if it has one. A removed tag does not matter for an image that still exists under its digest. */
async function lookUp(image: ImageReference, login: string | null): Promise<ImageLookup> {
  for (let tried = 1; ; tried++) {
    try {
      const found = await manifestOf(image, image.tag ?? image.digest ?? 'latest', login)
      if (found.kind === 'missing' && image.tag !== null && image.digest !== null)
        return await manifestOf(image, image.digest, login)
      return found
    } catch (error) {
      const again = !(error instanceof Unanswered) || error.again
      if (tried >= TRIES || !again) return { kind: 'silent', words: wordsOf(error) }
      await delay(PAUSE_MS * tried)
    }
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof Unanswered) return error.message
  if (error instanceof Error && error.name === 'TimeoutError') return 'it did not answer in time'
  return 'it could not be reached'
}

async function manifestOf(image: ImageReference, which: string, login: string | null): Promise<ImageLookup> {
  const url = new URL(`/v2/${imageName(image)}/manifests/${which}`, origin(image.registry))
  const ask = (authorization: string | null): Promise<Response> =>
    fetch(url, {
      headers: { accept: ACCEPTED, ...(authorization === null ? {} : { authorization }) },
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS),
    })
  let answer = await ask(null)
  if (answer.status === 401) {
    await answer.body?.cancel()
    answer = await ask(await authorize(answer.headers.get('www-authenticate') ?? '', url, login))
  }
  return lookedUp(answer)
}

async function lookedUp(answer: Response): Promise<ImageLookup> {
  if (answer.status === 404) {
    await answer.body?.cancel()
    return { kind: 'missing' }
  }
  if (answer.status !== 200) {
    await answer.body?.cancel()
    throw refused(answer.status)
  }
  // The digest is computed from the bytes; the registry's header with it is not trusted.
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > MOST_BYTES) throw new Unanswered('its answer is too large to be a manifest')
    hash.update(chunk)
  }
  const digest = parseArtifactDigest(`sha256:${hash.digest('hex')}`)
  if (digest === null) throw new Unanswered('its answer has no digest')
  return { kind: 'found', digest }
}

function refused(status: number): Unanswered {
  const why =
    status === 401 || status === 403
      ? ': the user and the secret of this registry may not read the image'
      : ''
  return new Unanswered(`it answered ${status}${why}`, status >= 500 || status === 429)
}

/** The authorization header for a registry's challenge: a token of its service, or the credentials themselves. */
async function authorize(challenge: string, registry: URL, login: string | null): Promise<string | null> {
  if (!/^bearer /i.test(challenge)) return login
  const parameters = new Map(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key.toLowerCase(), value]),
  )
  const realm = parameters.get('realm')
  const service = realm === undefined || !URL.canParse(realm) ? null : new URL(realm)
  // A password is sent only where others on the way cannot read it.
  if (service === null || (service.protocol !== 'https:' && service.origin !== registry.origin))
    throw new Unanswered('it names no token service that a secret may be sent to')
  for (const key of ['service', 'scope']) {
    const value = parameters.get(key)
    if (value !== undefined) service.searchParams.set(key, value)
  }
  const answer = await fetch(service, {
    headers: login === null ? {} : { authorization: login },
    redirect: 'manual',
    signal: AbortSignal.timeout(ANSWER_MS),
  })
  if (answer.status !== 200) {
    await answer.body?.cancel()
    throw refused(answer.status)
  }
  const token = tokenIn((await readUpTo(answer, MOST_BYTES)) ?? '')
  if (token === null) throw new Unanswered('its token service gave no token')
  return `Bearer ${token}`
}

const tokenAnswer = z.object({ token: z.string().optional(), access_token: z.string().optional() })

function tokenIn(text: string): string | null {
  try {
    const { token, access_token } = tokenAnswer.parse(JSON.parse(text))
    return token ?? access_token ?? null
  } catch {
    return null
  }
}

/** Docker Hub is asked at another host than its images name, and its official images omit their folder. */
const HUB = 'docker.io'
const imageName = ({ registry, name }: ImageReference): string =>
  registry === HUB && !name.includes('/') ? `library/${name}` : name

/** Like Docker: TLS, except on this machine. */
function origin(registry: string): string {
  if (registry === HUB) return 'https://registry-1.docker.io'
  const local = /^(?:localhost|127\.\d+\.\d+\.\d+)(?::\d+)?$/.test(registry)
  return `${local ? 'http' : 'https'}://${registry}`
}
