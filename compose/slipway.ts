/** One process of Slipway: bot, worker or both. Opened in order, closed in the reverse order. */
import type { Logger } from 'pino'
import type { Settings, WorkerSettings } from '../config.js'
import { readEnvironments } from '../db/queries/environments.js'
import { saveApp, saveConfiguration } from '../db/repositories/apps.js'
import type { Configuration } from '../domain/configuration.js'
import type { EnvironmentName } from '../domain/identifiers.js'
import type { AppDefinition } from '../domain/pipeline.js'
import { openGithub } from '../integrations/github/open-github.js'
import { type BotParts, openBot, type RunningBot } from './bot.js'
import { openResources, type Resources } from './resources.js'
import { openWorker } from './worker.js'

export type SlipwayPlan = {
  readonly configuration: Configuration
  readonly log: Logger
  /** Slipway's own environment: what git sees of it, and where stages find their secrets. */
  readonly environment: NodeJS.ProcessEnv
  /** A workflow bundle made beforehand; null bundles the sources at the start. */
  readonly bundle: string | null
} & (
  | { readonly role: 'worker'; readonly settings: WorkerSettings }
  | { readonly role: 'bot' | 'all'; readonly settings: Settings }
)

export interface Slipway {
  /** Where the HTTP server listens; null in a process without a bot. */
  readonly port: number | null
  /** Takes over a newer configuration; what was cut before keeps its snapshot. */
  reload(configuration: Configuration): Promise<void>
  /** Rejects when the worker fails for good. */
  readonly failed: Promise<never>
  /** Finishes what is in hand, leaves running commands alive, closes everything. */
  close(): Promise<void>
}

export async function openSlipway(plan: SlipwayPlan): Promise<Slipway> {
  const { log } = plan
  const stopping = new AbortController()
  const resources = await openResources(plan.settings, log, stopping.signal)
  let configuration = plan.configuration
  await publish(resources, configuration)
  const github = openGithub({
    ...plan.settings.github,
    onLimit: (seconds) => log.warn({ seconds }, 'GitHub asks for a pause'),
  })
  const worker =
    plan.role === 'bot'
      ? null
      : await openWorker({
          ...plan,
          db: resources.database.db,
          gateway: resources.gateway,
          github,
        })
  const bot = await openBotOf(plan, { resources, configuration: () => configuration, github })
  if (bot) await configureEnvironments(resources, configuration, log)
  return {
    port: bot?.port ?? null,
    failed: worker?.failed ?? new Promise<never>(() => {}),
    reload: async (newer) => {
      configuration = newer
      await publish(resources, newer)
      if (bot) await configureEnvironments(resources, newer, log)
    },
    close: async () => {
      stopping.abort()
      await bot?.stop()
      await worker?.stop()
      await resources.close()
    },
  }
}

async function openBotOf(
  plan: SlipwayPlan,
  opened: Pick<BotParts, 'resources' | 'configuration' | 'github'>,
): Promise<RunningBot | null> {
  if (plan.role === 'worker') return null
  const { settings, log, environment } = plan
  return openBot({ settings, log, environment, ...opened })
}

/** Everything about an app refers to its row, and every release to the text it was cut with (S4.16). */
async function publish({ database }: Resources, configuration: Configuration): Promise<void> {
  await saveConfiguration(database.db, configuration)
  const at = new Date().toISOString()
  for (const app of configuration.apps) await saveApp(database.db, app, at)
}

/** The configured ones, and those that are recorded: previews, and what was taken out of the configuration. */
async function namesOf(
  db: Resources['database']['db'],
  app: AppDefinition,
): Promise<readonly EnvironmentName[]> {
  const recorded = await readEnvironments(db, app.name)
  const alive = recorded.filter(({ state }) => state !== 'absent' && state !== 'retired')
  return [...new Set([...app.environments, ...alive].map(({ name }) => name))]
}

/** Each environment hears today's configuration and applies it between deployments. */
async function configureEnvironments(
  { gateway, database }: Resources,
  configuration: Configuration,
  log: Logger,
): Promise<void> {
  for (const app of configuration.apps) {
    for (const name of await namesOf(database.db, app)) {
      await gateway
        .wake(app, name)
        .catch((error: unknown) =>
          log.warn({ err: error, environment: name }, 'An environment was not configured'),
        )
    }
  }
}
