import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createSlowOrders, type SlowOrders } from '../../../../bot/publisher/outcomes/slow-orders.js'
import { createPublisher } from '../../../../bot/publisher/publisher.js'
import { createSlackClient } from '../../../../bot/slack/web-client.js'
import { claim, finish, postpone, unsentOutcomes } from '../../../../db/inbox.js'
import { tryAgain } from '../../../../db/parked-orders.js'
import { type NewOrder, receive } from '../../../../db/receive.js'
import { recordSent } from '../../../../db/sent-orders.js'
import { countUnanswered, readOrder, slowOrders } from '../../../../db/slow-orders.js'
import { type ChannelId, type EnvironmentName, SLIPWAY, type UserId } from '../../../../domain/identifiers.js'
import { done } from '../../../../domain/refusal.js'
import { type ReadyDatabase, readyDatabase } from '../../../support/open-database.js'
import { anOrder } from '../../../support/orders.js'
import { channel, shop } from '../../../support/pipeline-rows.js'
import { type SlackFake, startSlackFake } from '../../../support/slack-fake.js'
import { until } from '../../../support/until.js'

const here = 'C01HERE' as ChannelId
const alice = 'U01ALICE' as UserId
const MINUTE = 60_000
let database: ReadyDatabase
let slack: SlackFake
let slow: SlowOrders
let publisher: ReturnType<typeof createPublisher>

beforeAll(async () => {
  database = await readyDatabase()
})
afterAll(() => database.close())

beforeEach(async () => {
  slack = await startSlackFake()
  const client = createSlackClient({ token: 'xoxb-test', apiUrl: slack.apiUrl, redact: String })
  const apps = () => [{ name: shop, channel } as never]
  slow = createSlowOrders({ db: database.db, client, apps, command: '/release' })
  publisher = createPublisher({
    db: database.db,
    client,
    leader: { isLeader: () => true },
    renderers: [slow.renderer],
    deploymentLog: () => null,
    tickMs: 40,
  })
  publisher.start()
})
afterEach(async () => {
  await publisher.stop()
  await slack.close()
  await database.db.deleteFrom('inbox').execute()
  await database.db.deleteFrom('slack_messages').execute()
})

const HOLDER = { holder: 'test', limit: 9, leaseMs: 30_000 }

/** An order about the shop that was tried once, and has no answer for so long. */
async function unanswered(key: string, minutes: number, given: Partial<NewOrder> = {}): Promise<void> {
  const reply = { responseUrl: null, channel: here, thread: null }
  const intent = { kind: 'mute', app: shop, level: 'all' } as const
  await receive(database.db, anOrder(key, { workflowKey: `app/${shop}`, reply, intent, ...given }))
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
  await unanswered('slow/4', 2, { workflowKey: `app/${shop}/a` })
  slack.failAll('chat.postEphemeral', { kind: 'status', status: 503 })
  await slow.look()
  slack.failAll('chat.postEphemeral', null)
  await unanswered('slow/5', 2, { workflowKey: `app/${shop}/b` })
  await slow.look()

  expect(slack.ephemerals).toHaveLength(1)
})

test('after ten minutes the channel is told of it once, and then that it was answered', async () => {
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

const stands = async (key: string) => (await readOrder(database.db, key)) ?? Promise.reject(new Error(key))

describe('after an hour', () => {
  const lock = { kind: 'pause', app: shop, environment: 'staging', reason: null } as const
  const about = { workflowKey: `environment/${shop}/staging`, intent: lock }

  test('it is parked and told once with a way to try it again, the channel sees it, and it holds nobody', async () => {
    await unanswered('park/1', 61, about)
    await receive(database.db, anOrder('park/2', about))
    expect(await claimed()).toEqual(['park/1'])
    await postpone(database.db, { key: 'park/1', holder: 'test' }, 0, 'Temporal does not answer')

    await slow.look()
    await slow.look()
    await until('the message', async () => said().includes('Parked'))

    expect(slack.ephemerals).toHaveLength(1)
    expect(slack.ephemerals[0]?.text).toMatch(/is parked.*Temporal does not answer.*tried again/s)
    const buttons = await database.db.selectFrom('buttons').select('target').execute()
    expect(buttons).toEqual([{ target: { verb: 'try-again', app: shop, argument: 'park/1' } }])
    expect(await claimed()).toEqual(['park/2'])
    expect(await countUnanswered(database.db)).toEqual({ new: 1, slow: 0, parked: 1 })
    expect((await slowOrders(database.db, { app: shop, olderThanMs: MINUTE })).map(({ key }) => key)).toEqual(
      ['park/1'],
    )
  })

  test('the same words are a new order then', async () => {
    const words = { ...about, joinKey: 'the same words' }
    await unanswered('park/3', 61, words)
    expect(await receive(database.db, anOrder('park/4', words))).toBe('joined')
    await slow.look()
    expect(await receive(database.db, anOrder('park/5', words))).toBe('stored')
  })

  test('one that waits its turn, one in hand and one that nobody gave are not parked', async () => {
    await receive(database.db, anOrder('park/6', about))
    await later('park/6', 61)
    await slow.look()
    expect((await stands('park/6')).parkedAt).toBeNull()
    expect(await claimed()).toEqual(['park/6'])
    await slow.look()
    expect((await stands('park/6')).parkedAt).toBeNull()

    await unanswered('park/7', 61, { workflowKey: 'push/1', actor: { user: SLIPWAY } })
    await slow.look()
    expect((await stands('park/7')).parkedAt).toBeNull()
  })

  test('tried again, it is carried out in its turn and has another hour', async () => {
    await unanswered('park/8', 61, about)
    await slow.look()
    expect(await claimed()).toEqual([])
    expect(await tryAgain(database.db, 'park/8')).toBe(true)
    expect(await tryAgain(database.db, 'park/8')).toBe(false)
    expect(await claimed()).toEqual(['park/8'])
    await postpone(database.db, { key: 'park/8', holder: 'test' }, 0, 'still away')
    await slow.look()
    expect((await stands('park/8')).parkedAt).toBeNull()
  })

  test('after a day it expires, and is told so; what a workflow did is told instead', async () => {
    for (const key of ['park/9', 'park/10']) await unanswered(key, 61, { ...about, workflowKey: key })
    const order = { ...{ by: alice, reason: '' } }
    await claim(database.db, HOLDER)
    await recordSent(database.db, {
      ...{ workflow: 'environment/shop/staging', verb: 'pause', key: 'park/10', by: alice, order },
    })
    for (const key of ['park/9', 'park/10']) await postpone(database.db, { key, holder: 'test' }, 0, 'away')
    await slow.look()
    await database.db
      .updateTable('inbox')
      .set({ parked_at: new Date(Date.now() - 24 * 60 * MINUTE) })
      .execute()
    const held = done({ code: 'held', environment: 'staging' as EnvironmentName })
    await database.db
      .insertInto('workflow_states')
      .values({
        ...{ id: 'environment/shop/staging', run: 1, seq: 1, version: 1 },
        state: JSON.stringify({ stateVersion: 1, run: 1, seq: 1, recent: [['park/10', held]] }),
      })
      .execute()
    await slow.look()

    const outcomes = await unsentOutcomes(database.db, 0, 9)
    expect(new Map(outcomes.map(({ key, outcome }) => [key, outcome]))).toEqual(
      new Map<string, unknown>([
        ['park/9', { kind: 'refused', refusal: { code: 'order-expired' } }],
        ['park/10', held],
      ]),
    )
  })
})

const claimed = async (): Promise<readonly string[]> =>
  (await claim(database.db, HOLDER)).map(({ key }) => key)
