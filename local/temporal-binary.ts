import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type ProcessPlan, type RunningProcess, scriptArguments, startProcess } from './processes.js'

export interface TemporalSearch {
  /** Kept between runs and projects; what is downloaded or built lands here as `temporal`. */
  readonly cacheFolder: string
  /** Tells people what takes long. */
  readonly say: (line: string) => void
}

/** The only recent version that `go install` takes. */
const GO_PACKAGE = 'github.com/temporalio/cli/cmd/temporal@v1.5.1'
const STALLED_MS = 20_000
const BUILD_TIMEOUT_MS = 20 * 60_000
const PROGRESS_EVERY_MS = 10_000

const NONE_FOUND = `No Temporal server was found, and none could be downloaded or built. Do one of these, then start again:
  - install the Temporal CLI (https://docs.temporal.io/cli), so that "temporal" is on the PATH
  - install Go 1.23 or newer: the server is then built from its source
  - set TEMPORAL_ADDRESS to a Temporal server that runs already`

/**
 * The path of a Temporal server that runs here: from the PATH, the cache, the SDK's download or Go, in this order.
 * Throws, with what to install, when there is none.
 */
export async function findTemporal(search: TemporalSearch): Promise<string> {
  mkdirSync(search.cacheFolder, { recursive: true })
  for (const provider of [onPath, cached, downloaded, built]) {
    const path = await provider(search)
    if (path !== null && (await works(path))) return path
  }
  throw new Error(NONE_FOUND)
}

const run = promisify(execFile)

async function works(path: string): Promise<boolean> {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 20_000 })
    return stdout.includes('temporal version')
  } catch {
    return false
  }
}

async function commandPath(command: string): Promise<string | null> {
  try {
    const { stdout } = await run('sh', ['-c', 'command -v "$1"', 'sh', command])
    return stdout.trim() || null
  } catch {
    return null
  }
}

function onPath(): Promise<string | null> {
  return commandPath('temporal')
}

const binaryIn = (cacheFolder: string): string => join(cacheFolder, 'temporal')

function cached({ cacheFolder }: TemporalSearch): Promise<string> {
  return Promise.resolve(binaryIn(cacheFolder))
}

/** In a process of its own: a download inside this one could not be ended. */
async function downloaded({ cacheFolder, say }: TemporalSearch): Promise<string | null> {
  const folder = join(cacheFolder, 'download')
  mkdirSync(folder, { recursive: true })
  say('Temporal server: downloading it, once.')
  const script = new URL('./temporal-download.js', import.meta.url)
  const plan = {
    name: 'temporal-download',
    command: process.execPath,
    arguments: [...scriptArguments(script), folder],
  }
  const running = await startProcess({ ...plan, logFile: join(cacheFolder, 'download.log') })
  await untilStalled(running, () => megabytesIn(folder), say)
  const found = readdirSync(folder).find((name) => /^temporal(?!.*\.downloading$)/.test(name))
  if (found !== undefined && (await works(join(folder, found))))
    renameSync(join(folder, found), binaryIn(cacheFolder))
  else say('Temporal server: the download is not possible from here.')
  rmSync(folder, { recursive: true, force: true })
  return binaryIn(cacheFolder)
}

async function untilStalled(
  running: RunningProcess,
  size: () => number,
  say: TemporalSearch['say'],
): Promise<void> {
  let grewAt = Date.now()
  let saidAt = grewAt
  let last = 0
  while (!running.hasEnded() && Date.now() - grewAt < STALLED_MS) {
    await Promise.race([running.ended, delay(250, undefined, { ref: false })])
    const now = size()
    if (now > last) grewAt = Date.now()
    last = Math.max(last, now)
    if (Date.now() - saidAt < PROGRESS_EVERY_MS) continue
    saidAt = Date.now()
    say(`Temporal server: ${last.toFixed(0)} MB downloaded so far.`)
  }
  await running.stop()
}

function megabytesIn(folder: string): number {
  const bytes = readdirSync(folder).map(
    (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0,
  )
  return bytes.reduce((sum, size) => sum + size, 0) / 1e6
}

async function built({ cacheFolder, say }: TemporalSearch): Promise<string | null> {
  const go = await commandPath('go')
  if (go === null) return null
  const logFile = join(cacheFolder, 'build.log')
  rmSync(logFile, { force: true })
  say('Temporal server: building it with Go, once. This takes about 3 minutes on 2 cores.')
  const plan: ProcessPlan = {
    name: 'temporal-build',
    command: go,
    arguments: ['install', '-v', GO_PACKAGE],
    logFile,
  }
  const running = await startProcess({ ...plan, variables: { GOBIN: cacheFolder } })
  const startedAt = Date.now()
  while (!running.hasEnded() && Date.now() - startedAt < BUILD_TIMEOUT_MS) {
    await Promise.race([running.ended, delay(PROGRESS_EVERY_MS, undefined, { ref: false })])
    const lines = readFileSync(logFile, 'utf8').split('\n').length - 1
    const seconds = Math.round((Date.now() - startedAt) / 1000)
    if (!running.hasEnded()) say(`Temporal server: building for ${seconds} s, ${lines} packages done.`)
  }
  await running.stop()
  if (!(await works(binaryIn(cacheFolder)))) say(`Temporal server: the build failed.\n${running.tail()}`)
  return binaryIn(cacheFolder)
}
