/** Which roles may use a verb. Who holds a role is resolved elsewhere, at each decision. */
import { unreachable } from './exhaustive.js'
import type { AppDefinition, EnvironmentDefinition, RoleName } from './pipeline.js'
import { defaultPermission, type ProtectedVerb } from './verbs.js'

/**
 * The roles that may use a verb on an app, or on one of its environments. What `permissions` says wins; otherwise
 * the defaults below. An empty list means nobody.
 */
export function rolesFor(
  app: Pick<AppDefinition, 'permissions'>,
  verb: ProtectedVerb,
  environment: Pick<EnvironmentDefinition, 'approve' | 'accept'> | null,
): readonly RoleName[] {
  return app.permissions[verb] ?? defaultRoles(app, verb, environment)
}

function defaultRoles(
  app: Pick<AppDefinition, 'permissions'>,
  verb: ProtectedVerb,
  environment: Pick<EnvironmentDefinition, 'approve' | 'accept'> | null,
): readonly RoleName[] {
  // Without `cut` nobody may do anything: absence never grants.
  const cutters = app.permissions.cut ?? []
  const permission = defaultPermission(verb)
  switch (permission) {
    case 'approvers':
      return environment?.approve?.from ?? []
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
