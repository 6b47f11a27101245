/** What the scheduler does after a start. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BotParts } from '../../compose/bot-parts.js'
import { environmentConfigurer } from '../../compose/environments.js'
import { reconciling } from '../../compose/scheduler.js'
import { environmentRecord, newEnvironment } from '../../domain/environment/record.js'
import { findEnvironment } from '../../domain/pipeline.js'
import { aConfiguration, silent } from '../bot/fake-bot.js'
import { anApp } from '../support/app-definition.js'
import { sure } from '../support/lane.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'
import { change } from '../support/pipeline-rows.js'

let database: ReadyDatabase
beforeAll(async () => {
  database = await readyDatabase()
})
afterAll(() => database.close())

test('a preview that waits for a place asks again once after a start: the reconciler knows that it was told', async () => {
  const { db } = database
  const app = anApp()
  const state = newEnvironment(app, sure(findEnvironment(app, 'staging')))
  const shown = environmentRecord(state)
  const place = { granted: false, ahead: 1, living: 1, most: 1 }
  const detail = { ...shown.detail, preview: true, place }
  await change(db, { environment: { ...shown, name: 'pr-1' as never, state: 'absent', seq: 1, detail } })
  const told: string[] = []
  const gateway = {
    wake: async (_: unknown, name: string) => void told.push(name),
    findEnvironmentState: async () => ({ ...state, seq: 1 }),
  } as unknown as BotParts['resources']['gateway']
  const configuration = aConfiguration({ apps: [app] })
  const configureEnvironments = environmentConfigurer({ db, gateway, log: { warn: () => undefined } })
  const reconcile = reconciling({
    resources: { database: { db }, gateway } as unknown as BotParts['resources'],
    ...{ configuration: () => configuration, configureEnvironments, log: silent as BotParts['log'] },
  })

  await configureEnvironments(configuration)
  await reconcile()

  expect(told).toEqual(['pr-1'])
})
