/** What a stage's command sees (docs/configuration.md): environment variables only, never text pasted into a command. */
import type { BuildOrder, StageOrderInput } from './index.js'

export interface StageVariables {
  readonly variables: Readonly<Record<string, string>>
  /** Values that no log may show. */
  readonly redact: readonly string[]
}

/** Looks a secret up by name in Slipway's own environment. */
export type SecretReader = (name: string) => string | undefined

export function stageVariables(
  input: StageOrderInput,
  place: { readonly key: string; readonly workspace: string; readonly artifactDir: string },
  secret: SecretReader,
): StageVariables {
  const { order, attempt } = input.entry
  const secrets = readSecrets(order.definition.secrets, secret)
  return {
    redact: Object.values(secrets),
    variables: {
      ...setupOutputs(input.outputs),
      ...order.definition.variables,
      ...secrets,
      SLIPWAY_APP: order.app,
      SLIPWAY_REPOSITORY: withoutCredentials(order.repository.url),
      SLIPWAY_TRUNK: order.repository.trunk,
      SLIPWAY_VERSION: order.version ?? '',
      SLIPWAY_CANDIDATE: order.candidate ?? '',
      SLIPWAY_COMMIT: order.commit,
      SLIPWAY_ENVIRONMENT: order.environment,
      SLIPWAY_STAGE: input.stage,
      SLIPWAY_DEPLOYMENT: input.work == null ? order.id : '',
      SLIPWAY_ATTEMPT: String(attempt.number),
      SLIPWAY_IDEMPOTENCY_KEY: place.key,
      SLIPWAY_FENCE: String(input.fence),
      SLIPWAY_ARTIFACT_DIR: place.artifactDir,
      SLIPWAY_ARTIFACT_DIGEST: order.artifactDigest ?? '',
      SLIPWAY_ARTIFACT_REFERENCE: order.artifactReference ?? '',
      SLIPWAY_WORKSPACE: place.workspace,
    },
  }
}

export function buildVariables(
  order: BuildOrder,
  place: { readonly key: string; readonly workspace: string; readonly run: number },
  secret: SecretReader,
): StageVariables {
  const secrets = readSecrets(order.build.secrets, secret)
  return {
    redact: Object.values(secrets),
    variables: {
      ...order.build.variables,
      ...secrets,
      SLIPWAY_APP: order.app,
      SLIPWAY_REPOSITORY: withoutCredentials(order.repository.url),
      SLIPWAY_TRUNK: order.repository.trunk,
      SLIPWAY_COMMIT: order.commit,
      SLIPWAY_STAGE: 'build',
      SLIPWAY_ATTEMPT: String(place.run),
      SLIPWAY_IDEMPOTENCY_KEY: place.key,
      SLIPWAY_WORKSPACE: place.workspace,
    },
  }
}

/** An address with a password in it must not reach a log by way of a variable. */
const withoutCredentials = (url: string): string => url.replace(/^(https?:\/\/)[^@/]*@/i, '$1')

function readSecrets(names: readonly string[], secret: SecretReader): Readonly<Record<string, string>> {
  const found = names.map((name) => [name, secret(name)] as const)
  return Object.fromEntries(found.filter((pair): pair is readonly [string, string] => pair[1] !== undefined))
}

/** Setup's outputs under names of their own, so that none can stand for `PATH` or a secret. */
function setupOutputs(outputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const named = Object.entries(outputs).map(([key, value]) => [
    `SLIPWAY_SETUP_${key.toUpperCase().replaceAll(/[.-]/g, '_')}`,
    value,
  ])
  return Object.fromEntries(named)
}
