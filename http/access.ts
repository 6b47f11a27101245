/** Access rules of the HTTP server. */
import type { Context, MiddlewareHandler } from 'hono'
import { apiError } from './api-error.js'
import { isSignedLink, sameText } from './signed-link.js'

export interface AccessRules {
  /** The address the server listens on. */
  readonly host: string
  readonly apiToken: string | null
  readonly publicUrl: string | null
  /** The current key for signing links; null when there are none. */
  readonly linkKey: () => Promise<string | null>
  /** Additional names of this server, e.g. inside a cluster. */
  readonly hosts?: readonly string[]
  readonly now: () => number
}

const LOOPBACK = /^(?:localhost|\[::1\]|::1|127(?:\.\d{1,3}){3})$/
const ANY = new Set(['0.0.0.0', '::', '[::]'])

const isLoopback = (host: string): boolean => LOOPBACK.test(host)

/** The name or address of a Host header, without its port and in lower case. */
function hostOf(header: string): string {
  return header.toLowerCase().replace(/:\d{1,5}$/, '')
}

/**
 * Refuses an unknown Host: otherwise a foreign page whose name was pointed at this machine (DNS rebinding) could read everything
 * that is open on loopback.
 */
export function expectedHost(rules: AccessRules): MiddlewareHandler {
  const known = new Set(
    [...(rules.hosts ?? []), ...publicHost(rules.publicUrl)].map((name) => name.toLowerCase()),
  )
  if (!ANY.has(rules.host)) known.add(rules.host.toLowerCase())
  return async (c, next) => {
    const host = hostOf(c.req.header('host') ?? '')
    if (known.has(host) || isLoopback(host) || host === ownAddress(c)) return next()
    return apiError(c, {
      status: 421,
      code: 'unexpected-host',
      message: 'This server is not known by that name.',
      next: 'Use its own address, or set SLIPWAY_PUBLIC_URL to the name it is reached by.',
    })
  }
}

function publicHost(publicUrl: string | null): string[] {
  return publicUrl === null ? [] : [new URL(publicUrl).hostname]
}

/** The address at which the connection arrived. Unlike a name, an address cannot be pointed elsewhere. */
function ownAddress(c: Context): string | null {
  const incoming: unknown = c.env?.incoming
  if (typeof incoming !== 'object' || incoming === null || !('socket' in incoming)) return null
  const { socket } = incoming
  if (typeof socket !== 'object' || socket === null || !('localAddress' in socket)) return null
  const { localAddress } = socket
  if (typeof localAddress !== 'string') return null
  const address = localAddress.replace(/^::ffff:/, '')
  return address.includes(':') ? `[${address}]` : address
}

/**
 * Admits requests with the token, requests for one page with its signed link, and, without a token or a public address, requests
 * from this machine. Responses are private to that reader.
 */
export function guarded(rules: AccessRules): MiddlewareHandler {
  return async (c, next) => {
    c.header('Cache-Control', 'private, no-store')
    if (isFromThisMachine(c, rules) || hasToken(c, rules) || (await hasSignedLink(c, rules))) return next()
    c.header('WWW-Authenticate', 'Bearer realm="slipway"')
    return apiError(c, {
      status: 401,
      code: 'unauthorized',
      message: 'This needs the API token, or a link from Slack that still holds.',
      next: 'Send Authorization: Bearer with the value of SLIPWAY_API_TOKEN, or open the link in Slack anew.',
    })
  }
}

/**
 * True on loopback, unless a proxy forwarded the request for others. Many proxies do not say for whom they forward, so setting a
 * token or a public address disables this.
 */
function isFromThisMachine(c: Context, { host, apiToken, publicUrl }: AccessRules): boolean {
  if (apiToken !== null || publicUrl !== null) return false
  const forwarded = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'].some(
    (name) => c.req.header(name) !== undefined,
  )
  return isLoopback(host) && !forwarded && isLoopback(hostOf(c.req.header('host') ?? ''))
}

function hasToken(c: Context, { apiToken }: AccessRules): boolean {
  const given = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
  return apiToken !== null && given !== undefined && sameText(given, apiToken)
}

async function hasSignedLink(c: Context, { linkKey, now }: AccessRules): Promise<boolean> {
  const { expires, signature, ...others } = c.req.query()
  if (expires === undefined || signature === undefined) return false
  if (c.req.method !== 'GET' || Object.keys(others).length > 0) return false
  const key = await linkKey()
  return key !== null && isSignedLink({ path: c.req.path, expires, signature }, key, now())
}
