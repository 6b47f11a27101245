/** One process of Slipway: bot, worker or both. Opened in order, closed in reverse order. */
import type { Logger } from 'pino'
import type { Settings, WorkerSettings } from '../config.js'
import { setReported } from '../db/github-reports.js'
import { liveWorkers } from '../db/queries/workers.js'
import { saveApps, saveConfiguration } from '../db/repositories/apps.js'
import { saveEnvironments } from '../db/repositories/save-environments.js'
import type { Configuration } from '../domain/configuration.js'
import { unserved } from '../domain/runs-on.js'
import type { Traces } from '../domain/traces.js'
import { createGithubForge } from '../integrations/github/github-forge.js'
import { type Github, openGithub } from '../integrations/github/open-github.js'
import { makePrivateFolder } from '../integrations/host/private-folder.js'
import type { Sandbox } from '../integrations/sandbox/find-sandbox.js'
import type { RunningWorkers } from '../workflows/worker.js'
import type { RunningBot } from './bot.js'
import type { BotParts } from './bot-parts.js'
import { type ConfigureEnvironments, environmentConfigurer } from './environments.js'
import { openResources, type Resources } from './resources.js'
import { untilItWorks } from './retry-until-up.js'
import type { ConfiguredSecrets } from './secrets.js'
import { StartProblem } from './start-problem.js'
import { configureTrains } from './trains.js'
import type { WorkerParts } from './worker.js'

type Patience = Parameters<typeof untilItWorks>[1]

const GITHUB_PATIENCE_MS = 5_000

export type SlipwayPlan = {
  readonly configuration: Configuration
  readonly log: Logger
  /** Slipway's own environment, from which git gets its variables. */
  readonly environment: NodeJS.ProcessEnv
  readonly secrets: ConfiguredSecrets
  readonly traces: Traces
  /** A prebuilt workflow bundle; null bundles the sources at the start. */
  readonly bundle: string | null
} & (
  | { readonly role: 'worker'; readonly settings: WorkerSettings }
  | { readonly role: 'bot' | 'all'; readonly settings: Settings }
)

export interface Slipway {
  /** Where the HTTP server listens; null in a process without a bot. */
  readonly port: number | null
  /**
   * Switches to a newer configuration as soon as PostgreSQL has it; earlier releases keep their snapshots. Rejects, and keeps the
   * running configuration, when PostgreSQL rejects it or Slipway is closed in the meantime.
   */
  reload(configuration: Configuration): Promise<void>
  /** Rejects when the worker fails permanently. */
  readonly failed: Promise<never>
  /** Finishes the work in progress, leaves running commands alive, closes everything. */
  close(): Promise<void>
}

/** A process loads only the half it needs: the other's libraries are a third of its start time and memory. */
export async function openSlipway(plan: SlipwayPlan): Promise<Slipway> {
  const { log } = plan
  await closeFolders(plan)
  const stopping = new AbortController()
  let configuration = plan.configuration
  const sandbox = await sandboxOf(plan, () => configuration)
  const { patient, impatient } = signIn(plan)
  await checkSignIn(plan, impatient)
  const resources = await openResources(plan.settings, log, stopping.signal, plan.traces)
  const shows = plan.role === 'worker' ? null : { github: impatient }
  const patience = { what: 'PostgreSQL', log, signal: stopping.signal }
  const published = (one: Configuration): Promise<void> =>
    untilItWorks(() => publish(resources, one, shows), patience)
  await published(configuration)
  await expectGoingOnWith(plan, resources, stopping.signal)
  const worker = await openWorkerOf(plan, {
    sandbox,
    configuration: () => configuration,
    resources,
    github: patient,
    forge: impatient && createGithubForge(impatient),
    signal: stopping.signal,
  })
  const configureEnvironments = environmentConfigurer({ ...resources, db: resources.database.db, log })
  const bot = await openBotOf(plan, patience, {
    resources,
    configuration: () => configuration,
    configureEnvironments,
    github: impatient,
  })
  const configured = (one: Configuration): Promise<void> =>
    configureAll({ resources, configureEnvironments }, one, patience)
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
      // One after the other, so that the last one requested wins.
      const next = Promise.allSettled([reloading]).then(() => reload(newer))
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

/** Makes checkouts, logs and histories private on this machine; shared artifacts are protected by their file system. */
async function closeFolders({ settings, log }: SlipwayPlan): Promise<void> {
  const { dataFolder, artifactsFolder, artifactsShared } = settings
  for (const folder of [dataFolder, ...(artifactsShared ? [] : [artifactsFolder])]) {
    const closed = await makePrivateFolder(folder)
    if (!closed)
      log.warn({ folder }, 'Other users of this machine may read a folder that Slipway does not own')
  }
}

/** Runs before any connection: a requested sandbox that is unavailable stops the start. Null if no stage runs. */
async function sandboxOf(plan: SlipwayPlan, configuration: () => Configuration): Promise<Sandbox | null> {
  if (plan.role === 'bot') return null
  const { openSandbox } = await import('./sandbox.js')
  return openSandbox({ settings: plan.settings, environment: plan.environment, configuration }, plan.log)
}

/** A bot runs no workflows, and without a prebuilt bundle the previous one is unknown. */
async function expectGoingOnWith(
  { bundle, settings, log }: SlipwayPlan,
  { client, database }: Resources,
  signal: AbortSignal,
): Promise<void> {
  if (bundle === null) return
  const { expectGoingOn } = await import('./going-on.js')
  const { temporalPlacement, buildId } = settings
  const goingOn = { queuePrefix: temporalPlacement.queuePrefix, buildId, bundle }
  const patience = { what: 'Temporal', log, signal }
  await untilItWorks(() => expectGoingOn({ client, db: database.db, log }, goingOn), patience)
}

async function openWorkerOf(
  plan: SlipwayPlan,
  {
    sandbox,
    resources,
    ...opened
  }: Pick<WorkerParts, 'github' | 'forge' | 'configuration' | 'signal'> & {
    readonly sandbox: Sandbox | null
    readonly resources: Resources
  },
): Promise<RunningWorkers | null> {
  if (sandbox === null) return null
  const { openWorker } = await import('./worker.js')
  const { gateway, client } = resources
  const { db } = resources.database
  const worker = await openWorker({ ...plan, ...opened, db, gateway, sandbox })
  const { settings, bundle, log } = plan
  const { temporalPlacement, buildId } = settings
  if (buildId === null || bundle === null) return worker
  const { openNamedBuild } = await import('./named-builds.js')
  const { queuePrefix } = temporalPlacement
  const named = openNamedBuild({ client, db, log }, { queuePrefix, buildId, bundle })
  return {
    failed: worker.failed,
    stop: async () => {
      // At once: a check may take as long as Temporal is away, and stages have to be let go before the process is killed.
      await Promise.all([named.stop(), worker.stop()])
    },
  }
}

async function openBotOf(
  plan: SlipwayPlan,
  patience: Patience,
  opened: Pick<BotParts, 'resources' | 'configuration' | 'configureEnvironments' | 'github'>,
): Promise<RunningBot | null> {
  if (plan.role === 'worker') return null
  const { settings, log, environment, secrets, traces } = plan
  const { openBot } = await import('./bot.js')
  const { createLinks, openLinkKey } = await import('./links.js')
  const { db } = opened.resources.database
  const linkKey = await untilItWorks(() => openLinkKey(settings, { db, log }), patience)
  const links = createLinks(settings, linkKey)
  const bot = await openBot({ settings, log, environment, traces, links, redact: secrets.redact, ...opened })
  return {
    port: bot.port,
    stop: async () => {
      linkKey.stop()
      await bot.stop()
    },
  }
}

/** One client for callers that wait inside a call, one for callers that can wait in a queue or a workflow. */
function signIn({ settings, log }: SlipwayPlan): {
  readonly patient: Github | null
  readonly impatient: Github | null
} {
  const options = {
    ...settings.github,
    onLimit: (seconds: number) => log.warn({ seconds }, 'GitHub reported a rate limit'),
  }
  return { patient: openGithub(options), impatient: openGithub({ ...options, impatient: true }) }
}

/** If GitHub is unavailable, whoever needs it waits later; rejected credentials are reported now. */
async function checkSignIn({ settings, log }: SlipwayPlan, github: Github | null): Promise<void> {
  const variables =
    settings.github.access.kind === 'app' ? 'GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY' : 'GITHUB_TOKEN'
  const why = await github?.refusesUs(AbortSignal.timeout(GITHUB_PATIENCE_MS)).catch((error: unknown) => {
    log.warn({ err: error }, 'The GitHub credentials could not be checked now; they are checked when needed')
    return null
  })
  if (why) throw new StartProblem(`GitHub does not know us (${why}) → set ${variables} anew`)
}

/**
 * Saves what other records refer to: the apps, and the configuration text that each release is cut with (S4.16). A bot, which
 * shows environments and sends the reports to GitHub, also saves every environment before anybody can query it, and which apps
 * are reported; without GitHub credentials, none are.
 */
async function publish(
  { database: { db } }: Resources,
  configuration: Configuration,
  bot: { readonly github: Github | null } | null,
): Promise<void> {
  const { apps } = configuration
  await saveConfiguration(db, configuration)
  await saveApps(db, apps, new Date().toISOString())
  if (bot === null) return
  const reported = apps.filter(({ repository }) => bot.github?.has({ url: repository }))
  await setReported(
    db,
    reported.map(({ name }) => name),
  )
  await saveEnvironments(db, apps)
}

/** Sends the current configuration to used environments and trains, and warns about parts that no worker serves yet. */
async function configureAll(
  {
    resources,
    configureEnvironments,
  }: { readonly resources: Resources; readonly configureEnvironments: ConfigureEnvironments },
  configuration: Configuration,
  patience: Patience,
): Promise<void> {
  const { db } = resources.database
  await untilItWorks(() => configureEnvironments(configuration), patience)
  await configureTrains(resources, configuration, patience)
  const workers = await untilItWorks(() => liveWorkers(db), patience)
  for (const problem of unserved(configuration, workers)) patience.log.warn({}, problem)
}
