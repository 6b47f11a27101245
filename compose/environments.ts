/** Keeps every environment that was ever used on the current configuration. */
import type { Kysely } from 'kysely'
import PQueue from 'p-queue'
import type { Logger } from 'pino'
import { usedEnvironments } from '../db/queries/environments.js'
import { outdatedWorkflows } from '../db/queries/outdated.js'
import type { Database } from '../db/tables.js'
import { type Configuration, findApp } from '../domain/configuration.js'
import { ENVIRONMENT_STATE } from '../domain/environment/state.js'
import type { EnvironmentName } from '../domain/identifiers.js'
import { type AppDefinition, findEnvironment } from '../domain/pipeline.js'
import type { SignalGateway } from '../workflows/activities/record-activities.js'
import type { Gateway } from '../workflows/gateway.js'
import { environmentWorkflowId } from '../workflows/workflow-ids.js'

const AT_ONCE = 8

/**
 * Sends the current configuration to each environment with another definition of its app, and to previews that wait for a place.
 * Throws while PostgreSQL is unavailable.
 */
export type ConfigureEnvironments = (configuration: Configuration) => Promise<void>

/**
 * Each environment gets a configuration once, and applies it between deployments; after a failure, the next call retries it. An
 * unused environment has no workflow: its first order starts it, with the configuration of that time.
 */
export function environmentConfigurer(needs: {
  readonly db: Kysely<Database>
  readonly gateway: Pick<Gateway, 'wake'>
  readonly log: Pick<Logger, 'warn'>
}): ConfigureEnvironments {
  const { db, gateway, log } = needs
  const told = new Map<string, string>()

  async function tell({ app, name, id }: Used): Promise<void> {
    try {
      await gateway.wake(app, name)
      told.set(id, app.configHash)
    } catch (error) {
      log.warn({ err: error, app: app.name, environment: name }, 'An environment could not be configured')
    }
  }

  return async (configuration) => {
    const used = await usedNow(db, configuration.apps)
    const ids = used.map(({ id }) => id)
    const outdated = await outdatedWorkflows(db, ids, {
      hash: configuration.hash,
      stateVersion: ENVIRONMENT_STATE,
    })
    const unconfigured = used.filter(
      ({ id, app, waits }) => (waits || outdated.has(id)) && told.get(id) !== app.configHash,
    )
    await new PQueue({ concurrency: AT_ONCE }).addAll(unconfigured.map((one) => () => tell(one)))
  }
}

interface Used {
  readonly app: AppDefinition
  readonly name: EnvironmentName
  /** Whether it waits for a place, which it requests again whenever it gets a configuration. */
  readonly waits: boolean
  /** The id of its workflow. */
  readonly id: string
}

/** Includes previews and environments removed from the configuration, unless they no longer exist. */
async function usedNow(db: Kysely<Database>, apps: readonly AppDefinition[]): Promise<readonly Used[]> {
  const definitions = new Map(apps.map((app) => [app.name, app]))
  return (await usedEnvironments(db)).flatMap(({ app: appName, name, state, waits }) => {
    const app = definitions.get(appName)
    if (app === undefined) return []
    const isAlive = waits || (state !== 'absent' && state !== 'retired')
    const isThere = findEnvironment(app, name) !== null || isAlive
    return isThere ? [{ app, name, waits, id: environmentWorkflowId(appName, name) }] : []
  })
}

/** A release keeps its app as it was cut, but an environment started by its order uses the current configuration where it can. */
export function withTodaysApps(gateway: SignalGateway, configuration: () => Configuration): SignalGateway {
  const today = (app: AppDefinition, name: EnvironmentName): AppDefinition => {
    const now = findApp(configuration(), app.name)
    return now !== null && findEnvironment(now, name) !== null ? now : app
  }
  return {
    enqueue: (app, deployment) => gateway.enqueue(today(app, deployment.environment), deployment),
    judge: (app, name, judged) => gateway.judge(today(app, name), name, judged),
    report: (app, report) => gateway.report(app, report),
  }
}
