/** One rolling message per continuous environment: what pushes did there. */
import { deploymentsOfEnvironment } from '../../db/queries/deployments-of-environment.js'
import { readEnvironments } from '../../db/queries/environments.js'
import { markStale, planMessage } from '../../db/slack-messages.js'
import { parseAppName } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { DeploymentView, EnvironmentView } from '../../domain/views.js'
import { pushMarker, pushMessage } from '../views/push-message.js'
import type { PublisherDatabase, Rendered, Renderer } from './publisher-options.js'

export interface EnvironmentMessages {
  readonly renderer: Renderer
  /** Plans the messages that are missing and marks those that show something old. */
  readonly watch: () => Promise<void>
}

const PREFIX = 'env/'
const SHOWN = 5

export function createEnvironmentMessages(
  db: PublisherDatabase,
  apps: () => readonly AppDefinition[],
): EnvironmentMessages {
  const hashes = new Map<string, string>()

  async function draw(environment: EnvironmentView): Promise<Rendered | null> {
    const place = { app: environment.app, environment: environment.name }
    const deployments = newestFirst(await deploymentsOfEnvironment(db, place, SHOWN))
    // Without a push there is nothing that a card does not show already.
    if (!deployments.some(({ kind }) => kind === 'push')) return null
    const { text, blocks, buttons, revision } = pushMessage(environment, deployments)
    return { text, blocks, hash: revision, marker: pushMarker(environment), buttons, urgency: 1 }
  }

  async function watchApp({ name, channel }: AppDefinition): Promise<void> {
    for (const environment of await readEnvironments(db, name)) {
      if (environment.mode !== 'continuous' || environment.detail.preview) continue
      const rendered = await draw(environment)
      const key = keyOf(environment)
      if (rendered === null || hashes.get(key) === rendered.hash) continue
      if (!(await planMessage(db, { key, channel }))) await markStale(db, [key])
      hashes.set(key, rendered.hash)
    }
  }

  return {
    renderer: {
      prefix: PREFIX,
      async render({ key }) {
        const environment = await findEnvironment(db, key)
        return environment === null ? null : draw(environment)
      },
    },
    async watch() {
      for (const app of apps()) await watchApp(app)
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
