import { afterAll, beforeAll, expect, test } from 'vitest'
import { trainsToRun } from '../../compose/trains.js'
import { recordChange } from '../../db/repositories/record-change.js'
import { emptyChange } from '../../domain/change.js'
import { type AppName, parseAppName } from '../../domain/identifiers.js'
import type { AppDefinition, TrainDefinition } from '../../domain/pipeline.js'
import { newTrain } from '../../domain/train/state.js'
import { trainWorkflowId } from '../../workflows/workflow-ids.js'
import { sure } from '../support/lane.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'
import { saveShop } from '../support/pipeline-rows.js'
import { weekly } from '../support/train.js'

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
    { app: ahead, isConfigured: true, configHash: 'now' },
    { app: gone, isConfigured: false, configHash: 'now' },
    { app: moved, isConfigured: false, configHash: 'now' },
  ])
})
