import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { demoAuthors } from '../../local/demo-history.js'
import { type DemoHost, startDemoHost } from '../../local/demo-host.js'
import { type DemoRepository, openDemoRepository } from '../../local/demo-repository.js'
import { git } from '../../local/git-commits.js'
import { pickPort } from '../../local/ports.js'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../local/postgres.js'
import { freeRange } from '../support/stack.js'

const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'))
const author = demoAuthors.bob
let database: EmbeddedPostgres
let host: DemoHost
let shop: DemoRepository
let apiPort: number
let firstPort: number

async function startHost(): Promise<void> {
  host = await startDemoHost({
    dataFolder: join(folder, 'host'),
    port: apiPort,
    databaseUrl: database.url,
    firstPort,
    releasesFrom: folder,
  })
}

beforeAll(async () => {
  database = await startEmbeddedPostgres({ dataFolder: null, port: (await pickPort(0)).port })
  shop = await openDemoRepository(join(folder, 'shop.git'))
  apiPort = (await pickPort(0)).port
  firstPort = await freeRange()
  await startHost()
})

afterAll(async () => {
  await host.stop()
  await database.stop()
  rmSync(folder, { recursive: true, force: true })
})

interface Ended {
  readonly code: number
  readonly log: string
  readonly outputs: string
}

function run(command: string, cwd: string, variables: Record<string, string>): Promise<Ended> {
  const output = variables['SLIPWAY_OUTPUT'] ?? ''
  const env = { PATH: process.env['PATH'] ?? '', ...variables }
  return new Promise((resolve) => {
    const child = execFile('sh', ['-c', command], { cwd, env }, (_, stdout, stderr) => {
      const outputs = existsSync(output) ? readFileSync(output, 'utf8') : ''
      resolve({ code: child.exitCode ?? -1, log: stdout + stderr, outputs })
    })
  })
}

/** A clean checkout, built once per commit: its artifact folder holds `dist`, as Slipway unpacks it. */
async function build(commit: string): Promise<{ workspace: string; artifact: string }> {
  const workspace = join(folder, 'work', commit)
  const artifact = join(folder, 'artifacts', commit)
  if (existsSync(artifact)) return { workspace, artifact }
  mkdirSync(workspace, { recursive: true })
  await git(shop.path, ['--work-tree', workspace, 'checkout', '--force', commit, '--', '.'])
  const built = await run('npm run build', workspace, { SLIPWAY_COMMIT: commit, HOME: folder })
  expect(built).toMatchObject({ code: 0, log: expect.stringContaining(`dist: ${commit}`) })
  cpSync(join(workspace, 'dist'), join(artifact, 'dist'), { recursive: true })
  return { workspace, artifact }
}

let runs = 0
async function stage(
  name: string,
  commit: string,
  options: { key?: string; environment?: string } = {},
): Promise<Ended> {
  const { workspace, artifact } = await build(commit)
  runs += 1
  const script = name === 'check' ? 'smoke' : name
  return run(`deploy/${script}.sh`, workspace, {
    SLIPWAY_STAGE: name,
    SLIPWAY_COMMIT: commit,
    SLIPWAY_ENVIRONMENT: options.environment ?? 'staging',
    SLIPWAY_IDEMPOTENCY_KEY: options.key ?? `key-${runs}`,
    SLIPWAY_ARTIFACT_DIR: artifact,
    SLIPWAY_OUTPUT: join(folder, `output-${runs}`),
    DEMO_HOST_URL: host.url,
  })
}

async function ask(path: string): Promise<unknown> {
  const response = await fetch(path.startsWith('http') ? path : `${host.url}${path}`)
  return response.json()
}

async function effects(key: string): Promise<string[]> {
  const all = (await ask('/effects')) as { key: string; action: string }[]
  return all.filter((effect) => effect.key === key).map(({ action }) => action)
}

/** A commit ahead of trunk's present head that only changes how its stages behave. */
function behaving(behaviour: object): Promise<string> {
  const files = { 'deploy/behaviour.json': JSON.stringify(behaviour) }
  return shop.commit({
    files,
    message: `Behave: ${JSON.stringify(behaviour)}`,
    author,
    branch: `behaviour-${runs}`,
  })
}

describe('the demo', () => {
  test('has the same history everywhere, and opens it again', async () => {
    const again = await openDemoRepository(join(folder, 'again.git'))
    expect(await again.head()).toBe(await shop.head())
    expect(await (await openDemoRepository(shop.path)).head()).toBe(await shop.head())
    const authors = (await git(shop.path, ['log', '--format=%an', shop.trunk])).split('\n')
    expect(authors).toHaveLength(12)
    expect(new Set(authors).size).toBe(3)
  })

  test('is set up, checked, patched, checked and torn down', async () => {
    const first = await git(shop.path, ['rev-parse', 'main~2'])
    const second = await shop.head()
    const setup = await stage('setup', first)
    expect(setup).toMatchObject({
      code: 0,
      log: expect.stringContaining('migrated: 0001_products.sql, 0002_stock.sql'),
    })
    const url = `http://127.0.0.1:${firstPort}`
    expect(setup.outputs).toBe(`url=${url}\nschema=shop_staging\nport=${firstPort}\n`)
    expect(await ask(`${url}/version`)).toMatchObject({ commit: first, environment: 'staging' })
    expect(await ask(`${url}/products`)).toMatchObject([{ name: 'Canvas bag', stock: 12 }, {}, {}])
    expect(await stage('check', first)).toMatchObject({ code: 0, outputs: `commit=${first}\n` })
    expect(await stage('check', second)).toMatchObject({
      code: 1,
      log: expect.stringContaining(`runs ${first}, not`),
    })

    const patch = await stage('patch', second)
    expect(patch).toMatchObject({ code: 0, log: expect.stringContaining('migrated: 0003_discount.sql') })
    expect(await stage('check', second)).toMatchObject({ code: 0, outputs: `commit=${second}\n` })
    expect(await (await fetch(url)).text()).toContain('<s>€39.00</s> €29.25')

    expect((await stage('patch', first)).code).toBe(0)
    expect(await stage('check', first)).toMatchObject({ code: 0, outputs: `commit=${first}\n` })

    expect((await stage('teardown', first)).code).toBe(0)
    expect(await stage('teardown', first)).toMatchObject({
      code: 0,
      log: expect.stringContaining('gone already'),
    })
    await expect(fetch(url)).rejects.toThrow('fetch failed')
    expect(await stage('check', first)).toMatchObject({ code: 1 })
  })

  test('does what a key asks for once, however often it is asked', async () => {
    const commit = await shop.head()
    const order = { key: 'dep/setup/1', environment: 'repeated' }
    expect((await stage('setup', commit, order)).code).toBe(0)
    expect((await stage('setup', commit, order)).code).toBe(0)
    const migrations = ['migrate:0001_products.sql', 'migrate:0002_stock.sql', 'migrate:0003_discount.sql']
    expect(await effects(order.key)).toEqual([
      'setup:started',
      'setup',
      ...migrations,
      'install',
      'setup:started',
    ])
  })

  test('moves to another port when somebody took its own before anything served there', async () => {
    const commit = await shop.head()
    const settings = { memoryMegabytes: 48, currency: 'EUR', logLevel: 'info' }
    const made = await fetch(`${host.url}/environments/moved`, {
      method: 'PUT',
      body: JSON.stringify({ key: 'dep/moved/1', settings }),
    })
    const { port } = (await made.json()) as { port: number }
    const taker = createServer().listen(port, '127.0.0.1')
    onTestFinished(() => void taker.close())
    const setup = await stage('setup', commit, { environment: 'moved' })
    expect(setup).toMatchObject({ code: 0, outputs: expect.not.stringContaining(`port=${port}`) })
    expect(await stage('check', commit, { environment: 'moved' })).toMatchObject({ code: 0 })
  })

  test('gives environments that are made at the same moment a port each', async () => {
    const settings = { memoryMegabytes: 64, currency: 'EUR', logLevel: 'info' }
    const made = await Promise.all(
      ['one', 'two', 'three'].map(async (name) => {
        const body = JSON.stringify({ key: `dep/${name}/1`, settings })
        const answer = await fetch(`${host.url}/environments/${name}`, { method: 'PUT', body })
        return ((await answer.json()) as { port: number }).port
      }),
    )
    expect(new Set(made).size).toBe(3)
  })

  test('brings its environments back on their ports after it was killed', async () => {
    const commit = await shop.head()
    const { outputs } = await stage('setup', commit, { environment: 'lasting' })
    const port = /port=(\d+)/.exec(outputs)?.[1]
    process.kill(-host.pid, 'SIGKILL')
    await startHost()
    const version = () => ask(`http://127.0.0.1:${port}/version`).catch(() => null)
    await expect.poll(version).toMatchObject({ commit, environment: 'lasting' })
    await expect.poll(() => ask('/environments/lasting')).toMatchObject({ running: true, generation: 1 })
    expect(await stage('check', commit, { environment: 'lasting' })).toMatchObject({ code: 0 })
  })

  test('takes no order without the token, under another name, or of a folder that is not its own', async () => {
    const commit = await shop.head()
    const { port, pathname, origin } = new URL(host.url)
    const elsewhere = mkdtempSync(join(tmpdir(), 'slipway-elsewhere-'))
    writeFileSync(
      join(elsewhere, 'server.mjs'),
      `(await import('node:fs')).writeFileSync('${elsewhere}/ran', '')`,
    )
    symlinkSync(elsewhere, join(folder, 'link'))
    const order = { key: 'k', settings: { memoryMegabytes: 64, currency: 'EUR', logLevel: 'info' } }
    const put = (url: string, body: object, headers = {}): Promise<number> =>
      new Promise((resolve, reject) => {
        request(url, { method: 'PUT', headers }, ({ statusCode = 0 }) => resolve(statusCode))
          .on('error', reject)
          .end(JSON.stringify(body))
      })
    const api = `${host.url}/environments/evil`

    expect(await put(`${origin}/environments/evil`, order)).toBe(404)
    expect(await put(`${origin}/${'0'.repeat(pathname.length - 1)}/environments/evil`, order)).toBe(404)
    expect(await put(api, order, { host: `evil.example:${port}` })).toBe(404)
    expect(await put(api, order, { host: `localhost:${port}` })).toBe(200)
    for (const source of [elsewhere, join(folder, 'link'), `${folder}/..`, folder, '/nowhere']) {
      expect(await put(`${api}/release`, { key: 'k2', folder: source, commit }), source).toBe(400)
    }
    expect(await put(`${api}/schema`, { key: 'k3', folder: elsewhere })).toBe(400)
    expect(readdirSync(elsewhere)).toEqual(['server.mjs'])
    rmSync(elsewhere, { recursive: true })
  })

  test.skipIf(process.platform !== 'linux')(
    'gives what it runs nothing of ours, and has no secret on its command line',
    async () => {
      const environ = readFileSync(`/proc/${host.pid}/environ`, 'utf8')
      const lines = readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map((pid) => commandLine(pid))

      expect(environ).not.toContain('VITEST')
      expect(lines.filter((line) => line.includes(new URL(host.url).pathname.slice(1)))).toEqual([])
      expect(lines.filter((line) => line.includes(database.url))).toEqual([])
    },
  )

  test('ends its stages as the commit asks', async () => {
    const asked = await behaving({
      check: 'inconclusive',
      patch: 'fail-once',
      setup: 'error-once',
      setupSeconds: 1,
    })
    const environment = 'behaving'
    expect(await stage('setup', asked, { environment })).toMatchObject({
      code: 75,
      log: expect.stringContaining('second 1 of 1'),
    })
    expect(await stage('setup', asked, { environment })).toMatchObject({ code: 0 })
    expect(await stage('patch', asked, { environment })).toMatchObject({
      code: 1,
      log: expect.stringContaining('behaviour.json'),
    })
    expect(await stage('patch', asked, { environment })).toMatchObject({ code: 0 })
    expect(await stage('check', asked, { environment })).toMatchObject({ code: 77 })
  })

  test('goes on serving the previous build when the next one does not come up', async () => {
    const good = await shop.head()
    const files = { 'src/server.mjs': "throw new Error('no good')\n" }
    const broken = await shop.commit({ files, message: 'Break the service', author, branch: 'broken' })
    const environment = 'steady'
    expect((await stage('setup', good, { environment })).code).toBe(0)
    expect(await stage('patch', broken, { environment })).toMatchObject({
      code: 1,
      log: expect.stringContaining('no good'),
    })
    expect((await stage('check', good, { environment })).code).toBe(0)
  })
})

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
