import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createReconciler, type ReconcilerOptions } from '../../../../bot/publisher/jobs/reconcile.js'
import { createRelease } from '../../../../db/repositories/create-release.js'
import type { AppDefinition } from '../../../../domain/pipeline.js'
import type { TrainState } from '../../../../domain/train/state.js'
import { Unanswered } from '../../../../domain/workflow-errors.js'
import { countStatements } from '../../../support/counted-statements.js'
import { type ReadyDatabase, readyDatabase } from '../../../support/open-database.js'
import {
  aCut,
  anEnvironment,
  change,
  channel,
  releaseId,
  saveShop,
  shop,
} from '../../../support/pipeline-rows.js'
import { aRelease, stateOf } from '../../../support/release-views.js'
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

test('an environment whose workflow does not answer holds up no other', async () => {
  for (const name of ['integration', 'staging', 'production'])
    await change(database.db, { environment: anEnvironment(name) })
  const woken: string[] = []
  const configured: string[] = []
  const reconcile = createReconciler({
    db: database.db,
    apps: () => [{ name: shop, channel, train: weekly, configHash: 'h' } as AppDefinition],
    releaseState: async () => null,
    trains: async () => [{ app: shop, isConfigured: true, configHash: 'h', isTold: true }],
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

test('[D.2] of what was released within a day, a release whose workflow is gone and had something to do goes on', async () => {
  const { db } = database
  for (const name of ['1', '2', '3', '4']) await createRelease(db, aCut(releaseId(name), { app: shop }))
  await sql`update releases set state = 'released', released_at = now()
    - case when id = ${releaseId('3')} then interval '2 days' else interval '1 hour' end`.execute(db)
  const restored: string[] = []
  const lost: object[] = []
  await createReconciler({
    db,
    apps: () => [{ name: shop, channel } as AppDefinition],
    releaseState: async (_, id) =>
      id === releaseId('4')
        ? null
        : stateOf(aRelease({ state: id === releaseId('2') ? 'abandoned' : 'released' })),
    trains: async () => [],
    log: { ...silent, error: (fields) => void lost.push(fields) },
    pauseMs: 0,
    gateway: {
      ...{ findEnvironmentState: notHere, wake: notHere, refresh: notHere, restart: notHere },
      ...{ report: notHere, findTrain: notHere, configureTrain: notHere },
      readRelease: async () => null,
      restoreRelease: async (_, id) => void restored.push(id),
    },
  })()

  expect(restored).toEqual([releaseId('1')])
  // Without a record it could not resume: its workflow would fail at once, every minute again.
  expect(lost).toContainEqual({ app: shop, releaseId: releaseId('4') })
})

test.each([
  ['is gone: it goes on', true, null, ['shop new']],
  [
    'goes by an older file: it is told of the newer one',
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
    releaseState: async () => null,
    trains: async () => [{ app: shop, isConfigured, configHash: 'new', isTold: true }],
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

test('[P.6] a turn looks at so many at most, and the next goes on behind them', async () => {
  const names = [...Array(5).keys()].map((index) => `pr-${index}`)
  for (const name of names) await change(database.db, { environment: anEnvironment(name) })
  const looked: string[] = []
  const { db, of } = countStatements(database.db)
  const options: Omit<ReconcilerOptions, 'most'> = {
    db,
    apps: () => [{ name: shop, channel } as AppDefinition],
    releaseState: async () => null,
    trains: async () => [],
    log: silent,
    pauseMs: 0,
    gateway: {
      findEnvironmentState: async (_, name) => {
        looked.push(name)
        throw new Unanswered('It does not answer')
      },
      ...{ wake: notHere, refresh: notHere, restart: notHere, readRelease: notHere, restoreRelease: notHere },
      ...{ report: notHere, findTrain: notHere, configureTrain: notHere },
    },
  }
  const reconcile = createReconciler({ ...options, most: 3 })

  const turns: number[] = []
  for (let turn = 0; turn < 3; turn += 1) {
    await reconcile()
    turns.push(looked.length)
  }
  expect(turns).toEqual([3, 6, 8])
  expect(new Set(looked).size).toBe(8)
  // Behind the environments come the releases of the tests above.
  while (looked.length === 8) await reconcile()
  expect(looked.slice(8)).toEqual(looked.slice(0, 3))
  // The cost of reading an app's environments does not grow with their number.
  const costs = (most: number) => of(createReconciler({ ...options, most }))
  expect(await costs(8)).toBe(await costs(1))
})
