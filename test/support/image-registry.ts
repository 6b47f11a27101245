/** Debian's docker-registry, with one user, and a script that pushes images to it. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pickPort } from '../../local/ports.js'
import { type RunningProcess, startProcess } from '../../local/processes.js'
import { until } from './until.js'

const PROGRAM = '/usr/bin/docker-registry'
export const hasImageRegistry = existsSync(PROGRAM)

export const REGISTRY_SECRET = 'a-token-of-the-registry'
/** Hashed by bcrypt. */
const HASHED = '$2b$04$q9ZuOH3UJKogaOYOJjPRp.bk5wbMyA.seT0ZTgWER.sauweb2mMu6'

/**
 * Pushes an image whose only content is a text, and prints its reference: `node push.mjs HOST NAME:TAG TEXT`, with
 * `REGISTRY_TOKEN`. Also what the build of a journey runs.
 */
export const PUSH = `
import { createHash } from 'node:crypto'
const [host, image, text] = process.argv.slice(2)
const [name, tag] = image.split(':')
const authorization = 'Basic ' + Buffer.from('ci:' + process.env.REGISTRY_TOKEN).toString('base64')
const digestOf = (bytes) => 'sha256:' + createHash('sha256').update(bytes).digest('hex')
async function call(method, url, body, type) {
  const headers = { authorization, ...(type ? { 'content-type': type } : {}) }
  const answer = await fetch(new URL(url, 'http://' + host), { method, body, headers })
  if (!answer.ok) throw new Error(method + ' ' + url + ' ' + answer.status)
  return answer
}
async function blob(bytes) {
  const begun = await call('POST', '/v2/' + name + '/blobs/uploads/')
  const place = new URL(begun.headers.get('location'), 'http://' + host)
  place.searchParams.set('digest', digestOf(bytes))
  await call('PUT', place, bytes, 'application/octet-stream')
  return { digest: digestOf(bytes), size: Buffer.byteLength(bytes) }
}
const type = 'application/vnd.docker.distribution.manifest.v2+json'
const config = { mediaType: 'application/vnd.docker.container.image.v1+json', ...(await blob('{}')) }
const layer = { mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', ...(await blob(text)) }
await call('PUT', '/v2/' + name + '/manifests/' + tag, JSON.stringify({ schemaVersion: 2, mediaType: type, config, layers: [layer] }), type)
console.log('artifact=' + host + '/' + image)
`

export interface ImageRegistry {
  readonly host: string
  readonly port: number
  /** Pushes independently of any build. */
  push(image: string, text: string): void
  /** Deletes the manifest that has the digest. */
  remove(name: string, digest: string): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
  /** Stops it, and removes its data. */
  close(): Promise<void>
}

export async function openImageRegistry(): Promise<ImageRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-registry-'))
  const { port } = await pickPort(0)
  const host = `127.0.0.1:${port}`
  mkdirSync(join(folder, 'images'))
  const [users, settings, script] = ['users', 'config.yml', 'push.mjs'].map((name) => join(folder, name))
  writeFileSync(users ?? '', `ci:${HASHED}\n`)
  writeFileSync(script ?? '', PUSH)
  writeFileSync(
    settings ?? '',
    `version: 0.1
log: { level: warn }
storage: { filesystem: { rootdirectory: ${folder}/images }, delete: { enabled: true } }
auth: { htpasswd: { realm: registry, path: ${users} } }
http: { addr: "${host}" }
`,
  )
  const authorization = `Basic ${Buffer.from(`ci:${REGISTRY_SECRET}`).toString('base64')}`
  let running: RunningProcess | null = null
  const start = async (): Promise<void> => {
    running = await startProcess({
      ...{ name: 'the registry', command: PROGRAM, arguments: ['serve', settings ?? ''] },
      logFile: join(folder, 'registry.log'),
    })
    await until('the registry', async () => (await fetch(`http://${host}/v2/`)).status === 401)
  }
  const stop = async (): Promise<void> => running?.stop()
  await start()
  return {
    ...{ host, port, start, stop },
    push: (image, text) => {
      const env = { ...process.env, REGISTRY_TOKEN: REGISTRY_SECRET }
      execFileSync(process.execPath, [script ?? '', host, image, text], { env })
    },
    remove: async (name, digest) => {
      const url = `http://${host}/v2/${name}/manifests/${digest}`
      const { status } = await fetch(url, { method: 'DELETE', headers: { authorization } })
      if (status !== 202) throw new Error(`The registry answered ${status}`)
    },
    close: async () => {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
