import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createCardLinks } from '../../../../bot/publisher/outcomes/card-permalinks.js'
import {
  createOutcomeNotifier,
  type OutcomeNotifier,
} from '../../../../bot/publisher/outcomes/outcome-notifier.js'
import { createSlackClient } from '../../../../bot/slack/web-client.js'
import { claim, finish } from '../../../../db/inbox.js'
import { receive } from '../../../../db/receive.js'
import type { ChannelId } from '../../../../domain/identifiers.js'
import type { ReplyAddress } from '../../../../domain/intent.js'
import { done, type Outcome, refuse } from '../../../../domain/refusal.js'
import { type ReadyDatabase, readyDatabase } from '../../../support/open-database.js'
import { anOrder } from '../../../support/orders.js'
import { type SlackFake, startSlackFake } from '../../../support/slack-fake.js'

const channel = 'C01SHOP' as ChannelId
const muted: Outcome = done({ code: 'muted', level: 'mine' })
const nowhere: ReplyAddress = { responseUrl: null, channel: null, thread: null }

let database: ReadyDatabase
let slack: SlackFake
let notifier: OutcomeNotifier
let sweeps = true
let number = 0

beforeAll(async () => {
  database = await readyDatabase()
})
afterAll(() => database.close())

beforeEach(async () => {
  slack = await startSlackFake()
  sweeps = true
  const client = createSlackClient({ token: 'xoxb-test', apiUrl: slack.apiUrl, redact: String })
  const links = createCardLinks(database.db, client)
  notifier = createOutcomeNotifier({
    db: database.db,
    client,
    links,
    pressed: { show: async () => false },
    command: '/release',
    maySweep: () => sweeps,
    graceMs: 0,
  })
})
afterEach(async () => {
  await notifier.stop()
  await slack.close()
})

const url = () => slack.apiUrl.replace('/api/', '/respond/1')

/** An order that ended, as the inbox worker leaves it. */
async function ended(reply: Partial<ReplyAddress>, outcome: Outcome = muted) {
  number += 1
  const key = `order/${number}`
  await receive(database.db, anOrder(key, { reply: { ...nowhere, ...reply } }))
  const [order] = await claim(database.db, { holder: 'test', limit: 1, leaseMs: 30_000 })
  if (order === undefined) throw new Error('nothing to claim')
  await finish(database.db, key, outcome, 'test')
  return order
}

const stillUntold = () => database.db.selectFrom('inbox').select('key').where('told_at', 'is', null).execute()
/** The pause after a failure is over. */
const later = () => database.db.updateTable('inbox').set({ tell_at: null }).execute()

test('by response_url while Slack allows it, to that person alone', async () => {
  const order = await ended({ responseUrl: url(), channel })
  await notifier.tell(order, muted)
  expect(slack.responses).toMatchObject([{ body: { response_type: 'ephemeral', replace_original: false } }])
  expect(slack.ephemerals).toEqual([])
  expect(await stillUntold()).toEqual([])
})

test('a response_url that Slack no longer takes, or that is too old, is left for an ephemeral', async () => {
  slack.failNext('response_url', { kind: 'status', status: 404 })
  const order = await ended({ responseUrl: url(), channel })
  await notifier.tell(order, muted)
  expect(slack.ephemerals).toMatchObject([{ channel, user: 'U01ALICE' }])
  const old = await ended({ responseUrl: url(), channel })
  await notifier.tell({ ...old, createdAt: new Date(Date.now() - 30 * 60_000).toISOString() }, muted)
  expect(slack.responses).toEqual([])
  expect(slack.ephemerals).toHaveLength(2)
})

test('outside the channel the answer comes as a direct message', async () => {
  slack.failNext('chat.postEphemeral', { kind: 'error', error: 'user_not_in_channel' })
  const order = await ended({ channel }, refuse({ code: 'title-missing' }))
  await notifier.tell(order, refuse({ code: 'title-missing' }))
  expect(slack.messages).toMatchObject([{ channel: 'DU01ALICE' }])
  expect(slack.messages[0]?.text).toContain('A release needs a title')
  expect(JSON.stringify(slack.messages[0]?.blocks)).toMatch(/err `e_[0-9a-f]{8}`/)
})

test('what could not be told is told again after a pause, once', async () => {
  slack.failAll('response_url', { kind: 'status', status: 503 })
  const order = await ended({ responseUrl: url(), channel })
  await notifier.tell(order, muted)
  expect(await stillUntold()).toHaveLength(1)
  slack.failAll('response_url', null)
  await notifier.sweep()
  expect(slack.responses).toEqual([])
  await later()
  await notifier.sweep()
  await notifier.sweep()
  expect(slack.responses).toHaveLength(1)
  expect(await stillUntold()).toEqual([])
})

test('those who cannot be told now hold up nobody else', async () => {
  slack.failAll('response_url', { kind: 'status', status: 503 })
  for (let count = 0; count < 21; count++) await ended({ responseUrl: url(), channel })
  await notifier.sweep()
  slack.failAll('response_url', null)
  const last = await ended({ responseUrl: url(), channel })
  await notifier.sweep()
  expect((await stillUntold()).map(({ key }) => key)).not.toContain(last.key)
  await later()
  await notifier.sweep()
  await notifier.sweep()
  expect(await stillUntold()).toEqual([])
})

test('[R.2] what was told, while the database could not record it, is not told again', async () => {
  const order = await ended({ responseUrl: url(), channel })
  sweeps = false
  await sql`create function refuse() returns trigger language plpgsql as $$ begin raise 'down'; end $$`.execute(
    database.db,
  )
  await sql`create trigger refuse before update of told_at on inbox execute function refuse()`.execute(
    database.db,
  )
  await notifier.tell(order, muted)
  await notifier.sweep()
  expect(await stillUntold()).toHaveLength(1)
  await sql`drop function refuse cascade`.execute(database.db)
  await later()
  await notifier.sweep()
  sweeps = true
  await notifier.sweep()
  expect(slack.responses).toHaveLength(1)
  expect(await stillUntold()).toEqual([])
})

test('a process that may not sweep leaves it', async () => {
  await ended({ responseUrl: url() })
  sweeps = false
  await notifier.sweep()
  expect(slack.calls).toEqual([])
  sweeps = true
  await notifier.sweep()
  expect(slack.responses).toHaveLength(1)
})

test('nobody who can be reached: given up, so that others are told', async () => {
  slack.failAll('conversations.open', { kind: 'error', error: 'user_not_found' })
  const order = await ended({})
  await notifier.tell(order, muted)
  expect(await stillUntold()).toEqual([])
})
