import { afterAll, beforeAll, expect, test } from 'vitest'
import { watchEnvironments } from '../../../bot/publisher/changed-environments.js'
import { createEnvironmentMessages } from '../../../bot/publisher/environment-messages.js'
import { createLeadership } from '../../../bot/publisher/leadership.js'
import { findMessage, staleMessages } from '../../../db/slack-messages.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import { type ReadyDatabase, readyDatabase } from '../../support/open-database.js'
import {
  aDeployment,
  anEnvironment,
  change,
  channel,
  deploymentId,
  shop,
} from '../../support/pipeline-rows.js'

let database: ReadyDatabase
beforeAll(async () => {
  database = await readyDatabase()
})
afterAll(() => database.close())

test('one leads; the other takes over when it stops, or when it believes its own lease to be over', async () => {
  let now = 1_000_000
  const one = createLeadership({ db: database.db, holder: 'one', leaseMs: 10_000, now: () => now })
  const other = createLeadership({ db: database.db, holder: 'other', leaseMs: 1_000 })
  await one.start()
  await other.start()
  expect([one.isLeader(), other.isLeader()]).toEqual([true, false])
  now += 10_000
  expect(one.isLeader()).toBe(false)
  await one.stop()
  await expect.poll(() => other.isLeader()).toBe(true)
  await other.stop()
  expect(other.isLeader()).toBe(false)
})

test('pushes have one rolling message per environment, which is rendered again when they move', async () => {
  const app = { name: shop, channel } as AppDefinition
  const messages = createEnvironmentMessages(database.db)
  const watch = watchEnvironments(database.db, () => [app], [messages.look])
  await change(database.db, {
    environment: anEnvironment('integration', { mode: 'continuous' }),
  })
  await watch()
  expect(await findMessage(database.db, 'env/shop/integration')).toBeNull()

  await change(database.db, {
    environment: anEnvironment('integration', { mode: 'continuous', seq: 2 }),
    newDeployments: [aDeployment(deploymentId(1), 'integration', { kind: 'push' })],
  })
  await watch()
  await watch()
  const planned = await findMessage(database.db, 'env/shop/integration')
  expect(planned).toMatchObject({ channel, stale: 1, shown: 0 })
  const [stale] = await staleMessages(database.db, 10)
  if (stale === undefined) throw new Error('nothing is stale')
  const drawn = await messages.renderer.render(stale)
  expect(drawn?.blocks[0]?.block_id).toMatch(/^rel:shop:env-integration:[0-9a-f]{12}$/)

  await change(database.db, {
    environment: anEnvironment('integration', { mode: 'continuous', seq: 3 }),
    newDeployments: [aDeployment(deploymentId(2), 'integration', { kind: 'push' })],
  })
  await watch()
  expect(await findMessage(database.db, 'env/shop/integration')).toMatchObject({ stale: 2 })
})
