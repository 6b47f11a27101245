import { afterAll, beforeAll, expect, test } from 'vitest'
import { createReconciler } from '../../../../bot/publisher/jobs/reconcile.js'
import type { AppDefinition } from '../../../../domain/pipeline.js'
import type { TrainState } from '../../../../domain/train/state.js'
import { Unanswered } from '../../../../domain/workflow-errors.js'
import { type ReadyDatabase, readyDatabase } from '../../../support/open-database.js'
import { anEnvironment, change, channel, saveShop, shop } from '../../../support/pipeline-rows.js'
import { weekly } from '../../../support/train.js'
import { silent } from '../../fake-bot.js'

let database: ReadyDatabase
beforeAll(async () => {
  database = await readyDatabase()
  await saveShop(database.db)
})
afterAll(() => database.close())

const notHere = async (): Promise<never> => {
  throw new Error('nothing to repair')
}

test('an environment whose workflow does not answer hinders no other', async () => {
  for (const name of ['integration', 'staging', 'production'])
    await change(database.db, { environment: anEnvironment(name) })
  const woken: string[] = []
  const configured: string[] = []
  const reconcile = createReconciler({
    db: database.db,
    apps: () => [{ name: shop, channel, train: weekly, configHash: 'h' } as AppDefinition],
    trains: async () => [{ app: shop, isConfigured: true, configHash: 'h' }],
    log: silent,
    pauseMs: 0,
    gateway: {
      findEnvironmentState: async (_, name) => {
        if (name === 'integration') throw new Unanswered('It does not answer')
        return null
      },
      wake: async (_, name) => void woken.push(name),
      refresh: notHere,
      restart: notHere,
      readRelease: notHere,
      restoreRelease: notHere,
      report: notHere,
      findTrain: async () => null,
      configureTrain: async (app, hash) => void configured.push(`${app} ${hash}`),
    },
  })

  await reconcile()

  expect(woken.toSorted()).toEqual(['production', 'staging'])
  // A train whose workflow is gone goes on.
  expect(configured).toEqual(['shop h'])
})

test.each([
  ['is gone: it goes on', true, null, ['shop new']],
  [
    'goes by an older file: it hears of the newer one',
    true,
    { train: weekly, configHash: 'old' },
    ['shop new'],
  ],
  ['goes by the file of now', true, { train: weekly, configHash: 'new' }, []],
  ['was taken out of the file: it ends', false, { train: weekly, configHash: 'old' }, ['shop new']],
  ['was taken out and ended', false, { train: null, configHash: 'old' }, []],
  ['ended before it was looked at', false, null, []],
])('a train that %s', async (_, isConfigured, running, wanted) => {
  const configured: string[] = []
  const [findTrain, nothing] = [async () => running as TrainState | null, async () => null]
  await createReconciler({
    db: database.db,
    apps: () => [],
    trains: async () => [{ app: shop, isConfigured, configHash: 'new' }],
    log: silent,
    pauseMs: 0,
    gateway: {
      ...{ findTrain, findEnvironmentState: nothing, wake: async () => undefined, refresh: notHere },
      ...{ restart: notHere, readRelease: notHere, restoreRelease: notHere, report: notHere },
      configureTrain: async (app, hash) => void configured.push(`${app} ${hash}`),
    },
  })()

  expect(configured).toEqual(wanted)
})
