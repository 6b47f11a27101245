import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createSlowOrders, type SlowOrders } from '../../../../bot/publisher/outcomes/slow-orders.js'
import { createPublisher } from '../../../../bot/publisher/publisher.js'
import { createSlackClient } from '../../../../bot/slack/web-client.js'
import { claim, finish, postpone } from '../../../../db/inbox.js'
import { receive } from '../../../../db/receive.js'
import type { ChannelId } from '../../../../domain/identifiers.js'
import { done } from '../../../../domain/refusal.js'
import { testDatabases } from '../../../support/databases.js'
import { type ReadyDatabase, readyDatabase } from '../../../support/open-database.js'
import { anOrder } from '../../../support/orders.js'
import { channel, shop } from '../../../support/pipeline-rows.js'
import { type SlackFake, startSlackFake } from '../../../support/slack-fake.js'
import { until } from '../../../support/until.js'

const here = 'C01HERE' as ChannelId
const MINUTE = 60_000
let database: ReadyDatabase
let slack: SlackFake
let slow: SlowOrders
let board: ReturnType<typeof createPublisher>

beforeAll(async () => {
  const [kind] = testDatabases()
  if (kind === undefined) throw new Error('no database to test on')
  database = await readyDatabase(kind)
})
afterAll(() => database.close())

beforeEach(async () => {
  slack = await startSlackFake()
  const client = createSlackClient({ token: 'xoxb-test', apiUrl: slack.apiUrl, blank: String })
  const apps = () => [{ name: shop, channel } as never]
  slow = createSlowOrders({ db: database.db, client, apps, command: '/release' })
  board = createPublisher({
    db: database.db,
    client,
    leader: { isLeader: () => true },
    renderers: [slow.renderer],
    deploymentLog: () => null,
    tickMs: 40,
  })
  board.start()
})
afterEach(async () => {
  await board.stop()
  await slack.close()
  await database.db.deleteFrom('inbox').execute()
})

const HOLDER = { holder: 'test', limit: 9, leaseMs: 30_000 }

/** An order about the shop that was tried once, and has no answer for so long. */
async function unanswered(key: string, minutes: number, workflowKey = `app/${shop}`): Promise<void> {
  const reply = { responseUrl: null, channel: here, thread: null }
  await receive(database.db, anOrder(key, { workflowKey, reply }))
  await claim(database.db, HOLDER)
  await postpone(database.db, { key, holder: 'test' }, 0, 'Temporal does not answer')
  await later(key, minutes)
}

async function later(key: string, minutes: number): Promise<void> {
  const created_at = new Date(Date.now() - minutes * MINUTE)
  await database.db
    .updateTable('inbox')
    .set({ created_at } as never)
    .where('key', '=', key)
    .execute()
}

const said = (): string => JSON.stringify(slack.messages.map(({ blocks, text }) => [blocks, text]))

test('its giver is told once, after a minute, why there is none and that it stands', async () => {
  await unanswered('slow/1', 0.9)
  await slow.look()
  expect(slack.ephemerals).toEqual([])

  await later('slow/1', 1.1)
  await slow.look()
  await slow.look()

  expect(slack.ephemerals).toMatchObject([{ channel: here, user: 'U01ALICE' }])
  expect(slack.ephemerals[0]?.text).toMatch(
    /no answer yet.*Temporal does not answer.*nothing has to be ordered/,
  )
})

test('one that waits behind it is told that it does', async () => {
  await unanswered('slow/2', 2)
  await receive(
    database.db,
    anOrder('slow/3', {
      workflowKey: `app/${shop}`,
      reply: { responseUrl: null, channel: here, thread: null },
    }),
  )
  await later('slow/3', 2)
  await slow.look()

  expect(slack.ephemerals).toHaveLength(2)
  expect(JSON.stringify(slack.ephemerals[1])).toContain('It waits for an earlier order')
})

test('a giver who cannot be told keeps nobody else from hearing', async () => {
  await unanswered('slow/4', 2, `app/${shop}/a`)
  slack.failAll('chat.postEphemeral', { kind: 'status', status: 503 })
  await slow.look()
  slack.failAll('chat.postEphemeral', null)
  await unanswered('slow/5', 2, `app/${shop}/b`)
  await slow.look()

  expect(slack.ephemerals).toHaveLength(1)
})

test('after ten minutes the channel hears of it once, and then that it was answered', async () => {
  await unanswered('slow/6', 9)
  await slow.look()
  await later('slow/6', 11)
  await slow.look()
  await slow.look()
  await until('the message', async () => slack.messages.length > 0)

  expect(slack.messages).toMatchObject([{ channel }])
  expect(said()).toMatch(/No answer yet.*<@U01ALICE>.*\/release mute.*Temporal does not answer/s)

  await claim(database.db, HOLDER)
  expect(await finish(database.db, 'slow/6', done({ code: 'muted', level: 'all' }), 'test')).toBe(true)
  await until('the answer', async () => said().includes('Answered'))
  expect(slack.messages).toHaveLength(1)
})
