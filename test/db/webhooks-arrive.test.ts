import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { webhooksArrive } from '../../db/queries/webhooks-arrive.js'
import { receive } from '../../db/receive.js'
import type { AppName } from '../../domain/identifiers.js'
import { recordPush } from '../../http/webhooks/record-push.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'
import { commitOf } from '../support/pipeline-rows.js'

let database: ReadyDatabase
beforeAll(async () => {
  database = await readyDatabase()
})
afterAll(() => database.close())

test('[P.6] an app is heard of after a webhook within a day, until a look finds a push that none told of', async () => {
  const { db } = database
  const inbox = {
    receive: (order: Parameters<typeof receive>[1]) => receive(db, order),
    onStored: () => undefined,
  }
  const pushed = async (app: string, via: 'webhook' | 'poll', commit: string): Promise<void> => {
    const push = { app: app as AppName, branch: 'main', commit: commitOf(commit), deleted: false, via }
    await recordPush(inbox, `${via}/${app}/${commit}`, push)
  }
  const hasWebhooks = (app: string): Promise<boolean> => webhooksArrive(db, app as AppName)

  await pushed('quiet', 'webhook', 'one')
  await sql`update inbox set created_at = now() - interval '25 hours'`.execute(db)
  await pushed('found', 'poll', 'one')
  expect(await Promise.all(['quiet', 'found', 'never'].map(hasWebhooks))).toEqual([false, false, false])

  // A push that a poll finds after its webhook, or before it, was announced anyway.
  await pushed('told', 'webhook', 'one')
  await pushed('told', 'poll', 'one')
  await pushed('told', 'poll', 'two')
  expect(await hasWebhooks('told')).toBe(false)
  await pushed('told', 'webhook', 'two')
  expect(await hasWebhooks('told')).toBe(true)

  await pushed('told', 'poll', 'three')
  expect(await hasWebhooks('told')).toBe(false)
  await pushed('told', 'webhook', 'four')
  expect(await hasWebhooks('told')).toBe(true)
})
