/** Which workers may do what: an app or environment with `runsOn` is built and deployed only by the workers with that label. */
import { type Configuration, findApp } from './configuration.js'
import type { AppName, CommitSha, DeploymentId, EnvironmentName } from './identifiers.js'
import { type AppDefinition, findEnvironment } from './pipeline.js'
import type { WorkerStatus } from './sandbox.js'

/** A worker label; null: workers without one. */
export type RunsOn = string | null

/** Work that needs a worker. `environment` null: a build. */
export interface HostWork {
  /** Stays the same for as long as the same thing waits. */
  readonly id: string
  readonly app: AppName
  readonly environment: EnvironmentName | null
  /** Null: not a deployment, such as a teardown or a build. */
  readonly deploymentId: DeploymentId | null
  /** The commit to build; null: a stage. */
  readonly commit: CommitSha | null
}

/** Something that waits for a worker with a free slot. */
export interface HostWait {
  readonly runsOn: RunsOn
  /** Whether a live worker could take it once it has a free slot. */
  readonly served: boolean
  /** ISO instant. */
  readonly since: string
}

/** The label for the app's builds, or for the stages of one of its environments; previews use that of their `like`. */
export function runsOn(app: AppDefinition, environment: EnvironmentName | null): RunsOn {
  if (environment === null) return app.runsOn ?? null
  const like = app.previews && findEnvironment(app, app.previews.like)
  return (findEnvironment(app, environment) ?? like ?? app).runsOn ?? null
}

/** The same by today's configuration, not the release's snapshot; `asked` is used for an app that was removed from it. */
export function runsOnToday(
  configuration: Configuration,
  { app: name, environment }: Pick<HostWork, 'app' | 'environment'>,
  asked: RunsOn,
): RunsOn {
  const app = findApp(configuration, name)
  return app === null ? asked : runsOn(app, environment)
}

type Part = 'builds' | 'stages'

/** Whether the worker does this kind of work for the label. */
export const serves = (worker: WorkerStatus, label: RunsOn, part: Part): boolean =>
  worker[part] > 0 && (label === null ? worker.runsOn.length === 0 : worker.runsOn.includes(label))

/** What the configuration requires and no live worker does: one sentence each, with what to do about it. */
export function unserved(
  { apps }: Pick<Configuration, 'apps'>,
  workers: readonly WorkerStatus[],
): readonly string[] {
  const wanted = (part: Part): readonly RunsOn[] => [
    ...new Set(
      apps.flatMap((app) =>
        part === 'builds' ? [runsOn(app, null)] : app.environments.map(({ name }) => runsOn(app, name)),
      ),
    ),
  ]
  const missing = (part: Part): readonly RunsOn[] =>
    wanted(part).filter((label) => !workers.some((worker) => serves(worker, label, part)))
  const [builds, stages] = [missing('builds'), missing('stages')]
  return [...new Set([...builds, ...stages])].map((label) => {
    const parts = [
      ...(builds.includes(label) ? ['builds'] : []),
      ...(stages.includes(label) ? ['stages'] : []),
    ]
    const [whose, start] =
      label === null
        ? ['without runsOn', 'a worker without SLIPWAY_RUNS_ON']
        : [`with runsOn: ${label}`, `a worker with SLIPWAY_RUNS_ON=${label}`]
    return `No worker does the ${parts.join(' and ')} ${whose}, so they wait: start ${start}`
  })
}

/** A worker's labels that nothing in the configuration uses. */
export function unwanted(
  { apps }: Pick<Configuration, 'apps'>,
  labels: readonly string[],
): readonly string[] {
  const known = new Set(
    apps.flatMap((app) => [runsOn(app, null), ...app.environments.map(({ name }) => runsOn(app, name))]),
  )
  return labels.filter((label) => !known.has(label))
}
