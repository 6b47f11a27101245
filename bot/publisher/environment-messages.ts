/** One rolling message per continuous environment, showing what its pushes did. */
import { deploymentsOfEnvironment } from '../../db/queries/deployments-of-environment.js'
import { readEnvironments } from '../../db/queries/environments.js'
import { markStale, planMessage } from '../../db/slack-messages.js'
import { parseAppName } from '../../domain/identifiers.js'
import type { DeploymentView, EnvironmentView } from '../../domain/views.js'
import { pushMarker, pushMessage } from '../views/push-message.js'
import type { LookAtEnvironment } from './changed-environments.js'
import type { PublisherDatabase, Rendered, Renderer } from './publisher-options.js'

export interface EnvironmentMessages {
  readonly renderer: Renderer
  /** Plans a missing message, or marks an outdated one. */
  readonly look: LookAtEnvironment
}

const PREFIX = 'env/'
const SHOWN = 5

export function createEnvironmentMessages(db: PublisherDatabase): EnvironmentMessages {
  const hashes = new Map<string, string>()

  async function draw(environment: EnvironmentView): Promise<Rendered | null> {
    const place = { app: environment.app, environment: environment.name }
    const deployments = newestFirst(await deploymentsOfEnvironment(db, place, SHOWN))
    // Without a push, it would only repeat what cards show.
    if (!deployments.some(({ kind }) => kind === 'push')) return null
    const { text, blocks, buttons, revision } = pushMessage(environment, deployments)
    return { text, blocks, hash: revision, marker: pushMarker(environment), buttons, urgency: 1 }
  }

  return {
    renderer: {
      prefix: PREFIX,
      async render({ key }) {
        const environment = await findEnvironment(db, key)
        return environment === null ? null : draw(environment)
      },
    },
    async look(environment, channel) {
      if (environment.mode !== 'continuous' || environment.detail.preview) return
      const rendered = await draw(environment)
      const key = keyOf(environment)
      if (rendered === null || hashes.get(key) === rendered.hash) return
      if (!(await planMessage(db, { key, channel }))) await markStale(db, [key])
      hashes.set(key, rendered.hash)
    },
  }
}

const newestFirst = (deployments: readonly DeploymentView[]): readonly DeploymentView[] =>
  deployments.toSorted((one, other) => other.number - one.number)

const keyOf = ({ app, name }: EnvironmentView): string => `${PREFIX}${app}/${name}`

async function findEnvironment(db: PublisherDatabase, key: string): Promise<EnvironmentView | null> {
  const [app, name] = key.slice(PREFIX.length).split('/')
  const parsed = parseAppName(app ?? '')
  if (parsed === null) return null
  const environments = await readEnvironments(db, parsed)
  return environments.find((environment) => environment.name === name) ?? null
}
