/** Finds environments that changed since the last look, so that hundreds of idle ones are not drawn. */
import { environmentVersions, readEnvironments } from '../../db/queries/environments.js'
import type { ChannelId } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { EnvironmentView } from '../../domain/views.js'
import type { PublisherDatabase } from './publisher-options.js'

/** Handles a changed environment, with the channel of its app. */
export type LookAtEnvironment = (view: EnvironmentView, channel: ChannelId) => Promise<void>

/** Every call passes each changed environment to all handlers. If one throws, the environment is passed again next time. */
export function watchEnvironments(
  db: PublisherDatabase,
  apps: () => readonly AppDefinition[],
  looks: readonly LookAtEnvironment[],
): () => Promise<void> {
  const seen = new Map<string, string>()
  return async () => {
    const versions = new Map(
      (await environmentVersions(db)).map(({ app, name, version }) => [`${app}/${name}`, version]),
    )
    const changed = [...versions.keys()].filter((key) => seen.get(key) !== versions.get(key))
    const concerned = new Set(changed.map((key) => key.split('/')[0]))
    for (const { name: app, channel } of apps().filter(({ name }) => concerned.has(name))) {
      for (const view of await readEnvironments(db, app)) {
        const key = `${app}/${view.name}`
        const version = versions.get(key)
        if (version === undefined || seen.get(key) === version) continue
        for (const look of looks) await look(view, channel)
        seen.set(key, version)
      }
    }
  }
}
