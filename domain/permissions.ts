/** Which roles may use a verb. Who holds a role is resolved elsewhere, at each decision. */
import { unreachable } from './exhaustive.js'
import type { AppDefinition, EnvironmentDefinition, ProtectedVerb, RoleName } from './pipeline.js'

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
  switch (verb) {
    case 'approve':
      return environment?.approve?.from ?? []
    case 'accept':
    case 'reject':
      return environment?.accept?.from ?? cutters
    // These reach beyond one release or set a rule aside, so each must be granted by name.
    case 'freeze':
    case 'thaw':
    case 'override':
      return []
    case 'cut':
    case 'draft':
    case 'edit':
    case 'promote':
    case 'rollback':
    case 'retry':
    case 'skip':
    case 'abort':
    case 'cherry-pick':
    case 'pause':
    case 'resume':
    case 'delete':
    case 'lock':
    case 'unlock':
    case 'env':
    case 'checklist':
      return cutters
    default:
      return unreachable(verb)
  }
}
