import { afterAll, beforeAll, expect, test } from 'vitest'
import { pushOfThread } from '../../db/queries/push-of-thread.js'
import { planMessage, posted } from '../../db/slack-messages.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'
import { aDeployment, change, channel, commitOf, deploymentId } from '../support/pipeline-rows.js'

let database: ReadyDatabase

beforeAll(async () => {
  database = await readyDatabase()
})
afterAll(() => database.close())

async function shown(key: string, ts: string): Promise<void> {
  await planMessage(database.db, { key, channel })
  await posted(database.db, key, ts, { stale: 1, hash: 'drawn' })
}

test('the rolling message of an environment stands for the newest push there', async () => {
  await shown('env/shop/integration', '1.1')
  expect(await pushOfThread(database.db, channel, '1.1')).toBeNull()
  for (const [number, seed] of [
    [1, 'a'],
    [2, 'b'],
  ] as const)
    await change(database.db, {
      newDeployments: [
        aDeployment(deploymentId(number), 'integration', {
          kind: 'push',
          releaseId: null,
          candidate: null,
          commit: commitOf(seed),
        }),
      ],
    })

  expect(await pushOfThread(database.db, channel, '1.1')).toEqual({ app: 'shop', commit: commitOf('b') })
})

test('a message about something else, or of nobody, stands for no push', async () => {
  await shown('digest/C01SHOP/2026-11-21', '2.2')

  expect(await pushOfThread(database.db, channel, '2.2')).toBeNull()
  expect(await pushOfThread(database.db, channel, '9.9')).toBeNull()
})
