import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Connection } from '@temporalio/client'
import { LOOPBACK } from './ports.js'
import { START_TIMEOUT_MS, startProcess, waitUntilReady } from './processes.js'
import { findTemporal } from './temporal-binary.js'

export interface TemporalServerPlan {
  /** The folder of its database, reused at the next start. */
  readonly dataFolder: string
  /** Where a downloaded or built server is kept between runs and projects. */
  readonly cacheFolder: string
  /** A free loopback port for gRPC, e.g. from `pickPort`. */
  readonly port: number
  /** A free loopback port for its web UI; without it there is none. */
  readonly uiPort?: number
  /** Further settings of the server, as `key=value`. */
  readonly dynamicConfig?: readonly string[]
  /** Reports what takes long. */
  readonly say: (line: string) => void
}

export interface TemporalServer {
  /** `host:port` for clients and workers. */
  readonly address: string
  /** Its web UI, `null` if it has none. */
  readonly uiAddress: string | null
  /** Its process group, so that tests can kill it. */
  readonly pid: number
  stop(): Promise<void>
}

/** By default its queues are polled 20 times a second, which adds 50 ms to every step of a workflow. */
const UNHURRIED_QUEUES = ['transfer', 'timer', 'visibility']

/**
 * A Temporal development server on this machine that keeps its data. Resolves when its gRPC address answers for the
 * namespace `default`. Throws if no server can be found, built or started, or if another process uses the data folder.
 */
export async function startTemporalServer(plan: TemporalServerPlan): Promise<TemporalServer> {
  const command = await findTemporal(plan)
  mkdirSync(plan.dataFolder, { recursive: true })
  const running = await startProcess({
    name: 'temporal',
    command,
    arguments: serverArguments(plan),
    logFile: join(plan.dataFolder, 'temporal.log'),
    lockFile: join(plan.dataFolder, 'temporal.lock'),
  })
  const address = `${LOOPBACK}:${plan.port}`
  await waitUntilReady(running, { probe: () => answers(address), timeoutMs: START_TIMEOUT_MS })
  return {
    address,
    uiAddress: plan.uiPort === undefined ? null : `http://${LOOPBACK}:${plan.uiPort}`,
    pid: running.pid,
    stop: () => running.stop(),
  }
}

function serverArguments({ dataFolder, port, uiPort, dynamicConfig = [] }: TemporalServerPlan): string[] {
  const queues = UNHURRIED_QUEUES.map((queue) => `history.${queue}ProcessorMaxPollRPS=2000`)
  return [
    ...['server', 'start-dev', '--ip', LOOPBACK, '--port', String(port), '--log-level', 'error'],
    ...['--db-filename', join(dataFolder, 'temporal.db')],
    // With the default, acknowledged data is lost in a power failure.
    ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=2'],
    ...[...queues, ...dynamicConfig].flatMap((setting) => ['--dynamic-config-value', setting]),
    ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)]),
  ]
}

async function answers(address: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: '2s' })
  try {
    await connection.workflowService.describeNamespace({ namespace: 'default' })
    return true
  } finally {
    await connection.close()
  }
}
