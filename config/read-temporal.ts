/** How Temporal is reached: its own environment variables, and its own profile file if one is named. */
import { existsSync } from 'node:fs'
import { loadClientConfigProfile, toClientOptions } from '@temporalio/envconfig'
import type { BaseSettings, TemporalAccess } from './settings.js'
import { readFlag, readOptional, type VariableReader } from './variables.js'

export interface TemporalReading {
  /** Null when it is not set. */
  readonly address: string | null
  readonly namespace: string
  readonly access: TemporalAccess
}

/** Temporal is not configured. */
export const NO_TEMPORAL: TemporalReading = { address: null, namespace: 'default', access: {} }

/** Temporal's variables that name files. */
const FILES = [
  'TEMPORAL_CONFIG_FILE',
  'TEMPORAL_TLS_CLIENT_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_KEY_PATH',
  'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
]

const CODEC_FIX = 'take it out: Slipway encrypts payloads itself, with SLIPWAY_ENCRYPTION_KEYS'

/** Variables that Temporal's tools support and its SDK silently ignores. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: 'name the authority in TEMPORAL_TLS_SERVER_CA_CERT_PATH instead',
  TEMPORAL_CODEC_ENDPOINT: CODEC_FIX,
  TEMPORAL_CODEC_AUTH: CODEC_FIX,
}

/** A file is read only if it or its profile is named: one found in a home folder belongs to another program. */
export function readTemporal(reader: VariableReader): TemporalReading {
  const before = reader.problems.length
  checkVariables(reader)
  if (reader.problems.length > before) return NO_TEMPORAL
  const variables = variablesOf(reader)
  const { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: named } = variables
  try {
    const profile = loadClientConfigProfile({
      overrideEnvVars: variables,
      disableFile: file === undefined && named === undefined,
      configFileStrict: true,
    })
    const { address = null, namespace = 'default', apiKey, grpcMeta: metadata } = profile
    const { tls } = toClientOptions(profile).connectionOptions
    const access: TemporalAccess = {
      ...(tls ? { tls } : {}),
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(metadata === undefined ? {} : { metadata }),
    }
    return { address, namespace, access }
  } catch (error) {
    const variable = file === undefined ? 'TEMPORAL_PROFILE' : 'TEMPORAL_CONFIG_FILE'
    const message = `cannot be used: ${error instanceof Error ? error.message : String(error)}`
    reader.problems.push({ variable, message, fix: 'see docs.temporal.io, environment configuration' })
    return NO_TEMPORAL
  }
}

/** For companies that share a namespace or a cluster. */
export function readPlacement(reader: VariableReader): BaseSettings['temporalPlacement'] {
  const variable = 'SLIPWAY_TASK_QUEUE_PREFIX'
  const queuePrefix = readOptional(reader, variable) ?? ''
  if (!/^[\w./-]{0,100}$/.test(queuePrefix)) {
    const fix = 'use at most 100 letters, digits and . _ - /, e.g. payments-'
    reader.problems.push({ variable, message: 'is no prefix of task queues', fix })
  }
  return { queuePrefix, searchable: readFlag(reader, 'SLIPWAY_TEMPORAL_SEARCH_ATTRIBUTES') }
}

/**
 * The name of this build, for workers of several builds side by side. A name that came out empty, e.g. of `$(git describe)`, is
 * refused: that worker would belong to no build, and would get no workflows.
 */
export function readBuildId(reader: VariableReader): string | null {
  const variable = 'SLIPWAY_BUILD_ID'
  const text = reader.env[variable]?.trim()
  if (text === undefined || /^[A-Za-z0-9][\w.+-]{0,99}$/.test(text)) return text ?? null
  const message = text === '' ? 'is empty' : 'is no name of a build'
  const fix = `use 1 to 100 letters, digits and . _ + -, a letter or digit first, e.g. 2026.11.29-4f2a91c, another for each build; or take ${variable} out`
  reader.problems.push({ variable, message, fix })
  return null
}

/** The variables passed to the SDK, with flags normalised: the SDK treats `yes` as no. */
function variablesOf(reader: VariableReader): Record<string, string> {
  const names = Object.keys(reader.env).filter((name) =>
    /^(?:TEMPORAL_|HOME$|XDG_CONFIG_HOME$|APPDATA$)/.test(name),
  )
  const given = names.flatMap((name) => {
    const value = readOptional(reader, name)
    // Files of variables hold one line each, so newlines are often written as \n.
    return value === null
      ? []
      : [[name, name.endsWith('_DATA') ? value.replaceAll('\\n', '\n') : value] as const]
  })
  const tls =
    readOptional(reader, 'TEMPORAL_TLS') === null
      ? {}
      : { TEMPORAL_TLS: String(readFlag(reader, 'TEMPORAL_TLS')) }
  return { ...Object.fromEntries(given), ...tls }
}

function checkVariables(reader: VariableReader): void {
  const given = (name: string): boolean => readOptional(reader, name) !== null
  readFlag(reader, 'TEMPORAL_TLS')
  for (const variable of FILES) {
    const file = readOptional(reader, variable)
    if (file === null || existsSync(file)) continue
    reader.problems.push({
      variable,
      message: 'names a file that is not there',
      fix: 'name one that can be read',
    })
  }
  for (const [variable, fix] of Object.entries(UNSUPPORTED)) {
    if (given(variable)) reader.problems.push({ variable, message: 'is not supported', fix })
  }
  for (const [one, other] of [
    ['CERT', 'KEY'],
    ['KEY', 'CERT'],
  ] as const) {
    const half = (name: string): boolean =>
      given(`TEMPORAL_TLS_CLIENT_${name}_PATH`) || given(`TEMPORAL_TLS_CLIENT_${name}_DATA`)
    if (!half(one) || half(other) || given('TEMPORAL_CONFIG_FILE') || given('TEMPORAL_PROFILE')) continue
    const variable = `TEMPORAL_TLS_CLIENT_${other}_PATH`
    const fix = 'set both the certificate and its key, or neither'
    reader.problems.push({ variable, message: 'is not set, though the other half is', fix })
  }
}
