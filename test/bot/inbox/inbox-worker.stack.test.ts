import { afterAll, beforeAll, expect, test } from 'vitest'
import { startInboxWorker } from '../../../bot/inbox/inbox-worker.js'
import { receive } from '../../../db/receive.js'
import { done } from '../../../domain/refusal.js'
import { type ReadyDatabase, readyDatabase } from '../../support/open-database.js'
import { anOrder } from '../../support/orders.js'

let database: ReadyDatabase
beforeAll(async () => {
  database = await readyDatabase()
})
afterAll(() => database.close())

test('[R.2] an order that is being claimed when a bot stops is carried out before it has stopped', async () => {
  const { db } = database
  await receive(db, anOrder('the last one'))
  await db.updateTable('inbox').set({ opened_by: 'one' }).execute()
  const happened: string[] = []
  const worker = startInboxWorker({
    db,
    handle: async () => done({ code: 'joined' }),
    tell: async () => undefined,
    holder: 'one',
    onTrouble: () => undefined,
    onDone: ({ key }) => void happened.push(key),
  })
  worker.poke()
  await worker.stop()

  expect(happened).toEqual(['the last one'])
})
