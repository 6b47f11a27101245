import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LOOPBACK } from './ports.js'
import { START_TIMEOUT_MS, scriptArguments, startProcess, waitUntilReady } from './processes.js'

export interface DemoHostPlan {
  /** The folder for the environments' releases and the host's state. */
  readonly dataFolder: string
  /** A free loopback port for its API, e.g. from `pickPort`. */
  readonly port: number
  /** A separate database, never Slipway's. */
  readonly databaseUrl: string
  /** Releases are only taken from below this folder. */
  readonly releasesFrom: string
  /** The first port for environments; each keeps its port. Default 4101. */
  readonly firstPort?: number
}

export interface DemoHost {
  /** For the stages, as `DEMO_HOST_URL`. It contains the token, so anybody who has it may use the API. */
  readonly url: string
  readonly pid: number
  /** Ends it with every service it runs; they are restarted at the next start. */
  stop(): Promise<void>
}

const FIRST_PORT = 4101

/**
 * The host of the demo's environments, in its own process. Ready when its API answers; the environments of an
 * earlier run start right after. Throws with the end of its log if it does not start.
 */
export async function startDemoHost(plan: DemoHostPlan): Promise<DemoHost> {
  mkdirSync(plan.dataFolder, { recursive: true })
  const token = tokenIn(plan.dataFolder)
  const script = new URL('./demo-host/process.js', import.meta.url)
  const running = await startProcess({
    name: 'demo-host',
    command: process.execPath,
    arguments: [
      ...scriptArguments(script),
      ...[plan.dataFolder, String(plan.port), plan.releasesFrom, String(plan.firstPort ?? FIRST_PORT)],
    ],
    // It runs released code, so it gets none of our variables.
    bare: true,
    variables: { DEMO_HOST_DATABASE_URL: plan.databaseUrl, DEMO_HOST_TOKEN: token },
    logFile: join(plan.dataFolder, 'demo-host.log'),
    lockFile: join(plan.dataFolder, 'demo-host.lock'),
  })
  const url = `http://${LOOPBACK}:${plan.port}/${token}`
  const probe = async () => (await fetch(`${url}/effects`)).ok
  await waitUntilReady(running, { probe, timeoutMs: START_TIMEOUT_MS })
  return { url, pid: running.pid, stop: () => running.stop() }
}

/** The same at each start, because the configuration that contains it is written only once. */
function tokenIn(folder: string): string {
  const file = join(folder, 'token')
  try {
    writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  return readFileSync(file, 'utf8').trim()
}
