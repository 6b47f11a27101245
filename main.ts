/** The entry point of `npm run bot`, `npm run worker` and the container: reads, checks, opens, and closes on a signal. */
import { pino } from 'pino'
import { openSecrets } from './compose/secrets.js'
import { openSlipway, type Slipway, type SlipwayPlan } from './compose/slipway.js'
import { StartProblem } from './compose/start-problem.js'
import { openTraces } from './compose/traces.js'
import { workflowBundle } from './compose/workflow-bundle.js'
import {
  formatProblems,
  formatSettingProblems,
  type LogLevel,
  loadConfiguration,
  processEnvironment,
  readEnvironment,
  readWorkerEnvironment,
  type WorkerSettings,
} from './config.js'
import { type Configuration, configurationWarnings } from './domain/configuration.js'
import { noTraces, type Traces } from './domain/traces.js'

const roles = ['all', 'bot', 'worker'] as const
type Role = (typeof roles)[number]

const role = roles.find((one) => one === (process.argv[2] ?? 'all'))
if (role === undefined) refuse(`Usage: main [${roles.join(' | ')}]`)
else await run(role).catch(fail)

async function run(as: Role): Promise<void> {
  const environment = processEnvironment()
  if (as === 'worker') {
    const read = readWorkerEnvironment(environment)
    if (read.kind === 'problems') return refuse(formatSettingProblems(read.problems))
    const { settings } = read
    return open(as, settings, (shared) => openSlipway({ ...shared, role: as, settings }))
  }
  const read = readEnvironment(environment)
  if (read.kind === 'problems') return refuse(formatSettingProblems(read.problems))
  const { settings } = read
  return open(as, settings, (shared) => openSlipway({ ...shared, role: as, settings }))
}

type Shared = Omit<SlipwayPlan, 'role' | 'settings'>

async function open(
  as: Role,
  settings: WorkerSettings,
  opening: (shared: Shared) => Promise<Slipway>,
): Promise<void> {
  const hangup = rememberHangup()
  const environment = processEnvironment()
  const does = partsOf(as, settings)
  const loaded = loadConfiguration(settings.configFile, environment, does)
  if (loaded.kind === 'problems') return refuse(formatProblems(loaded.problems))
  const { configuration } = loaded
  const secrets = openSecrets(environment, configuration)
  let log = openLog(settings.logLevel, secrets.redact, noTraces)
  const traces = await openTraces({
    ...{ settings, environment, redact: secrets.redact },
    onTrouble: (error) =>
      log.warn({ err: error }, 'The collector does not accept traces; they are lost until it does'),
  }).catch(unlessProblem)
  log = openLog(settings.logLevel, secrets.redact, traces)
  const bundle = as === 'bot' ? null : await workflowBundle(settings)
  const slipway = await opening({ configuration, log, environment, secrets, traces, bundle }).catch(
    unlessProblem,
  )
  warn(configuration, log)
  log.info({ port: slipway.port }, 'Slipway is up')
  const close = async (): Promise<void> => {
    await slipway.close()
    await traces.close()
  }
  closeOnSignals({ ...slipway, close }, log)
  hangup.handle(() => void reload(slipway, { file: settings.configFile, does }, log))
}

type Parts = NonNullable<Parameters<typeof loadConfiguration>[2]>

/** The bot redacts the secrets of both parts from what it sends. */
function partsOf(as: Role, { concurrency: { builds, stages }, runsOn }: WorkerSettings): Parts {
  return as === 'bot'
    ? { builds: true, stages: true, runsOn: null }
    : { builds: builds > 0, stages: stages > 0, runsOn }
}

/** A SIGHUP that arrives too early would end the process, so it is remembered instead. */
function rememberHangup(): { readonly handle: (reloadNow: () => void) => void } {
  let wanted = false
  const remember = (): void => {
    wanted = true
  }
  process.on('SIGHUP', remember)
  return {
    handle(reloadNow) {
      process.off('SIGHUP', remember).on('SIGHUP', reloadNow)
      if (wanted) reloadNow()
    },
  }
}

/** Problems that a person has to fix are printed without a stack trace. */
function unlessProblem(error: unknown): never {
  if (!(error instanceof StartProblem)) throw error
  console.error(error.message)
  process.exit(1)
}

/** Logs to standard output. No line shows a secret, whatever an error contains. */
function openLog(level: LogLevel, redact: (text: string) => string, traces: Traces): pino.Logger {
  const output = pino.destination(1)
  const ids = traces === noTraces ? {} : { mixin: traces.ids }
  return pino({ level, ...ids }, { write: (line: string) => output.write(redact(line)) })
}

/** Logs warnings about settings that are allowed but weaker than they look. */
function warn(configuration: Configuration, log: pino.Logger): void {
  for (const warning of configurationWarnings(configuration)) log.warn({}, warning)
}

/** An invalid file keeps the running configuration and is logged. */
async function reload(
  slipway: Slipway,
  { file, does }: { readonly file: string; readonly does: Parts },
  log: pino.Logger,
): Promise<void> {
  const loaded = loadConfiguration(file, processEnvironment(), does)
  if (loaded.kind === 'problems') {
    log.error({ problems: loaded.problems }, 'The new configuration has mistakes; the running one stays')
    return
  }
  try {
    await slipway.reload(loaded.configuration)
  } catch (error) {
    log.error({ err: error }, 'The new configuration could not be taken over; the running one stays')
    return
  }
  warn(loaded.configuration, log)
  log.info({ hash: loaded.configuration.hash }, 'The new configuration is in force')
}

function closeOnSignals(slipway: Slipway, log: pino.Logger): void {
  let closing = false
  const close = (why: string, code: number): void => {
    if (closing) return
    closing = true
    log.info({ why }, 'Closing')
    slipway.close().then(
      () => process.exit(code),
      (error: unknown) => {
        log.error({ err: error }, 'Closing failed')
        process.exit(1)
      },
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => close(signal, 0))
  slipway.failed.catch((error: unknown) => {
    log.fatal({ err: error }, 'The worker failed')
    close('failed', 1)
  })
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'A fault of our own')
    close('fault', 1)
  })
}

/** Whatever is still open ends with the process. */
function fail(error: unknown): never {
  pino().fatal({ err: error }, 'Slipway did not start')
  process.exit(1)
}

function refuse(why: string): void {
  console.error(why)
  process.exitCode = 1
}
