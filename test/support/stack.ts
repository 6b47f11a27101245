/** The whole of Slipway for a journey: real Temporal, real PostgreSQL, the Slack workspace, the demo app and host. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { LocalSettings } from '../../config.js'
import { readLocalEnvironment } from '../../config.js'
import { type OpenDatabase, openDatabase } from '../../db/database.js'
import { type Embedded, type EmbeddedPlan, startEmbedded } from '../../local/embedded.js'
import { startSlipway } from '../../local/local-slipway.js'
import { pickPort } from '../../local/ports.js'
import type { RunningProcess } from '../../local/processes.js'
import { createSlackControl, type SlackControl } from '../../local/slack-control.js'
import { cacheFolder } from './cache-folder.js'
import { COMPILED_MAIN } from './compiled-main.js'
import { type TestDatabase, testServers } from './databases.js'
import { atNoon } from './noon-zone.js'
import { serviceDatabase } from './open-database.js'
import { removeFolder } from './remove-folder.js'
import { saidTexts, wrongTexts } from './voice.js'

export interface StackOptions {
  /** Which PostgreSQL, or its address; unless given a server, or the embedded one if none is installed. */
  readonly database?: 'embedded' | 'server' | { readonly url: string }
  /** `all` in one process unless given; `none` leaves every start to the test. */
  readonly processes?: 'one' | 'bot-and-worker' | 'none'
  /** How Slack reaches the bot; the bot connects unless given. */
  readonly slack?: 'socket' | 'events'
  /** Additional variables for the processes. */
  readonly variables?: Readonly<Record<string, string>>
  /** The path of the Node that runs Slipway; this process's own unless given. */
  readonly node?: string
  /** Changes the demo's configuration before the start. */
  readonly configure?: (yaml: string) => string
  /** The folder of an earlier stack: reused, and kept at the close. A new one, removed at the close, unless given. */
  readonly home?: StackHome
}

/** Settings of one process that differ from the others. */
export interface StartedBy {
  /** The path of another `main.js`. */
  readonly main?: string
  /** The path of another Node. */
  readonly node?: string
}

/** What a stack needs to continue where another one ended. */
export interface StackHome {
  readonly dataFolder: string
  /** The first port of the demo's environments: their addresses are in the configuration. */
  readonly demoPort: number
}

/** A home for consecutive stacks; the caller removes its folder. */
export async function newStackHome(): Promise<StackHome> {
  return { dataFolder: mkdtempSync(join(tmpdir(), 'slipway-')), demoPort: await freeRange() }
}

export interface Stack {
  readonly embedded: Embedded
  readonly slack: SlackControl
  /** The address of the read API. */
  readonly url: string
  readonly database: OpenDatabase
  readonly databaseUrl: string
  readonly dataFolder: string
  /** The variables of its processes. */
  readonly variables: NodeJS.ProcessEnv
  /** Slipway's own processes by name: `slipway`, or `bot` and `worker`. */
  readonly processes: ReadonlyMap<string, RunningProcess>
  /** Kills one process, like a crash. */
  kill(name: string): Promise<void>
  /** Restarts a process, or starts one more under another name. */
  start(
    name: string,
    role: 'all' | 'bot' | 'worker',
    variables?: Readonly<Record<string, string>>,
    by?: StartedBy,
  ): Promise<void>
  /** The output of Slipway's processes, newest last. */
  log(): string
  /** Throws if any message violates the terms of `docs/voice.md`. */
  close(): Promise<void>
}

/** Starts everything on free ports in a separate folder. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { dataFolder, demoPort } = options.home ?? (await newStackHome())
  const own = await ownDatabases(options)
  const httpPort = (await pickPort(0)).port
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    SLIPWAY_DATA: dataFolder,
    SLIPWAY_HTTP_PORT: String(httpPort),
    SLIPWAY_SLACK_PORT: '0',
    // How full the test machine's disk is must not matter.
    SLIPWAY_LEAST_FREE_GIB: '0',
    SLIPWAY_LEAST_FREE_PERCENT: '0',
    ...(own === null ? {} : { DATABASE_URL: own.url }),
    ...options.variables,
  }
  const settings = settingsOf(environment)
  const embedded = await startEmbedded({
    dataFolder,
    cacheFolder: settings.cacheFolder,
    slackPort: 0,
    temporalPort: 0,
    temporalUiPort: null,
    demoPort,
    ...(options.slack === 'events' ? { slackRequestUrl: `http://127.0.0.1:${httpPort}/slack/events` } : {}),
    ...own?.demo,
    configure: (yaml) => atNoon(options.configure?.(yaml) ?? yaml),
    given: { database: own !== null, temporal: false, slack: false },
    say: () => undefined,
  })
  const variables = { ...environment, ...embedded.variables }
  const processes = new Map<string, RunningProcess>()
  const start: Stack['start'] = async (name, role, extra = {}, by = {}) => {
    const { main = process.env[COMPILED_MAIN], node = options.node } = by
    const running = await startSlipway({
      dataFolder,
      name,
      role,
      port: Number(extra['SLIPWAY_HTTP_PORT'] ?? httpPort),
      variables: { ...variables, ...extra },
      ...(main === undefined ? {} : { entry: pathToFileURL(main) }),
      ...(node === undefined ? {} : { node }),
    })
    processes.set(name, running)
  }
  const databaseUrl = own?.ownerUrl ?? embedded.variables['DATABASE_URL'] ?? ''
  const database = openDatabase({ url: databaseUrl, poolSize: 3 })
  const slack = createSlackControl(embedded.slackUrl ?? '')
  const end = async (): Promise<void> => {
    await database.close()
    await Promise.all([...processes.values()].map((running) => running.stop()))
    await embedded.stop()
    await own?.stop()
    if (!options.home) await removeFolder(dataFolder)
  }
  const close = async (): Promise<void> => {
    // A test may have ended the workspace; its messages are lost with it.
    const said = await saidTexts(slack).catch(() => [])
    await end()
    const wrong = wrongTexts(said)
    if (wrong.length > 0) throw new Error(`Texts against docs/voice.md:\n${wrong.join('\n')}`)
  }
  try {
    if (options.processes === 'bot-and-worker') {
      await start('bot', 'bot')
      await start('worker', 'worker')
    } else if (options.processes !== 'none') await start('slipway', 'all')
  } catch (error) {
    await end()
    throw error
  }
  return {
    embedded,
    database,
    databaseUrl,
    dataFolder,
    variables,
    processes,
    start,
    close,
    slack,
    url: `http://127.0.0.1:${httpPort}`,
    kill: (name) => killed(processes, name),
    log: () => [...processes.values()].map((running) => running.tail()).join('\n'),
  }
}

async function killed(processes: Map<string, RunningProcess>, name: string): Promise<void> {
  const running = processes.get(name)
  if (!running) throw new Error(`No process is named ${name}`)
  processes.delete(name)
  process.kill(-running.pid, 'SIGKILL')
  await running.ended
}

interface OwnDatabases extends Pick<TestDatabase, 'url' | 'stop'> {
  /** The test's own database. */
  readonly ownerUrl: string
  readonly demo: Pick<EmbeddedPlan, 'demoDatabaseUrl'>
}

/** Null: the stack starts the embedded ones itself. */
async function ownDatabases({ database: kind, home }: StackOptions): Promise<OwnDatabases | null> {
  if (typeof kind === 'object')
    return { ...kind, ownerUrl: kind.url, stop: () => Promise.resolve(), demo: {} }
  const [server] = testServers()
  if (kind === 'server' && server === undefined) throw new Error('No PostgreSQL server is installed')
  if (kind === 'embedded' || server === undefined) return null
  const { url: ownerUrl, another, stop } = await server.start()
  const url = await serviceDatabase(ownerUrl)
  // Data that a home keeps for the next stack cannot be in a server that ends with this one.
  return { url, ownerUrl, stop, demo: home || !another ? {} : { demoDatabaseUrl: await another() } }
}

/** A stack is controlled by its own settings: the shell's must not leak in. */
function settingsOf(environment: NodeJS.ProcessEnv): LocalSettings {
  const read = readLocalEnvironment({
    SLIPWAY_CACHE: cacheFolder(),
    ...environment,
  })
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems))
  return read.settings
}

/**
 * The demo's host takes one port for its API and the following for environments. They are below any that `pickPort` returns,
 * because another process may be about to listen on one of those where a service restarts, and above 10080, the last of the
 * ports that `fetch` refuses to call.
 */
export async function freeRange(): Promise<number> {
  const { port } = await pickPort(10_100 + ((process.pid * 20) % 9_800))
  return port + 1
}
