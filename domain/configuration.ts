/** The whole of `slipway.yaml` after every check, as plain JSON: it is stored by its hash and crosses Temporal. */
import type { Identities } from './authorship.js'
import { environmentsCutShort } from './permissions.js'
import type { AppDefinition, RoleDefinition, RoleName } from './pipeline.js'

/** When each channel is told what waits for its people. */
export interface DigestDefinition {
  /** Five cron fields, e.g. `0 9 * * 1-5`. */
  readonly cron: string
  readonly timezone: string
}

/** A registry whose images builds name. */
export interface RegistryDefinition {
  /** With its port where it has one. */
  readonly host: string
  readonly user: string | null
  /** The variable of Slipway's own environment that holds the password or token; null: nobody signs in. */
  readonly secret: string | null
}

export interface Configuration {
  /** The slash command's name, with its slash. */
  readonly command: string
  readonly roles: readonly RoleDefinition[]
  readonly apps: readonly AppDefinition[]
  readonly identities: Identities
  readonly registries: readonly RegistryDefinition[]
  /** How often the tracked branches are looked at, for forges that send no webhooks; null: never. */
  readonly pollEveryMs: number | null
  /** Null: no digest. */
  readonly digest: DigestDefinition | null
  /** The calendar of holidays, the path or the address of an ICS file; absent: there is none. */
  readonly holidays?: string
  /** sha256 of `text`, 64 hex; also in every app as `configHash`. */
  readonly hash: string
  /** The file as it was read. */
  readonly text: string
}

/** The app of that name, `null` when there is none. */
export function findApp(configuration: Configuration, name: string): AppDefinition | null {
  return configuration.apps.find((app) => app.name === name) ?? null
}

/** The role of that name, `null` when a snapshot names one that was since taken out: then nobody holds it. */
export function findRole(configuration: Configuration, name: RoleName): RoleDefinition | null {
  return configuration.roles.find((role) => role.name === name) ?? null
}

/** What is no mistake and still should be seen at the start: where a rule is weaker than it looks. One sentence each. */
export function configurationWarnings({ apps }: Configuration): readonly string[] {
  return apps.flatMap((app) =>
    app.types
      .filter(({ cut }) => cut === undefined)
      .flatMap((type) =>
        environmentsCutShort(app, type).map(
          ({ name, approve }) =>
            `apps.${app.name}.types.${type.name}: it asks for ${type.approvals} approvals and ${name} for ${approve.map(({ count }) => count).join(' and ')}, and names nobody who may cut it, so that who cuts one must hold override → add cut: [role]`,
        ),
      ),
  )
}
