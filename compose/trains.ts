/** Trains: where their data comes from, and how each gets the current configuration. */
import path from 'node:path'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { Reads } from '../bot/orders/reads.js'
import type { TrainOfApp } from '../bot/publisher/jobs/reconcile.js'
import { within } from '../bot/slack/with-timeout.js'
import type { WorkerSettings } from '../config.js'
import { outdatedWorkflows } from '../db/queries/outdated.js'
import { knownApps, readTrains } from '../db/queries/trains.js'
import type { Database } from '../db/tables.js'
import { openTrainRecords } from '../db/trains.js'
import type { Configuration } from '../domain/configuration.js'
import type { AppName } from '../domain/identifiers.js'
import type { Holidays } from '../domain/train/ports.js'
import { TRAIN_STATE, type TrainState } from '../domain/train/state.js'
import { createHolidays } from '../integrations/calendar/calendar-of.js'
import { lookAtTrain, type TrainLookNeeds } from '../workflows/activities/look-at-train.js'
import { trainWorkflowId } from '../workflows/workflow-ids.js'
import type { Resources } from './resources.js'
import { untilItWorks } from './retry-until-up.js'
import { calendarFolderOf } from './work-folder.js'

/** After this time, the question is answered without it. */
const LOOK_MS = 5_000

export interface HolidayParts {
  readonly settings: Pick<WorkerSettings, 'configFile' | 'dataFolder'>
  readonly configuration: () => Configuration
  readonly log: Logger
}

/** The calendar named by the current configuration. */
export const openHolidays = ({ settings, configuration, log }: HolidayParts): Holidays =>
  createHolidays({
    place: () => configuration().holidays,
    from: path.dirname(settings.configFile),
    folder: calendarFolderOf(settings.dataFolder),
    onProblem: (why) => log.warn({ why }, 'The calendar of holidays could not be read anew'),
  })

/** The last recorded trains of some apps. */
export const trainsOf = (db: Kysely<Database>, apps: readonly AppName[]): Promise<readonly TrainState[]> =>
  readTrains(db, apps.map(trainWorkflowId))

/** The sources for questions about trains. */
export function trainReads(
  parts: HolidayParts,
  { db, git }: { readonly db: Kysely<Database>; readonly git: TrainLookNeeds['git'] },
): Pick<Reads, 'trains' | 'trainLook'> {
  const needs = { git, records: openTrainRecords(db), holidays: openHolidays(parts) }
  return {
    trains: (...apps) => trainsOf(db, apps),
    trainLook: async (app, departs) => {
      if (app.train === undefined) return null
      const looking = lookAtTrain(needs, app, { train: app.train, departs }).catch((error: unknown) => {
        parts.log.warn({ err: error, app: app.name }, 'What the train would take could not be read')
        return null
      })
      const look = await within(LOOK_MS, looking)
      return look === 'late' ? null : look
    },
  }
}

/** Configured trains, and those that were running when last recorded but are no longer configured: they end. */
export async function trainsToRun(
  db: Kysely<Database>,
  { apps, hash: configHash }: Pick<Configuration, 'apps' | 'hash'>,
): Promise<readonly TrainOfApp[]> {
  const configured = new Set(apps.filter(({ train }) => train !== undefined).map(({ name }) => name))
  const recorded = await trainsOf(db, await knownApps(db))
  const running = recorded.filter(({ train }) => train !== null).map(({ app }) => app)
  const older = new Map(recorded.map(({ app, configHash: hash }) => [app, hash]))
  const outdated = await outdatedWorkflows(
    db,
    recorded.map(({ app }) => trainWorkflowId(app)),
    {
      hash: configHash,
      stateVersion: TRAIN_STATE,
    },
  )
  return [...new Set([...configured, ...running])].map((app) => ({
    app,
    isConfigured: configured.has(app),
    // An older configuration with the same app counts as current.
    isTold: older.has(app) && !outdated.has(trainWorkflowId(app)),
    configHash: outdated.has(trainWorkflowId(app)) ? configHash : (older.get(app) ?? configHash),
  }))
}

/** Sends the current configuration to each train with another definition of its app. */
export async function configureTrains(
  {
    gateway,
    database,
  }: Pick<Resources, 'database'> & {
    readonly gateway: Pick<Resources['gateway'], 'configureTrain'>
  },
  configuration: Configuration,
  patience: Parameters<typeof untilItWorks>[1],
): Promise<void> {
  const trains = await untilItWorks(() => trainsToRun(database.db, configuration), patience)
  for (const { app, configHash } of trains.filter(({ isTold }) => !isTold)) {
    await gateway
      .configureTrain(app, configHash)
      .catch((error: unknown) => patience.log.warn({ err: error, app }, 'A train could not be configured'))
  }
}
