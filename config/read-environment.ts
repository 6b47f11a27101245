import { parseAppName } from '../domain/identifiers.js'
import { findUnread } from './inherited-variables.js'
import { findMistyped } from './mistyped.js'
import { readArtifacts } from './read-artifacts.js'
import { readDatabaseUrl } from './read-database.js'
import { readEncryption } from './read-encryption.js'
import { readGit } from './read-git.js'
import { readMigrationSettings, readRequiredDatabaseUrl } from './read-migration.js'
import { readKeepDays } from './read-retention.js'
import { readSandbox } from './read-sandbox.js'
import { readGithub, readSlack } from './read-services.js'
import { NO_TEMPORAL, readBuildId, readPlacement, readTemporal } from './read-temporal.js'
import { readTraces } from './read-traces.js'
import {
  type BaseSettings,
  type LocalSettings,
  logLevels,
  type MigrationSettings,
  type Settings,
  type WorkerSettings,
} from './settings.js'
import {
  readAddress,
  readChoice,
  readNumber,
  readOptional,
  readPath,
  type SettingProblem,
  type VariableReader,
} from './variables.js'
import { findWeakSecrets } from './weak-secrets.js'

/** Checked settings, or all mistakes in the environment variables. */
export type SettingsReading<Kind> =
  | { readonly kind: 'ok'; readonly settings: Kind }
  | { readonly kind: 'problems'; readonly problems: readonly SettingProblem[] }

/** The settings of a process that runs the bot, or bot and worker. */
export function readEnvironment(env: NodeJS.ProcessEnv): SettingsReading<Settings> {
  return read(env, (reader) => ({ ...readWorker(reader), slack: readSlack(reader) }))
}

/** The settings of a process that runs only a worker. */
export function readWorkerEnvironment(env: NodeJS.ProcessEnv): SettingsReading<WorkerSettings> {
  return read(env, readWorker)
}

/** The settings of `npm run migrate`. */
export function readMigration(env: NodeJS.ProcessEnv): SettingsReading<MigrationSettings> {
  return read(env, readMigrationSettings)
}

/** The settings of a command that only reads the database. */
export function readDatabase(env: NodeJS.ProcessEnv): SettingsReading<Pick<WorkerSettings, 'databaseUrl'>> {
  const fix = 'set the address that bot and worker use'
  return read(env, (reader) => ({ databaseUrl: readRequiredDatabaseUrl(reader, 'DATABASE_URL', fix) }))
}

/** The settings of `npm start`, which itself starts every service without an address. */
export function readLocalEnvironment(env: NodeJS.ProcessEnv): SettingsReading<LocalSettings> {
  return read(env, (reader) => ({
    ...readBase(reader),
    databaseUrl: readDatabaseUrl(reader, 'DATABASE_URL'),
    ...localTemporal(reader),
    slack: slackVariables.some((variable) => readOptional(reader, variable) !== null)
      ? readSlack(reader)
      : null,
    slackPort: readNumber(reader, 'SLIPWAY_SLACK_PORT', { ...port, otherwise: 3100 }),
  }))
}

const slackVariables = ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET', 'SLACK_API_URL']
const port = { least: 0, most: 65_535 }

function read<Kind>(env: NodeJS.ProcessEnv, from: (reader: VariableReader) => Kind): SettingsReading<Kind> {
  const reader: VariableReader = { env, problems: [] }
  const settings = from(reader)
  const said = new Set(reader.problems.map(({ variable }) => variable))
  const weak = findWeakSecrets(env).filter(({ variable }) => !said.has(variable))
  const problems = [...findUnread(env), ...reader.problems, ...weak, ...findMistyped(env)]
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'ok', settings }
}

function readWorker(reader: VariableReader): WorkerSettings {
  const fixUrl = 'set postgres://user:password@host:5432/slipway, or try npm start, which brings its own'
  const databaseUrl = readRequiredDatabaseUrl(reader, 'DATABASE_URL', fixUrl)
  const before = reader.problems.length
  const { address, namespace, access } = readTemporal(reader)
  if (address === null && reader.problems.length === before) {
    const fix = 'set host:port, e.g. localhost:7233, or try npm start, which brings its own'
    reader.problems.push({ variable: 'TEMPORAL_ADDRESS', message: 'is not set', fix })
  }
  return {
    ...readBase(reader),
    databaseUrl,
    temporalAddress: address ?? '',
    temporalNamespace: namespace,
    temporalAccess: access,
  }
}

/** Temporal's variables count only with an address: the server that is started here needs none of them. */
function localTemporal(
  reader: VariableReader,
): Pick<LocalSettings, 'temporalAddress' | 'temporalNamespace' | 'temporalAccess'> {
  const named = ['TEMPORAL_ADDRESS', 'TEMPORAL_CONFIG_FILE', 'TEMPORAL_PROFILE']
  const isNamed = named.some((variable) => readOptional(reader, variable) !== null)
  const { address, namespace, access } = isNamed ? readTemporal(reader) : NO_TEMPORAL
  return { temporalAddress: address, temporalNamespace: namespace, temporalAccess: access }
}

function readBase(reader: VariableReader): Omit<BaseSettings, 'temporalNamespace' | 'temporalAccess'> {
  const dataFolder = readPath(reader, 'SLIPWAY_DATA', '.slipway')
  return {
    configFile: readPath(reader, 'SLIPWAY_CONFIG', 'slipway.yaml'),
    http: readHttp(reader),
    encryption: readEncryption(reader),
    temporalPlacement: readPlacement(reader),
    buildId: readBuildId(reader),
    temporalMetricsPort:
      readOptional(reader, 'SLIPWAY_TEMPORAL_METRICS_PORT') === null
        ? null
        : readNumber(reader, 'SLIPWAY_TEMPORAL_METRICS_PORT', { least: 1, most: 65_535, otherwise: 0 }),
    temporalUiUrl: readWeb(reader, 'TEMPORAL_UI_URL'),
    dataFolder,
    ...readArtifacts(reader, dataFolder),
    cacheFolder: readPath(reader, 'SLIPWAY_CACHE', '~/.cache/slipway'),
    traces: readTraces(reader),
    logLevel: readChoice(reader, 'SLIPWAY_LOG_LEVEL', { choices: logLevels, otherwise: 'info' }),
    git: readGit(reader),
    github: {
      access: readGithub(reader),
      apiUrl: readWeb(reader, 'GITHUB_API_URL') ?? 'https://api.github.com',
    },
    sandbox: readSandbox(reader),
    concurrency: readConcurrency(reader),
    runsOn: readLabels(reader),
    cachedWorkflows: readNumber(reader, 'SLIPWAY_WORKFLOW_CACHE', {
      least: 0,
      most: 100_000,
      otherwise: 500,
    }),
    leastFree: {
      gib: readNumber(reader, 'SLIPWAY_LEAST_FREE_GIB', { least: 0, most: 1_000_000, otherwise: 2 }),
      percent: readNumber(reader, 'SLIPWAY_LEAST_FREE_PERCENT', { least: 0, most: 90, otherwise: 5 }),
    },
    keepDays: readKeepDays(reader),
  }
}

/** 0 leaves that part to other workers; a worker with 0 for both would do nothing. */
function readConcurrency(reader: VariableReader): BaseSettings['concurrency'] {
  const builds = readNumber(reader, 'SLIPWAY_BUILDS', { least: 0, most: 100, otherwise: 2 })
  const stages = readNumber(reader, 'SLIPWAY_STAGES', { least: 0, most: 100, otherwise: 4 })
  if (builds + stages === 0) {
    const message = 'is 0, and so is SLIPWAY_BUILDS: this worker would do nothing'
    reader.problems.push({ variable: 'SLIPWAY_STAGES', message, fix: 'set one of the two above 0' })
  }
  return { builds, stages }
}

/** The labels of the apps and environments that this worker serves. */
function readLabels(reader: VariableReader): readonly string[] {
  const text = readOptional(reader, 'SLIPWAY_RUNS_ON') ?? ''
  const labels = [...new Set(text.split(',').map((one) => one.trim()))].filter((one) => one !== '')
  if (labels.some((label) => parseAppName(label) === null)) {
    const message = 'is not a list of labels'
    const fix =
      'set the names that stand after runsOn in slipway.yaml, with commas between them, e.g. bank,shop'
    reader.problems.push({ variable: 'SLIPWAY_RUNS_ON', message, fix })
  }
  return labels
}

function readWeb(reader: VariableReader, variable: string): string | null {
  return readAddress(reader, variable, {
    schemes: ['http:', 'https:'],
    example: 'https://slipway.example.com',
  })
}

function readHttp(reader: VariableReader): BaseSettings['http'] {
  const host = readOptional(reader, 'SLIPWAY_HTTP_HOST') ?? '127.0.0.1'
  const apiToken = readOptional(reader, 'SLIPWAY_API_TOKEN')
  if (apiToken === null && !isLoopback(host)) {
    const message = 'is not set, though SLIPWAY_HTTP_HOST lets other machines in'
    const fix =
      'set a long random text, e.g. from openssl rand -hex 32, or leave SLIPWAY_HTTP_HOST at 127.0.0.1'
    reader.problems.push({ variable: 'SLIPWAY_API_TOKEN', message, fix })
  }
  return {
    host,
    port: readNumber(reader, 'SLIPWAY_HTTP_PORT', { ...port, otherwise: 3000 }),
    apiToken,
    publicUrl: readWeb(reader, 'SLIPWAY_PUBLIC_URL'),
    webhookSecret: readOptional(reader, 'SLIPWAY_WEBHOOK_SECRET'),
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}
