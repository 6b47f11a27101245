/** What a stage's command sees (docs/configuration.md): environment variables only, never text pasted into a command. */
import type { Secrets } from '../../domain/ports.js'
import type { BuildOrder, StageOrderInput } from './index.js'

export interface StageVariables {
  readonly variables: Readonly<Record<string, string>>
  /** Values that no log may show, including those of other apps' stages, which this one may have got hold of. */
  readonly redact: readonly string[]
}

export function stageVariables(
  input: StageOrderInput,
  place: { readonly key: string; readonly workspace: string; readonly artifactDir: string },
  from: Pick<Secrets, 'read' | 'all'>,
): StageVariables {
  const { order, attempt } = input.entry
  const secrets = readSecrets(input.given.secrets, from)
  return {
    redact: [...new Set([...Object.values(secrets), ...from.all()])],
    variables: {
      ...setupOutputs(input.outputs),
      ...input.given.variables,
      ...secrets,
      SLIPWAY_APP: order.app,
      SLIPWAY_REPOSITORY: withoutCredentials(order.repository.url),
      SLIPWAY_TRUNK: order.repository.trunk,
      SLIPWAY_VERSION: order.candidate?.version ?? '',
      SLIPWAY_CANDIDATE: order.candidate?.name ?? '',
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
  from: Pick<Secrets, 'read' | 'all'>,
): StageVariables {
  const secrets = readSecrets(order.build.secrets, from)
  return {
    redact: [...new Set([...Object.values(secrets), ...from.all()])],
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

/** An address that contains a password must not reach a log through a variable. */
const withoutCredentials = (url: string): string => url.replace(/^(https?:\/\/)[^@/]*@/i, '$1')

function readSecrets(
  names: readonly string[],
  { read }: Pick<Secrets, 'read'>,
): Readonly<Record<string, string>> {
  const found = names.map((name) => [name, read(name)] as const)
  return Object.fromEntries(found.filter((pair): pair is readonly [string, string] => pair[1] !== null))
}

/** Setup's outputs under their own prefix, so that none can replace `PATH` or a secret. */
function setupOutputs(outputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const named = Object.entries(outputs).map(([key, value]) => [
    `SLIPWAY_SETUP_${key.toUpperCase().replaceAll(/[.-]/g, '_')}`,
    value,
  ])
  return Object.fromEntries(named)
}
