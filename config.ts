/**
 * The configuration: environment variables and `slipway.yaml`, checked as a whole. The only reader of `process.env`; other
 * modules get what they need from here.
 */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { OwnSecrets } from './config/checks/check-secrets.js'
import { withInherited } from './config/inherited-variables.js'
import { usesBucket } from './config/own-names.js'
import { type ConfigurationReading, parseConfiguration } from './config/parse-configuration.js'
import type { SettingProblem } from './config/variables.js'

export { ownSecrets } from './config/own-secrets.js'
export { type ConfigurationReading, parseConfiguration } from './config/parse-configuration.js'
export { formatProblems } from './config/problem.js'
export { trustsAnyServer } from './config/read-database.js'
export {
  readDatabase,
  readEnvironment,
  readLocalEnvironment,
  readMigration,
  readWorkerEnvironment,
} from './config/read-environment.js'
export type {
  EncryptionKey,
  LocalSettings,
  LogLevel,
  PayloadEncryption,
  Settings,
  TemporalAccess,
  WorkerSettings,
} from './config/settings.js'
export type { SettingProblem } from './config/variables.js'

let environment: NodeJS.ProcessEnv | null = null

/**
 * The environment variables of this process, for the readers above and for processes it starts, including those passed through
 * `SLIPWAY_SECRETS_FD`.
 */
export function processEnvironment(): NodeJS.ProcessEnv {
  environment ??= withInherited(process.env)
  return environment
}

/**
 * Puts variables that came through `SLIPWAY_SECRETS_FD` where libraries look for them. `/proc` still shows only what this process
 * was started with, and processes it starts do not get them.
 */
export function lendVariables(from: NodeJS.ProcessEnv, names: RegExp): void {
  for (const [name, value] of Object.entries(from)) if (names.test(name)) process.env[name] = value
}

/** The value of a name listed under an environment's or a build's `secrets`; `null` when it is unset or empty. */
export function readStageSecret(name: string, env: NodeJS.ProcessEnv = processEnvironment()): string | null {
  const value = env[name]
  return value === undefined || value === '' ? null : value
}

/**
 * Reads and checks `slipway.yaml`, including the secrets of this process: a worker for builds or stages only needs those for its
 * part. An unreadable file is a problem.
 */
export function loadConfiguration(
  file: string,
  env: NodeJS.ProcessEnv = processEnvironment(),
  does: Omit<OwnSecrets, 'length' | 'bucket'> = { builds: true, stages: true, runsOn: null },
): ConfigurationReading {
  try {
    const length = (name: string): number => readStageSecret(name, env)?.length ?? 0
    return parseConfiguration(readFileSync(file, 'utf8'), basename(file), {
      ...{ length, bucket: usesBucket(env) },
      ...does,
    })
  } catch (error) {
    const problem = { file, line: 1, column: 1, path: '' }
    return { kind: 'problems', problems: [{ ...problem, ...whyUnreadable(error) }] }
  }
}

function whyUnreadable(error: unknown): { readonly message: string; readonly fix: string } {
  const copy = 'copy slipway.example.yaml to this place, or set SLIPWAY_CONFIG to the file'
  const message = error instanceof Error ? error.message : String(error)
  // Docker creates a folder where a file to mount is missing.
  if (message.startsWith('EISDIR')) {
    return { message: 'is a folder, not a file', fix: `remove the folder, then ${copy}` }
  }
  return { message: `cannot be read: ${message}`, fix: copy }
}

/** One line for each problem of the environment variables: name, what is wrong → the fix. */
export function formatSettingProblems(problems: readonly SettingProblem[]): string {
  return problems.map(({ variable, message, fix }) => `${variable}: ${message} → ${fix}`).join('\n')
}
