/** The secrets of this process: those given to stages, and those that must never leave it. */
import { ownSecrets } from '../config.js'
import type { Configuration } from '../domain/configuration.js'
import type { Secrets } from '../domain/ports.js'
import type { StageDefinition } from '../domain/stage.js'
import { findSecrets } from '../integrations/stage-runners/redact.js'

export interface ConfiguredSecrets extends Secrets {
  /** Adopts the names of a newer configuration. */
  configure(configuration: Configuration): void
}

/** The secrets of an environment: those named by the configuration, and Slipway's own. */
export function openSecrets(environment: NodeJS.ProcessEnv, configuration: Configuration): ConfiguredSecrets {
  const own = ownSecrets(environment)
  const read = (name: string): string | null => environment[name] || null
  const valuesOf = (of: Configuration): readonly string[] => [
    ...new Set([...own, ...namesOf(of).flatMap((name) => read(name) ?? [])]),
  ]
  let values = valuesOf(configuration)
  let finder = findSecrets(values)
  return {
    read,
    all: () => values,
    redact: (text, more = []) => {
      const others = more.filter((value) => !values.includes(value))
      return (others.length === 0 ? finder : findSecrets([...values, ...others])).redact(text)
    },
    configure: (newer) => {
      values = valuesOf(newer)
      finder = findSecrets(values)
    },
  }
}

function namesOf({ apps, registries }: Configuration): readonly string[] {
  const logins = registries.flatMap(({ secret }) => secret ?? [])
  const ofApps = apps.flatMap(({ build, environments }) => [
    ...build.secrets,
    ...signers([build.stage]),
    ...environments.flatMap(({ secrets, stages, probe }) => [
      ...secrets,
      ...signers([stages.setup, stages.patch, stages.check, stages.teardown, probe]),
    ]),
  ])
  return [...logins, ...ofApps]
}

function signers(stages: readonly (StageDefinition | null)[]): readonly string[] {
  return stages.flatMap((stage) => (stage?.run.kind === 'http' ? (stage.run.secret ?? []) : []))
}
