/** The isolation of stage commands on this host: determined and logged once at the start. */
import path from 'node:path'
import type { Logger } from 'pino'
import type { WorkerSettings } from '../config.js'
import { type Configuration, findApp } from '../domain/configuration.js'
import type { AppDefinition } from '../domain/pipeline.js'
import type { SandboxPaths } from '../domain/sandbox.js'
import type { StageRun } from '../domain/stage.js'
import { findSandbox, type Sandbox } from '../integrations/sandbox/find-sandbox.js'
import { closePassage } from '../integrations/sandbox/find-users.js'
import { type ConfinementPlan, openPath } from '../integrations/stage-runners/confinement-of.js'
import { whyNoLayers } from './checkouts.js'
import { StartProblem } from './start-problem.js'

interface SandboxNeeds {
  readonly settings: WorkerSettings
  readonly configuration: () => Configuration
  readonly environment: NodeJS.ProcessEnv
}

/** Where `ip` is; the `PATH` of users often lacks these folders. */
const systemPath = '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin'
const nothingMore: SandboxPaths = { read: [], write: [] }

/**
 * Finds the sandbox of this host and checks that the configuration fits it. Throws `StartProblem` with a fix when a requested
 * kind does not work, or an app's paths or the user ids are unsuitable.
 */
export async function openSandbox(needs: SandboxNeeds, log: Logger): Promise<Sandbox> {
  const { settings, environment } = needs
  const sandbox = await findSandbox({
    ...settings.sandbox,
    dataFolder: settings.dataFolder,
    path: `${environment['PATH'] ?? ''}:${systemPath}`,
  })
  if (typeof sandbox === 'string') throw new StartProblem(sandbox)
  if (sandbox.kind !== 'user') await closePassage(settings.dataFolder)
  await check(needs, sandbox)
  announce(sandbox, needs.configuration().apps, log)
  return sandbox
}

/** How the shell runner confines commands; null: not at all. */
export function confinementPlan(
  { settings, configuration }: Omit<SandboxNeeds, 'environment'>,
  sandbox: Sandbox,
): ConfinementPlan | null {
  if (sandbox.kind === 'off') return null
  return {
    sandbox,
    homes: path.join(settings.dataFolder, sandbox.kind === 'user' ? 'user-homes' : 'homes'),
    pathsOf: (app) => findApp(configuration(), app)?.sandbox ?? nothingMore,
    closedFolders: closedFolders(settings),
    closedServices: [serviceOf(settings.databaseUrl, '5432'), settings.temporalAddress].filter(
      (service) => !service.startsWith(':'),
    ),
  }
}

const closedFolders = ({ dataFolder, artifactsFolder, cacheFolder }: WorkerSettings): readonly string[] => [
  dataFolder,
  artifactsFolder,
  cacheFolder,
]

function serviceOf(url: string, otherwise: string): string {
  const { hostname, port } = new URL(url)
  return `${hostname}:${port === '' ? otherwise : port}`
}

async function check({ settings, configuration }: SandboxNeeds, sandbox: Sandbox): Promise<void> {
  if (sandbox.kind === 'off') return
  const { apps } = configuration()
  const { uids } = sandbox
  const ids = uids === null ? Number.POSITIVE_INFINITY : uids.last - uids.first + 1
  if (ids < apps.length) {
    throw new StartProblem(
      `SLIPWAY_SANDBOX_UIDS: holds ${ids} user ids for ${apps.length} apps → widen the range to one id for each app`,
    )
  }
  const { builds, stages } = settings.concurrency
  if (sandbox.kind === 'user' && ids < builds + stages) {
    throw new StartProblem(
      `SLIPWAY_SANDBOX_UIDS: holds ${ids} user ids for ${builds + stages} commands at once → widen the range to one id for each of SLIPWAY_BUILDS and SLIPWAY_STAGES`,
    )
  }
  for (const app of apps) {
    const { read, write } = app.sandbox ?? nothingMore
    for (const given of [...read, ...write]) {
      await openPath(given, closedFolders(settings)).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error)
        throw new StartProblem(`apps.${app.name}.sandbox: ${why} → name another path, or take it out`)
      })
    }
  }
}

function announce(sandbox: Sandbox, apps: readonly AppDefinition[], log: Logger): void {
  const { kind, status } = sandbox
  if (kind === 'off') {
    const risk =
      apps.length > 1
        ? `: a commit of any of the ${apps.length} apps that is built or deployed here can act as Slipway and as every other app`
        : ''
    log.warn({ sandbox: kind }, `${status.says}${risk}. docs/security.md says what to do`)
    return
  }
  log[status.network === 'kept' ? 'info' : 'warn']({ sandbox: kind }, status.says)
  const noLayers = whyNoLayers(sandbox)
  const own = noLayers === null ? 'a layer over the shared one' : `a copy of the shared one (${noLayers})`
  log.info({ sandbox: kind }, `A stage's own checkout is ${own}`)
  const stages = apps.flatMap(stagesOnHostNetwork)
  if (stages.length === 0) return
  log.warn(
    { stages },
    'Stages with network: host reach PostgreSQL, Temporal and whatever else listens on this machine: only their own credentials protect them',
  )
}

function stagesOnHostNetwork(app: AppDefinition): readonly string[] {
  const onHost = (run: StageRun): boolean => run.kind === 'shell' && run.network === 'host'
  const stages = app.environments.flatMap(({ name, stages: ofEnvironment, probe }) =>
    Object.entries({ ...ofEnvironment, probe }).flatMap(([stage, definition]) =>
      definition != null && onHost(definition.run) ? [`${app.name}/${name}/${stage}`] : [],
    ),
  )
  return [...(onHost(app.build.stage.run) ? [`${app.name}/build`] : []), ...stages]
}
