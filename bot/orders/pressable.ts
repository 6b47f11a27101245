/** Decides whether a person may press a button. */
import { type Configuration, findApp } from '../../domain/configuration.js'
import type { UserId } from '../../domain/identifiers.js'
import { appForItem } from '../../domain/permissions.js'
import { type AppDefinition, findEnvironment } from '../../domain/pipeline.js'
import { permissionFor } from '../../domain/verbs.js'
import type { ButtonTarget } from '../views/button-target.js'
import type { Authorizer } from './authorize.js'

export type MayPress = (target: ButtonTarget) => Promise<boolean>

interface Judging {
  readonly configuration: () => Configuration
  readonly authorizer: Pick<Authorizer, 'authorize'>
}

/** Whether the person holds a role for it now. Other rules are checked when the button is pressed. */
export const pressableBy =
  ({ configuration, authorizer }: Judging, user: UserId): MayPress =>
  async (target) => {
    // A whole command is parsed as if it had been typed.
    const verb = target.verb === 'run' ? null : permissionFor(target.verb)
    const app = findApp(configuration(), target.app)
    if (verb === null || app === null) return true
    const environment = target.environment === undefined ? null : findEnvironment(app, target.environment)
    const asked = verb === 'checklist' ? forItem(app, target.argument) : app
    if (asked === null) return true
    return (await authorizer.authorize({ user }, verb, { app: asked, environment })).kind === 'allowed'
  }

/** Null: the item is no longer configured, so only the release knows its role. */
function forItem(app: AppDefinition, argument: string | undefined): AppDefinition | null {
  const item = app.checklist.find((one) => one.item === argument)
  return item ? appForItem(app, item.role) : null
}
