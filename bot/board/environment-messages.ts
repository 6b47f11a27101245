/** One rolling message per continuous environment: what pushes did there. */
import { loadDeployments } from '../../db/queries/deployments.js'
import { readEnvironments } from '../../db/queries/environments.js'
import { markStale, planMessage } from '../../db/slack-messages.js'
import { parseAppName } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { DeploymentView, EnvironmentView } from '../../domain/views.js'
import { pushMarker, pushMessage } from '../views/push-message.js'
import type { BoardDatabase, Rendered, Renderer } from './board-options.js'

export interface EnvironmentMessages {
  readonly renderer: Renderer
  /** Plans the messages that are missing and marks those that show something old. */
  readonly watch: () => Promise<void>
}

const PREFIX = 'env/'
const SHOWN = 5

export function createEnvironmentMessages(
  db: BoardDatabase,
  apps: () => readonly AppDefinition[],
): EnvironmentMessages {
  const hashes = new Map<string, string>()
  const floors = new Map<string, number>()

  /** The newest deployments there, newest first; the floor keeps the question small however long the history is. */
  async function newest(environment: EnvironmentView): Promise<readonly DeploymentView[]> {
    const key = keyOf(environment)
    const floor = Math.max(floors.get(key) ?? 0, environment.current?.number ?? 0)
    const found = await loadDeployments(db, (row) =>
      row.and([
        row('deployments.app', '=', environment.app),
        row('deployments.environment', '=', environment.name),
        row('deployments.number', '>=', floor),
      ]),
    )
    const recent = found.slice(-SHOWN)
    floors.set(key, recent[0]?.number ?? floor)
    return recent.toReversed()
  }

  async function draw(environment: EnvironmentView): Promise<Rendered | null> {
    const deployments = await newest(environment)
    // Without a push there is nothing that a card does not show already.
    if (!deployments.some(({ kind }) => kind === 'push')) return null
    const { text, blocks, revision } = pushMessage(environment, deployments)
    return { text, blocks, hash: revision, marker: pushMarker(environment), buttons: [], urgency: 1 }
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

const keyOf = ({ app, name }: EnvironmentView): string => `${PREFIX}${app}/${name}`

async function findEnvironment(db: BoardDatabase, key: string): Promise<EnvironmentView | null> {
  const [app, name] = key.slice(PREFIX.length).split('/')
  const parsed = parseAppName(app ?? '')
  if (parsed === null) return null
  const environments = await readEnvironments(db, parsed)
  return environments.find((environment) => environment.name === name) ?? null
}
