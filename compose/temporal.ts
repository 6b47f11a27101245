/** The connection to Temporal, and explanations of why it fails. */
import { connect, type ConnectionOptions as TlsOptions } from 'node:tls'
import { Connection } from '@temporalio/client'
import type { TemporalAccess, WorkerSettings } from '../config.js'
import { searchAttributes } from '../workflows/gateway-placement.js'
import { StartProblem } from './start-problem.js'

type Settings = Pick<WorkerSettings, 'temporalAddress' | 'temporalAccess'>
type Searched = Pick<WorkerSettings, 'temporalNamespace' | 'temporalPlacement'>

/** The connection options of clients and workers. */
export function temporalOptions({
  temporalAddress: address,
  temporalAccess,
}: Settings): TemporalAccess & { readonly address: string } {
  return { ...temporalAccess, address }
}

/** Throws {@link StartProblem} when Temporal is up but rejects us; any other error may be temporary. */
export async function connectTemporal(settings: Settings): Promise<Connection> {
  try {
    return await Connection.connect(temporalOptions(settings))
  } catch (error) {
    const why = refusalIn(error) ?? (await tlsFault(settings))
    throw why === null
      ? error
      : new StartProblem(`Temporal at ${settings.temporalAddress}: ${why}`, { cause: error })
  }
}

const UNIMPLEMENTED = 12
const UNAUTHENTICATED = 16
const PERMISSION_DENIED = 7

/**
 * Throws {@link StartProblem} when workflows should be searchable but the namespace lacks an attribute: every start would be
 * rejected. If a server shows its attributes only to operators, they are assumed to exist.
 */
export async function checkSearchAttributes(connection: Connection, settings: Searched): Promise<void> {
  if (!settings.temporalPlacement.searchable) return
  const { temporalNamespace: namespace } = settings
  const known = await connection.operatorService
    .listSearchAttributes({ namespace })
    .catch((error: unknown) => {
      if (hidden.has(codeOf(error))) return null
      throw error
    })
  const missing = Object.values(searchAttributes).filter((name) => known && !known.customAttributes?.[name])
  if (missing.length === 0) return
  const create = missing.map((name) => `--name ${name} --type Keyword`).join(' ')
  throw new StartProblem(
    `Temporal's namespace ${namespace} has no search attribute ${missing.join(' and ')} → temporal operator search-attribute create --namespace ${namespace} ${create}`,
  )
}

const hidden: ReadonlySet<unknown> = new Set([UNIMPLEMENTED, PERMISSION_DENIED])
const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : null)

function refusalIn(error: unknown): string | null {
  const cause = error instanceof Error ? error.cause : null
  if (!(cause instanceof Error) || !('code' in cause)) return null
  if (cause.code !== UNAUTHENTICATED && cause.code !== PERMISSION_DENIED) return null
  const said = 'details' in cause && typeof cause.details === 'string' ? cause.details : cause.message
  return `it does not let us in (${said}) → set TEMPORAL_API_KEY to a key that is good for this namespace`
}

const PATIENCE_MS = 3_000
/** A server may accept the connection first and ask for our certificate afterwards. */
const LATE_ALERT_MS = 500
const NETWORK = /^(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE)$/

/** Temporal's client only reports a timeout; our own handshake finds the reason. Null when it is the network. */
async function tlsFault({ temporalAddress, temporalAccess: { tls } }: Settings): Promise<string | null> {
  const end = await handshake(temporalAddress, handshakeWith(tls))
  if (tls === undefined)
    return end === 'agreed' || alertOf(end) ? 'it speaks TLS → set TEMPORAL_TLS=true' : null
  if (end === 'agreed' || end === 'late' || NETWORK.test(end.code)) return null
  if (alertOf(end)) return `it wants another client certificate (${alertIn(end.message)}) → ${CLIENT_FIX}`
  if (/SSL|EPROTO/.test(end.code)) return `it speaks no TLS (${end.code}) → unset TEMPORAL_TLS and the like`
  return `its certificate is not trusted (${end.message}) → ${SERVER_FIX}`
}

function handshakeWith(tls: TemporalAccess['tls']): TlsOptions {
  const {
    serverRootCACertificate: ca,
    serverNameOverride: servername,
    clientCertPair,
  } = tls === undefined || tls === true ? {} : tls
  return {
    ALPNProtocols: ['h2'],
    rejectUnauthorized: tls !== undefined,
    ...(ca ? { ca: Buffer.from(ca) } : {}),
    ...(servername ? { servername } : {}),
    ...(clientCertPair
      ? { cert: Buffer.from(clientCertPair.crt), key: Buffer.from(clientCertPair.key) }
      : {}),
  }
}

const CLIENT_FIX = 'set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH'
const SERVER_FIX =
  'set TEMPORAL_TLS_SERVER_CA_CERT_PATH to its authority, and TEMPORAL_TLS_SERVER_NAME where its name is not that of the address'

interface Failure {
  readonly code: string
  readonly message: string
}

/** A server that rejects a certificate sends an alert. */
const alertOf = (end: 'agreed' | 'late' | Failure): boolean =>
  typeof end === 'object' &&
  /ALERT_(?:.*CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)|HANDSHAKE_FAILURE/.test(end.code)

/** Extracts the readable part of `80FC…:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:…`. */
const alertIn = (message: string): string => /alert ([a-z ]+)/.exec(message)?.[1] ?? message.trim()

function handshake(address: string, options: TlsOptions): Promise<'agreed' | 'late' | Failure> {
  const { hostname, port } = new URL(`tcp://${address}`)
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    const socket = connect({
      ...options,
      host,
      port: Number(port || 7233),
      servername: options.servername ?? nameOf(host),
    })
    const done = (end: 'agreed' | 'late' | Failure): void => {
      socket.destroy()
      resolve(end)
    }
    socket.setTimeout(PATIENCE_MS, () => done('late'))
    socket.once('secureConnect', () => setTimeout(done, LATE_ALERT_MS, 'agreed'))
    socket.once('error', (error) => {
      done({ code: 'code' in error ? String(error.code) : '', message: error.message })
    })
  })
}

/** An IP address cannot be used as a TLS server name. */
const nameOf = (host: string): string => (/^[\d.]+$|:/.test(host) ? '' : host)
