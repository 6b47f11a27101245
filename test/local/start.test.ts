/** `npm start` as people meet it, above all when it cannot start. */
import { execFile, spawn } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cacheFolder } from '../support/cache-folder.js'
import { until } from '../support/until.js'

const root = resolve(import.meta.dirname, '../..')
let folder: string
let data: string
const ends: (() => Promise<void>)[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-start-'))
  data = join(folder, 'data')
})
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
  // What a start that failed had begun ends after it, and writes until then.
  await until('the folder to be left alone', () => {
    rmSync(folder, { recursive: true, force: true })
    return true
  })
})

const settings = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  SLIPWAY_CACHE: cacheFolder(),
  SLIPWAY_DATA: data,
  SLIPWAY_HTTP_PORT: '0',
  SLIPWAY_SLACK_PORT: '0',
  ...more,
})

/** What it says when it cannot start: one text, and nothing of where in our code that was noticed. */
async function refusal(more?: NodeJS.ProcessEnv, options: readonly string[] = []): Promise<string> {
  const given = [...options, join(root, 'tools/run.cjs'), join(root, 'local/start.ts')]
  const { code, text } = await new Promise<{ code: number | null; text: string }>((resolveEnd) => {
    const child = execFile(process.execPath, given, { env: settings(more) }, (_error, stdout, stderr) =>
      resolveEnd({ code: child.exitCode, text: stdout + stderr }),
    )
  })
  expect(code).toBe(1)
  expect(text).not.toMatch(/^\s+at /m)
  return text.trim()
}

interface Started {
  readonly pid: number
  /** All it has said so far. */
  said(): string
  readonly ended: Promise<number | null>
}

async function started(...options: readonly string[]): Promise<Started> {
  const given = [join(root, 'tools/run.cjs'), join(root, 'local/start.ts'), ...options]
  const child = spawn(process.execPath, given, {
    env: settings(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)))
  const ended = new Promise<number | null>((resolveEnd) => child.once('close', resolveEnd))
  ends.push(async () => {
    child.kill('SIGTERM')
    await ended
  })
  await until('the last line of a start', () => {
    if (child.exitCode !== null) throw new Error(said)
    return said.includes('Ctrl-C ends everything')
  })
  return { pid: child.pid ?? 0, said: () => said, ended }
}

describe('a start that cannot be', () => {
  test('[C.1] a data folder that is a file', async () => {
    writeFileSync(data, '')
    expect(await refusal()).toMatch(
      /^SLIPWAY_DATA: \S+data cannot be used: .* → set SLIPWAY_DATA to a folder/,
    )
  })

  test('[C.1] folders that can never be made, both told at once', async () => {
    const text = await refusal({ SLIPWAY_DATA: '/proc/slipway', SLIPWAY_CACHE: '/dev/null/slipway' })
    expect(text).toMatch(
      /^SLIPWAY_DATA: \/proc\/slipway cannot .*\nSLIPWAY_CACHE: \/dev\/null\/slipway cannot .*$/,
    )
  })

  test('[C.1] a folder where slipway.yaml should be', async () => {
    mkdirSync(join(data, 'slipway.yaml'), { recursive: true })
    expect(await refusal()).toMatch(
      /slipway\.yaml:1:1: is a folder, not a file → remove the folder, then copy/,
    )
  })

  test('[C.1] a Node that is too old', async () => {
    const old = join(folder, 'old.cjs')
    writeFileSync(old, "Object.defineProperty(process.versions, 'node', { value: '18.20.4' })")
    const text = await refusal({}, ['--require', old])
    expect(text).toMatch(/^Slipway needs Node 20\.\d+ or newer, and this is 18\.20\.4\. Install .*$/)
  })

  test('[C.1] no git', async () => {
    expect(await refusal({ PATH: toolsOnly(['sh', 'env']) })).toMatch(/^git does not run here → install it/)
  })

  test('[C.1] no Temporal server, and no way to one', async () => {
    const PATH = toolsOnly(['sh', 'env', 'sleep', 'git', 'ps'])
    const noNetwork = { PATH, SLIPWAY_CACHE: join(folder, 'cache'), HTTPS_PROXY: 'http://127.0.0.1:9' }
    expect(await refusal(noNetwork)).toMatch(
      /No Temporal server was found.*pip.*install Go.*set TEMPORAL_ADDRESS/s,
    )
  })
})

/** A PATH with nothing else on it. */
function toolsOnly(tools: readonly string[]): string {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  for (const tool of tools) symlinkSync(whereIs(tool), join(bin, tool))
  return bin
}

function whereIs(tool: string): string {
  const found = (process.env['PATH'] ?? '')
    .split(':')
    .map((one) => join(one, tool))
    .find((one) => existsSync(one))
  if (found === undefined) throw new Error(`${tool} is not on the PATH`)
  return found
}

test('[C.1] a second start on the same data says where the first answers; SIGHUP reads the configuration again', async () => {
  const first = await started()
  const address = /Slack workspace {2}(\S+)/.exec(first.said())?.[1] ?? ''
  expect(address).toMatch(/^http:/)
  expect(await refusal()).toContain(
    `Slipway already runs with the data in ${data}: ${address} (process ${first.pid})`,
  )

  const log = (): string => readFileSync(join(data, 'slipway.log'), 'utf8')
  appendFileSync(join(data, 'slipway.yaml'), '\n# changed\n')
  process.kill(first.pid, 'SIGHUP')
  await until('the new configuration', () => log().includes('The new configuration is in force'))
  expect((await fetch(address)).ok).toBe(true)

  process.kill(first.pid, 'SIGTERM')
  expect(await first.ended).toBe(0)
})

test('npm run dev starts Slipway again when a source changes, with the same workspace and data', async () => {
  const dev = await started('--watch')
  const address = /Slack workspace {2}(\S+)/.exec(dev.said())?.[1] ?? ''
  const before = readFileSync(join(data, 'slipway.lock'), 'utf8')
  const now = new Date()
  utimesSync(join(root, 'domain/version.ts'), now, now)
  await until('the restart', () => /Slipway is up again after [\d.]+ s\./.test(dev.said()))

  expect(dev.said()).toContain('domain/version.ts changed, starting Slipway again …')
  expect(readFileSync(join(data, 'slipway.lock'), 'utf8')).not.toBe(before)
  expect((await fetch(address)).ok).toBe(true)
  process.kill(dev.pid, 'SIGTERM')
  expect(await dev.ended).toBe(0)
})
