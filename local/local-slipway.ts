/** Slipway with everything around it on this machine: what `npm start`, the tour and the journeys run. */
import { workflowBundle } from '../compose/workflow-bundle.js'
import type { LocalSettings } from '../config.js'
import { type Embedded, startEmbedded } from './embedded.js'
import { LOOPBACK, pickPort } from './ports.js'
import {
  type ProcessPlan,
  type RunningProcess,
  START_TIMEOUT_MS,
  scriptArguments,
  startProcess,
  waitUntilReady,
} from './processes.js'
import { type Progress, startProgress } from './progress.js'
import { readableLog } from './slipway-log.js'

const TEMPORAL_PORT = 7233
const TEMPORAL_UI_PORT = 8233
const DEMO_PORT = 4101
/** The young generation of each thread: Node's default of 16 MB costs 50 MB in all and has no benefit here (measured). */
const FRUGAL = '--max-semi-space-size=4'

export interface LocalSlipway {
  readonly embedded: Embedded
  /** The address of the read API. */
  readonly url: string
  /** Its process; a new one after a restart. */
  readonly slipway: RunningProcess
  /** Restarts Slipway's process, leaving the other services running. Throws the reason if it does not start. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface LocalOptions {
  readonly settings: LocalSettings
  readonly environment: NodeJS.ProcessEnv
  readonly say: (line: string) => void
  /** Preferred ports; 0 takes free ones. */
  readonly ports?: { readonly temporal: number; readonly temporalUi: number | null; readonly demo: number }
}

/**
 * Starts the other services, then bot and worker as one process. `stop` ends every process. Throws the reason if
 * something does not start; then nothing is left running.
 */
export async function startLocal(options: LocalOptions): Promise<LocalSlipway> {
  const { settings, environment, say } = options
  const progress = startProgress(say)
  try {
    // Created while the others start.
    const bundled = progress.during('the workflows', workflowBundle(settings))
    const [embedded] = await Promise.all([startSurroundings(options, progress), bundled.catch(() => null)])
    const stopOnFailure = async (error: unknown): Promise<never> => {
      await embedded.stop()
      throw error
    }
    await bundled.catch(stopOnFailure)
    const { port } = await pickPort(settings.http.port)
    const given = settings.temporalAddress === null ? withoutTemporal(environment) : environment
    const variables = { ...given, ...embedded.variables, SLIPWAY_HTTP_PORT: String(port) }
    const { dataFolder } = settings
    let slipway = await startSlipway({ dataFolder, variables, port, progress }).catch(stopOnFailure)
    return {
      embedded,
      get slipway() {
        return slipway
      },
      url: `http://${LOOPBACK}:${port}`,
      restart: async () => {
        await slipway.stop()
        slipway = await startSlipway({ dataFolder, variables, port })
      },
      stop: async () => {
        await slipway.stop()
        await embedded.stop()
      },
    }
  } finally {
    progress.end()
  }
}

/** The embedded server has no API keys and only the default namespace. */
function withoutTemporal(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('TEMPORAL_')))
}

function startSurroundings({ settings, say, ports }: LocalOptions, progress: Progress): Promise<Embedded> {
  const { temporal, temporalUi, demo } = ports ?? {
    temporal: TEMPORAL_PORT,
    temporalUi: TEMPORAL_UI_PORT,
    demo: DEMO_PORT,
  }
  return startEmbedded({
    dataFolder: settings.dataFolder,
    cacheFolder: settings.cacheFolder,
    slackPort: settings.slackPort,
    temporalPort: temporal,
    temporalUiPort: temporalUi,
    demoPort: demo,
    given: {
      database: settings.databaseUrl !== null,
      temporal: settings.temporalAddress !== null,
      slack: settings.slack !== null,
    },
    say,
    progress,
  })
}

export interface SlipwayProcessPlan {
  readonly dataFolder: string
  readonly variables: NodeJS.ProcessEnv
  /** The port of its HTTP server. */
  readonly port: number
  /** `all` unless given; a worker has no HTTP server and counts as ready immediately. */
  readonly role?: 'all' | 'bot' | 'worker'
  /** Distinguishes the processes of several workers. */
  readonly name?: string
  /** Another `main.js`: tests run one compiled beforehand. */
  readonly entry?: URL
  /** The path of another Node than this process's. */
  readonly node?: string
  /** Reports what is being waited for. */
  readonly progress?: Progress
}

/** What Node and its libraries read from the environment itself. A process of Slipway gets all other variables by a pipe. */
const surroundings = /^(?:PATH|HOME|USER|SHELL|LANG|LC_\w+|TZ|TMPDIR|NODE_\w+|PG\w+|\w+_PROXY|SSL_CERT_\w+)$/i

function byWay(all: NodeJS.ProcessEnv): Pick<ProcessPlan, 'variables' | 'secrets'> {
  const pairs = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined)
  const isSurrounding = ([name]: [string, string]): boolean => surroundings.test(name)
  return {
    variables: Object.fromEntries(pairs.filter(isSurrounding)),
    secrets: Object.fromEntries(pairs.filter((pair) => !isSurrounding(pair))),
  }
}

const MAIN = new URL('../main.js', import.meta.url)

/** Starts one process of Slipway and waits until it is ready. Throws with the end of its log if it does not start. */
export async function startSlipway(plan: SlipwayProcessPlan): Promise<RunningProcess> {
  const { dataFolder, port, role = 'all', name = 'slipway', entry = MAIN, node = process.execPath } = plan
  const logFile = `${dataFolder}/${name}.log`
  const slipway = await startProcess({
    name,
    command: node,
    arguments: [FRUGAL, ...scriptArguments(entry), role],
    ...byWay(plan.variables),
    logFile,
    lockFile: `${dataFolder}/${name}.lock`,
    graceSeconds: 30,
  })
  if (role === 'worker') return slipway
  const ready = waitUntilReady(slipway, {
    probe: async () => (await fetch(`http://${LOOPBACK}:${port}/readyz`)).ok,
    timeoutMs: START_TIMEOUT_MS,
    explain: (tail) => `${readableLog(tail)}\nIts whole log: ${logFile}`,
  })
  const latest = (): string => readableLog(slipway.tail()).split('\n').at(-1) ?? ''
  await (plan.progress?.during('Slipway', ready, latest) ?? ready)
  return slipway
}
