/** The whole of `slipway.yaml` after every check, as plain JSON: it is stored by its hash and passed through Temporal. */
import type { Identities } from './authorship.js'
import { environmentsCutShort } from './permissions.js'
import type { AppDefinition, RoleDefinition, RoleName } from './pipeline.js'

/** When each channel is sent a digest of what waits for its people. */
export interface DigestDefinition {
  /** Five cron fields, e.g. `0 9 * * 1-5`. */
  readonly cron: string
  readonly timezone: string
}

/** A registry that images of builds come from. */
export interface RegistryDefinition {
  /** Includes the port if it has one. */
  readonly host: string
  readonly user: string | null
  /** The environment variable of Slipway that holds the password or token; null: anonymous access. */
  readonly secret: string | null
}

export interface Configuration {
  /** The slash command's name, including the slash. */
  readonly command: string
  readonly roles: readonly RoleDefinition[]
  readonly apps: readonly AppDefinition[]
  readonly identities: Identities
  readonly registries: readonly RegistryDefinition[]
  /** How often the tracked branches are polled, for forges that send no webhooks; null: never. */
  readonly pollEveryMs: number | null
  /** Null: no digest. */
  readonly digest: DigestDefinition | null
  /** The holiday calendar: path or address of an ICS file; absent: none. */
  readonly holidays?: string
  /** sha256 of `text`, 64 hex; also stored in every app as `configHash`. */
  readonly hash: string
  /** The file as it was read. */
  readonly text: string
}

/** The app with that name, `null` when there is none. */
export function findApp(configuration: Configuration, name: string): AppDefinition | null {
  return configuration.apps.find((app) => app.name === name) ?? null
}

/** The role with that name; `null` when a snapshot names one that has since been removed: then nobody holds it. */
export function findRole(configuration: Configuration, name: RoleName): RoleDefinition | null {
  return configuration.roles.find((role) => role.name === name) ?? null
}

/** Warnings to show at startup: valid rules that are weaker than they look. One sentence each. */
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
