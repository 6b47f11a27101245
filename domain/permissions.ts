/** Which roles may use a verb. Who holds a role is resolved elsewhere, at each decision. */
import { rolesAsked } from './approval-rules.js'
import { unreachable } from './exhaustive.js'
import type { AppDefinition, EnvironmentDefinition, ReleaseTypePolicy, RoleName } from './pipeline.js'
import { defaultPermission, type ProtectedVerb } from './verbs.js'

/**
 * The roles that may use a verb on an app, or on one of its environments. `permissions` takes precedence over the defaults below.
 * An empty list means nobody.
 */
export function rolesFor(
  app: Pick<AppDefinition, 'permissions'>,
  verb: ProtectedVerb,
  environment: Pick<EnvironmentDefinition, 'approve' | 'accept'> | null,
): readonly RoleName[] {
  return app.permissions[verb] ?? defaultRoles(app, verb, environment)
}

/** The app with permissions for ticking an item: the people with the item's role may tick it (S4.5). */
export function appForItem<App extends Pick<AppDefinition, 'permissions'>>(app: App, role: RoleName): App {
  return { ...app, permissions: { ...app.permissions, checklist: [role] } }
}

function defaultRoles(
  app: Pick<AppDefinition, 'permissions'>,
  verb: ProtectedVerb,
  environment: Pick<EnvironmentDefinition, 'approve' | 'accept'> | null,
): readonly RoleName[] {
  // Without `cut` nobody may do anything: a missing entry never grants access.
  const cutters = app.permissions.cut ?? []
  const permission = defaultPermission(verb)
  switch (permission) {
    case 'approvers':
      return rolesAsked(environment?.approve ?? [])
    case 'acceptors':
      return environment?.accept?.from ?? cutters
    case 'cutters':
      return cutters
    case 'by-name':
      return []
    default:
      return unreachable(permission)
  }
}

/** The environments that require more approvals than a release of this type gets. */
export function environmentsCutShort(
  app: Pick<AppDefinition, 'environments'>,
  { approvals }: ReleaseTypePolicy,
): readonly EnvironmentDefinition[] {
  if (approvals === null) return []
  return app.environments.filter(({ approve }) => approve.some(({ count }) => count > approvals))
}

/**
 * The roles required to cut a release of this type: those that the type names. If it names none and asks for fewer approvals than
 * an environment, those of `override` in addition to `cut`.
 */
export function rolesForCut(
  app: Pick<AppDefinition, 'permissions' | 'environments' | 'types'>,
  type: string,
): { readonly cut: readonly RoleName[]; readonly besides: 'override' | null } {
  const policy = app.types.find(({ name }) => name === type)
  const cut = policy?.cut ?? rolesFor(app, 'cut', null)
  const isShort =
    policy !== undefined && policy.cut === undefined && environmentsCutShort(app, policy).length > 0
  return { cut, besides: isShort ? 'override' : null }
}
