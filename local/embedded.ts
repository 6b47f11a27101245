/** Starts the services around Slipway on this machine, except those that have an address. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { demoConfiguration } from './demo-configuration.js'
import { startDemoHost } from './demo-host.js'
import { demoWorkspace } from './demo-people.js'
import { type DemoRepository, openDemoRepository } from './demo-repository.js'
import { pickPort } from './ports.js'
import { startEmbeddedPostgres } from './postgres.js'
import type { Progress } from './progress.js'
import { startSlackWorkspace } from './slack-workspace.js'
import { startTemporalServer } from './temporal-server.js'

export interface EmbeddedPlan {
  readonly dataFolder: string
  readonly cacheFolder: string
  readonly slackPort: number
  readonly temporalPort: number
  /** Null: no web UI of Temporal. */
  readonly temporalUiPort: number | null
  /** The first port for the demo's environments. */
  readonly demoPort: number
  /** The database for the demo's environments, never Slipway's; an embedded one unless given. */
  readonly demoDatabaseUrl?: string
  /** Services that have an address already and are not started. */
  readonly given: { readonly database: boolean; readonly temporal: boolean; readonly slack: boolean }
  readonly say: (line: string) => void
  /** Reports what is being waited for. */
  readonly progress?: Progress
  /** Where the workspace posts events; without it the bot has to connect. */
  readonly slackRequestUrl?: string
  /** Changes the demo's configuration when it is first written. */
  readonly configure?: (yaml: string) => string
}

export interface Embedded {
  /** Environment variables with the addresses of the started services. */
  readonly variables: Readonly<Record<string, string>>
  /** The page of the Slack workspace, null if a real one is used. */
  readonly slackUrl: string | null
  readonly temporalUiUrl: string | null
  readonly demo: { readonly repository: DemoRepository; readonly hostUrl: string }
  /** Stops everything that was started, in reverse order. */
  stop(): Promise<void>
}

interface Started {
  readonly stop: () => Promise<void>
}

/** Starts all parts in parallel. If one fails, the others are stopped and its error is thrown. */
export async function startEmbedded(plan: EmbeddedPlan): Promise<Embedded> {
  mkdirSync(plan.dataFolder, { recursive: true })
  // Histories, logs and private code are private on this machine.
  chmodSync(plan.dataFolder, 0o700)
  const started: Started[] = []
  const keep = async <Part extends Started>(part: Promise<Part>): Promise<Part> => {
    const one = await part
    started.push(one)
    return one
  }
  const stop = async (): Promise<void> => {
    for (const part of started.splice(0).toReversed()) await part.stop()
  }
  const during: Progress['during'] = (what, work) => plan.progress?.during(what, work) ?? work
  const parts = [
    during('PostgreSQL', database(plan, keep)),
    during('Temporal', temporal(plan, keep)),
    during('the Slack workspace', slack(plan, keep)),
    during('the demo app', demo(plan, keep)),
  ] as const
  const ends = await Promise.allSettled(parts)
  const failure = ends.find((end) => end.status === 'rejected')
  if (failure) {
    await stop()
    throw failure.reason
  }
  const [databasePart, temporalPart, slackPart, demoPart] = await Promise.all(parts)
  return {
    variables: {
      ...databasePart.variables,
      ...temporalPart.variables,
      ...slackPart.variables,
      SLIPWAY_CONFIG: demoPart.configFile,
    },
    slackUrl: slackPart.url,
    temporalUiUrl: temporalPart.url,
    demo: demoPart,
    stop,
  }
}

type Keep = <Part extends Started>(part: Promise<Part>) => Promise<Part>
type Variables = Readonly<Record<string, string>>

async function database(plan: EmbeddedPlan, keep: Keep): Promise<{ readonly variables: Variables }> {
  if (plan.given.database) return { variables: {} }
  return {
    variables: { DATABASE_URL: await embeddedDatabase(plan, join(plan.dataFolder, 'postgres'), keep) },
  }
}

async function embeddedDatabase(
  { cacheFolder }: EmbeddedPlan,
  dataFolder: string,
  keep: Keep,
): Promise<string> {
  const { port } = await pickPort(0)
  const templateFolder = join(cacheFolder, 'postgres-template')
  const { url } = await keep(startEmbeddedPostgres({ dataFolder, port, templateFolder }))
  return url
}

async function temporal(
  plan: EmbeddedPlan,
  keep: Keep,
): Promise<{ readonly variables: Variables; readonly url: string | null }> {
  if (plan.given.temporal) return { variables: {}, url: null }
  const port = await announced('Temporal', plan.temporalPort, plan.say)
  const ui = plan.temporalUiPort === null ? {} : { uiPort: (await pickPort(plan.temporalUiPort)).port }
  const { cacheFolder, say } = plan
  const dataFolder = join(plan.dataFolder, 'temporal')
  const server = await keep(startTemporalServer({ dataFolder, cacheFolder, port, say, ...ui }))
  const variables = {
    TEMPORAL_ADDRESS: server.address,
    ...(server.uiAddress === null ? {} : { TEMPORAL_UI_URL: server.uiAddress }),
  }
  return { variables, url: server.uiAddress }
}

async function slack(
  plan: EmbeddedPlan,
  keep: Keep,
): Promise<{ readonly variables: Variables; readonly url: string | null }> {
  if (plan.given.slack) return { variables: {}, url: null }
  const port = await announced('The Slack workspace', plan.slackPort, plan.say)
  const dataFolder = join(plan.dataFolder, 'slack')
  const { slackRequestUrl: requestUrl } = plan
  const app =
    requestUrl === undefined
      ? demoWorkspace.app
      : { ...demoWorkspace.app, mode: 'events' as const, requestUrl }
  const workspace = await keep(startSlackWorkspace({ port, file: { ...demoWorkspace, app }, dataFolder }))
  const variables = {
    SLACK_API_URL: workspace.apiUrl,
    SLACK_BOT_TOKEN: workspace.botToken,
    ...(requestUrl === undefined
      ? { SLACK_APP_TOKEN: workspace.appToken }
      : { SLACK_SIGNING_SECRET: workspace.signingSecret }),
  }
  return { variables, url: workspace.webUrl }
}

async function demo(
  plan: EmbeddedPlan,
  keep: Keep,
): Promise<Embedded['demo'] & { readonly configFile: string }> {
  const folder = join(plan.dataFolder, 'demo')
  const [repository, { port: hostPort }, databaseUrl] = await Promise.all([
    openDemoRepository(join(folder, 'shop.git')),
    pickPort(plan.demoPort - 1),
    plan.demoDatabaseUrl ?? embeddedDatabase(plan, join(folder, 'postgres'), keep),
  ])
  const hostFolder = join(folder, 'host')
  const host = await keep(
    startDemoHost({
      dataFolder: hostFolder,
      port: hostPort,
      databaseUrl,
      firstPort: plan.demoPort,
      releasesFrom: plan.dataFolder,
    }),
  )
  const configFile = join(plan.dataFolder, 'slipway.yaml')
  if (!existsSync(configFile)) {
    const yaml = demoConfiguration({ repository: repository.path, hostUrl: host.url })
    writeFileSync(configFile, plan.configure?.(yaml) ?? yaml)
  }
  return { repository, hostUrl: host.url, configFile }
}

async function announced(what: string, preferred: number, say: (line: string) => void): Promise<number> {
  const { port, moved } = await pickPort(preferred)
  if (moved && preferred !== 0) say(`${what} takes port ${port}, because ${preferred} is in use.`)
  return port
}
