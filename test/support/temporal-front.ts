/** Temporal as companies run it: behind TLS, with client certificates and keys. A proxy in front of a plain server. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import {
  connect,
  constants,
  createSecureServer,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Certificates {
  readonly folder: string
  /** The path of `ca.crt`, `server.key`, … */
  file(name: string): string
  remove(): void
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  ca: 'basicConstraints=critical,CA:TRUE',
  server: 'basicConstraints=critical,CA:FALSE\nsubjectAltName=DNS:localhost,IP:127.0.0.1',
  client: 'basicConstraints=critical,CA:FALSE\nextendedKeyUsage=clientAuth',
}

/** An authority, a certificate for `localhost` and one for a client, valid for a day. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-certificates-'))
  const file = (name: string): string => join(folder, name)
  const openssl = (...words: readonly string[]): void => {
    execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' })
  }
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1']
  for (const name of ['ca', 'server', 'client']) {
    const signed = name === 'ca' ? [] : ['-CA', 'ca.crt', '-CAkey', 'ca.key']
    const extensions = ['-extensions', 'own', '-config', 'openssl.cnf', '-subj', `/CN=${name}`]
    writeFileSync(file('openssl.cnf'), `[req]\ndistinguished_name=dn\n[dn]\n[own]\n${EXTENSIONS[name]}\n`)
    openssl(
      'req',
      '-x509',
      ...curve,
      ...signed,
      ...extensions,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
    )
  }
  return { folder, file, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

export interface TemporalFront {
  /** `localhost:port`. */
  readonly address: string
  stop(): Promise<void>
}

/** Accepts clients with a certificate of the authority and the key. */
export async function startTemporalFront(
  target: string,
  certificates: Certificates,
  apiKey: string,
): Promise<TemporalFront> {
  const upstream = connect(`http://${target}`)
  upstream.on('error', () => undefined)
  const read = (name: string): Buffer => readFileSync(certificates.file(name))
  const server = createSecureServer({
    ...{ key: read('server.key'), cert: read('server.crt'), ca: read('ca.crt') },
    ...{ requestCert: true, rejectUnauthorized: true },
  })
  const sessions = new Set<ServerHttp2Session>()
  server.on('session', (session) => sessions.add(session))
  server.on('sessionError', () => undefined)
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    if (headers.authorization !== `Bearer ${apiKey}`) return refuse(stream)
    const { ':authority': _, ...others } = headers
    const call = upstream.request({ ...others, ':authority': target })
    call.on('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR))
    stream.on('close', () => call.close())
    let trailers = {}
    call.on('trailers', (given) => {
      trailers = given
    })
    call.on('response', (given, flags) => {
      const { connection: __, date: ___, ...answer } = given
      if (stream.destroyed) return
      if ((flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0)
        return stream.respond(answer, { endStream: true })
      stream.respond(answer, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers(trailers))
      call.pipe(stream)
    })
    stream.pipe(call)
  })
  await new Promise<void>((done) => server.listen(0, 'localhost', done))
  return {
    address: `localhost:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      upstream.destroy()
      await new Promise<void>((done) => {
        server.close(() => done())
        sessions.forEach((session) => session.destroy())
      })
    },
  }
}

function refuse(stream: ServerHttp2Stream): void {
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': '16',
      'grpc-message': 'Request unauthorized.',
    },
    { endStream: true },
  )
}
