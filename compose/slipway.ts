/** One process of Slipway: bot, worker or both. Opened in order, closed in the reverse order. */
import type { Logger } from 'pino'
import type { Settings, WorkerSettings } from '../config.js'
import { setReported } from '../db/github-reports.js'
import { readEnvironments } from '../db/queries/environments.js'
import { liveWorkers } from '../db/queries/workers.js'
import { saveApp, saveConfiguration } from '../db/repositories/apps.js'
import { saveEnvironments } from '../db/repositories/save-environments.js'
import type { Configuration } from '../domain/configuration.js'
import type { EnvironmentName } from '../domain/identifiers.js'
import type { AppDefinition } from '../domain/pipeline.js'
import { unserved } from '../domain/runs-on.js'
import type { Traces } from '../domain/traces.js'
import { createGithubForge } from '../integrations/github/github-forge.js'
import { type Github, openGithub } from '../integrations/github/open-github.js'
import { makePrivateFolder } from '../integrations/host/private-folder.js'
import type { Sandbox } from '../integrations/sandbox/find-sandbox.js'
import type { RunningWorkers } from '../workflows/worker.js'
import type { RunningBot } from './bot.js'
import type { BotParts } from './bot-parts.js'
import { openResources, type Resources } from './resources.js'
import { untilItWorks } from './retry-until-up.js'
import type { ConfiguredSecrets } from './secrets.js'
import { StartProblem } from './start-problem.js'
import { configureTrains } from './trains.js'
import type { WorkerParts } from './worker.js'

const GITHUB_PATIENCE_MS = 5_000

export type SlipwayPlan = {
  readonly configuration: Configuration
  readonly log: Logger
  /** Slipway's own environment: what git sees of it. */
  readonly environment: NodeJS.ProcessEnv
  readonly secrets: ConfiguredSecrets
  readonly traces: Traces
  /** A workflow bundle made beforehand; null bundles the sources at the start. */
  readonly bundle: string | null
} & (
  | { readonly role: 'worker'; readonly settings: WorkerSettings }
  | { readonly role: 'bot' | 'all'; readonly settings: Settings }
)

export interface Slipway {
  /** Where the HTTP server listens; null in a process without a bot. */
  readonly port: number | null
  /**
   * Takes over a newer configuration, as soon as PostgreSQL has it; what was cut before keeps its snapshot. Rejects, and
   * leaves the running one in force, when PostgreSQL will not take it or Slipway is closed meanwhile.
   */
  reload(configuration: Configuration): Promise<void>
  /** Rejects when the worker fails for good. */
  readonly failed: Promise<never>
  /** Finishes what is in hand, leaves running commands alive, closes everything. */
  close(): Promise<void>
}

/** A process loads only the half it is: the other's libraries are a third of its start and of its memory. */
export async function openSlipway(plan: SlipwayPlan): Promise<Slipway> {
  const { log } = plan
  await closeFolders(plan)
  const stopping = new AbortController()
  let configuration = plan.configuration
  const sandbox = await sandboxOf(plan, () => configuration)
  const { patient, impatient } = signIn(plan)
  await checkSignIn(plan, impatient)
  const resources = await openResources(plan.settings, log, stopping.signal, plan.traces)
  const reports = plan.role === 'worker' ? null : { github: impatient }
  const patience = { what: 'PostgreSQL', log, signal: stopping.signal }
  const published = (one: Configuration): Promise<void> =>
    untilItWorks(() => publish(resources, one, reports), patience)
  await published(configuration)
  await expectGoingOnWith(plan, resources, stopping.signal)
  const worker = await openWorkerOf(plan, {
    sandbox,
    configuration: () => configuration,
    db: resources.database.db,
    gateway: resources.gateway,
    github: patient,
    forge: impatient && createGithubForge(impatient),
  })
  const bot = await openBotOf(plan, { resources, configuration: () => configuration, github: impatient })
  const configured = async (one: Configuration): Promise<void> => {
    await configureEnvironments(resources, one, patience)
    await configureTrains(resources, one, patience)
  }
  if (bot) await configured(configuration)
  let reloading = Promise.resolve()
  const reload = async (newer: Configuration): Promise<void> => {
    await published(newer)
    configuration = newer
    plan.secrets.configure(newer)
    if (bot) await configured(newer)
  }
  return {
    port: bot?.port ?? null,
    failed: worker?.failed ?? new Promise<never>(() => {}),
    reload: (newer) => {
      // One after the other: the last one asked for is in force in the end.
      const next = reloading.catch(() => undefined).then(() => reload(newer))
      reloading = next
      return next
    },
    close: async () => {
      stopping.abort()
      await bot?.stop()
      await worker?.stop()
      await resources.close()
    },
  }
}

/** Checkouts, logs and histories are nobody else's on this machine; artifacts that hosts share are for their file system to guard. */
async function closeFolders({ settings, log }: SlipwayPlan): Promise<void> {
  const { dataFolder, artifactsFolder, artifactsShared } = settings
  for (const folder of [dataFolder, ...(artifactsShared ? [] : [artifactsFolder])]) {
    const closed = await makePrivateFolder(folder)
    if (!closed)
      log.warn({ folder }, 'Other users of this machine may read a folder; it is not ours to close')
  }
}

/** Before anything is connected: what is asked for and cannot be had stops the start. Null where no stage runs. */
async function sandboxOf(plan: SlipwayPlan, configuration: () => Configuration): Promise<Sandbox | null> {
  if (plan.role === 'bot') return null
  const { openSandbox } = await import('./sandbox.js')
  return openSandbox({ settings: plan.settings, environment: plan.environment, configuration }, plan.log)
}

/** A bot runs no workflows; without a bundle made beforehand nothing is known of the one before. */
async function expectGoingOnWith(
  { bundle, settings, log }: SlipwayPlan,
  { client, database }: Resources,
  signal: AbortSignal,
): Promise<void> {
  if (bundle === null) return
  const { expectGoingOn } = await import('./going-on.js')
  const { queuePrefix } = settings.temporalPlacement
  const patience = { what: 'Temporal', log, signal }
  await untilItWorks(() => expectGoingOn({ client, db: database.db, log }, { queuePrefix, bundle }), patience)
}

async function openWorkerOf(
  plan: SlipwayPlan,
  {
    sandbox,
    ...opened
  }: Pick<WorkerParts, 'db' | 'gateway' | 'github' | 'forge' | 'configuration'> & { sandbox: Sandbox | null },
): Promise<RunningWorkers | null> {
  if (sandbox === null) return null
  const { openWorker } = await import('./worker.js')
  return openWorker({ ...plan, ...opened, sandbox })
}

async function openBotOf(
  plan: SlipwayPlan,
  opened: Pick<BotParts, 'resources' | 'configuration' | 'github'>,
): Promise<RunningBot | null> {
  if (plan.role === 'worker') return null
  const { settings, log, environment, secrets, traces } = plan
  const { openBot } = await import('./bot.js')
  const { createLinks, openLinkKey } = await import('./links.js')
  const linkKey = await openLinkKey(settings, { db: opened.resources.database.db, log })
  const links = createLinks(settings, linkKey)
  const bot = await openBot({ settings, log, environment, traces, links, blank: secrets.blank, ...opened })
  return {
    port: bot.port,
    stop: async () => {
      linkKey.stop()
      await bot.stop()
    },
  }
}

/** One client for what waits inside a call, one for what has a queue or a workflow to wait in. */
function signIn({ settings, log }: SlipwayPlan): {
  readonly patient: Github | null
  readonly impatient: Github | null
} {
  const options = {
    ...settings.github,
    onLimit: (seconds: number) => log.warn({ seconds }, 'GitHub asks for a pause'),
  }
  return { patient: openGithub(options), impatient: openGithub({ ...options, impatient: true }) }
}

/** A GitHub that is away is waited for later, by whoever needs it; one that does not know us is reported now. */
async function checkSignIn({ settings, log }: SlipwayPlan, github: Github | null): Promise<void> {
  const variables =
    settings.github.access.kind === 'app' ? 'GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY' : 'GITHUB_TOKEN'
  const why = await github?.refusesUs(AbortSignal.timeout(GITHUB_PATIENCE_MS)).catch((error: unknown) => {
    log.warn({ err: error }, 'GitHub did not say who we are; it is asked again when it is needed')
    return null
  })
  if (why) throw new StartProblem(`GitHub does not know us (${why}) → set ${variables} anew`)
}

/**
 * Everything about an app refers to its row, and every release to the text it was cut with (S4.16). Every environment is
 * known before anybody can ask for it. A bot, which makes
 * the reports to GitHub, also says whether there are any; without a sign-in none are planned.
 */
async function publish(
  { database }: Resources,
  configuration: Configuration,
  reports: { readonly github: Github | null } | null,
): Promise<void> {
  await saveConfiguration(database.db, configuration)
  const at = new Date().toISOString()
  for (const app of configuration.apps) {
    await saveApp(database.db, app, at)
    if (reports)
      await setReported(database.db, app.name, reports.github?.has({ url: app.repository }) ?? false)
  }
  await saveEnvironments(database.db, configuration.apps)
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

/** Each environment hears today's configuration and applies it between deployments; what no worker does yet is said. */
async function configureEnvironments(
  { gateway, database }: Resources,
  configuration: Configuration,
  patience: Parameters<typeof untilItWorks>[1],
): Promise<void> {
  const { log } = patience
  for (const app of configuration.apps) {
    for (const name of await untilItWorks(() => namesOf(database.db, app), patience)) {
      await gateway
        .wake(app, name)
        .catch((error: unknown) =>
          log.warn({ err: error, environment: name }, 'An environment was not configured'),
        )
    }
  }
  const workers = await untilItWorks(() => liveWorkers(database.db), patience)
  for (const problem of unserved(configuration, workers)) log.warn({}, problem)
}
