import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { configureTrains, trainsToRun } from '../../compose/trains.js'
import { saveApps, saveConfiguration } from '../../db/repositories/apps.js'
import { recordChange } from '../../db/repositories/record-change.js'
import { emptyChange } from '../../domain/change.js'
import type { Configuration } from '../../domain/configuration.js'
import { type AppName, parseAppName } from '../../domain/identifiers.js'
import type { AppDefinition, TrainDefinition } from '../../domain/pipeline.js'
import { newTrain } from '../../domain/train/state.js'
import { trainWorkflowId } from '../../workflows/workflow-ids.js'
import { sure } from '../support/lane.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'
import { saveShop } from '../support/pipeline-rows.js'
import { weekly } from '../support/train.js'

const silent = pino({ level: 'silent' })
let database: ReadyDatabase
beforeAll(async () => {
  database = await readyDatabase()
})
afterAll(() => database.close())

const [ahead, moved, gone, ended, never] = ['ahead', 'moved', 'gone', 'ended', 'never'].map((name) =>
  sure(parseAppName(name)),
) as [AppName, AppName, AppName, AppName, AppName]

test('those run that the file has, and those that ran and have to end, also of apps that left the file', async () => {
  const recorded = async (app: AppName, train: TrainDefinition | null): Promise<void> => {
    const workflow = { id: trainWorkflowId(app), state: { ...newTrain(app), seq: 1, train } }
    await recordChange(database.db, { ...emptyChange(app, trainWorkflowId(app)), workflow })
  }
  for (const app of [ahead, moved, gone, ended, never]) await saveShop(database.db, app)
  await recorded(moved, weekly)
  await recorded(gone, weekly)
  await recorded(ended, null)
  const app = (name: AppName, train?: TrainDefinition) => ({ name, train }) as AppDefinition
  const apps = [app(ahead, weekly), app(moved), app(ended), app(never)]

  const trains = await trainsToRun(database.db, { apps, hash: 'now' })

  expect(trains.toSorted((one, other) => one.app.localeCompare(other.app))).toEqual([
    { app: ahead, isConfigured: true, configHash: 'now', isTold: false },
    { app: gone, isConfigured: false, configHash: 'now', isTold: false },
    { app: moved, isConfigured: false, configHash: 'now', isTold: false },
  ])
})

test('[P.6] a reload tells only trains of apps that changed; the others keep going by the older file', async () => {
  const { db } = database
  const [same, other] = [sure(parseAppName('same')), sure(parseAppName('other'))]
  const configured = (hash: string, channel: string): Configuration => {
    const app = (name: AppName, given: object) => ({ name, train: weekly, configHash: hash, ...given })
    return { hash, text: hash, apps: [app(same, {}), app(other, { channel })] } as unknown as Configuration
  }
  const before = configured('before', 'C01SHOP')
  const now = configured('after', 'C02SHOP')
  for (const file of [before, now]) {
    await saveConfiguration(db, file)
    await saveApps(db, file.apps, new Date(0).toISOString())
  }
  for (const app of [same, other]) {
    const state = { ...newTrain(app), seq: 1, train: weekly, configHash: before.hash }
    const workflow = { id: trainWorkflowId(app), state }
    await recordChange(db, { ...emptyChange(app, trainWorkflowId(app)), workflow })
  }
  const told: string[] = []
  const gateway = { configureTrain: async (app: AppName, hash: string) => void told.push(`${app} ${hash}`) }
  const patience = { what: '', log: silent, signal: AbortSignal.abort() }

  await configureTrains({ database, gateway }, now, patience)

  expect(told).toContain('other after')
  expect(told.filter((one) => one.startsWith('same'))).toEqual([])
  expect(await trainsToRun(db, now)).toContainEqual({
    ...{ app: same, isConfigured: true, configHash: before.hash, isTold: true },
  })
})
