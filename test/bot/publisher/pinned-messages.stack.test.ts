import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createDeletedCardSearch } from '../../../bot/publisher/jobs/find-deleted-cards.js'
import { createPinnedMessages } from '../../../bot/publisher/pinned-messages.js'
import { createPublisher } from '../../../bot/publisher/publisher.js'
import { createSlackClient, type SlackClient } from '../../../bot/slack/web-client.js'
import { findMessage } from '../../../db/slack-messages.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import { type ReadyDatabase, readyDatabase } from '../../support/open-database.js'
import { anEnvironment, change, channel, shop } from '../../support/pipeline-rows.js'
import { type SlackFake, startSlackFake } from '../../support/slack-fake.js'
import { until } from '../../support/until.js'

const KEY = `pin/${channel}`
const SECOND = 1_000
const withPin = [{ name: shop, channel, pin: true } as AppDefinition]
const withoutPin = [{ name: shop, channel } as AppDefinition]

let database: ReadyDatabase
let slack: SlackFake
let client: SlackClient
let apps: readonly AppDefinition[] = withPin
let now = 0
let seq = 0
let problems: string[] = []
let publisher: ReturnType<typeof createPublisher>
let pins: ReturnType<typeof createPinnedMessages>

/** A bot that begins to lead: what it knows is what the database and Slack know. */
function lead(): void {
  pins = createPinnedMessages(database.db, {
    client,
    apps: () => apps,
    command: () => '/release',
    onProblem: (_, error) => problems.push(error),
    now: () => now,
  })
  publisher = createPublisher({
    ...{ db: database.db, client, leader: { isLeader: () => true }, renderers: [pins.renderer] },
    deploymentLog: () => null,
    tickMs: 20,
  })
  publisher.start()
}

async function locked(reason: string | null): Promise<void> {
  seq += 1
  const lock =
    reason === null
      ? null
      : { owner: 'U01BOB' as never, reason, since: '2026-11-21T09:00:00.000Z', until: null }
  await change(database.db, { environment: anEnvironment('staging', { seq, lock }) })
}

const shown = () => slack.messages.map(({ blocks }) => JSON.stringify(blocks))
const upToDate = () =>
  until('the message is drawn', async () => {
    const message = await findMessage(database.db, KEY)
    return message !== null && message.ts !== null && message.stale === message.shown
  })

beforeAll(async () => {
  database = await readyDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  slack = await startSlackFake()
  client = createSlackClient({ token: 'xoxb-test', apiUrl: slack.apiUrl, redact: String })
  apps = withPin
  now = 0
  problems = []
  await database.db.deleteFrom('slack_messages').execute()
  await locked(null)
  lead()
})
afterEach(async () => {
  await publisher.stop()
  await slack.close()
})

test('it is posted and pinned once, and stays so when another bot leads', async () => {
  await pins.watch()
  await upToDate()
  await pins.watch()
  await pins.watch()
  expect(slack.messages).toHaveLength(1)
  expect(slack.pinned).toEqual([slack.messages[0]?.ts])

  await publisher.stop()
  lead()
  now += 31 * SECOND
  await pins.watch()
  await pins.watch()
  await upToDate()
  expect(slack.messages).toHaveLength(1)
  expect(slack.messages[0]?.updates).toBe(0)
  expect(slack.countOf('chat.postMessage')).toBe(1)
})

test('it follows what changes, at most every 30 seconds, also right after another bot led', async () => {
  await pins.watch()
  await upToDate()
  await locked('demo')
  now += 29 * SECOND
  await pins.watch()
  await upToDate()
  expect(shown()[0]).not.toContain('locked')

  now += SECOND
  await pins.watch()
  await upToDate()
  expect(shown()[0]).toContain('🔒 locked')

  await locked(null)
  await publisher.stop()
  lead()
  now += 29 * SECOND
  await pins.watch()
  await upToDate()
  expect(shown()[0]).toContain('🔒 locked')
  now += SECOND
  await pins.watch()
  await upToDate()
  expect(shown()[0]).not.toContain('locked')
})

test('one that somebody deleted is found, posted again and pinned', async () => {
  await pins.watch()
  await upToDate()
  await pins.watch()
  slack.delete(slack.messages[0]?.ts ?? '')

  await createDeletedCardSearch(database.db, client)()
  await until('it is there again', async () => slack.messages.length === 1)
  await upToDate()
  await pins.watch()
  expect(slack.pinned).toHaveLength(2)
  expect(slack.pinned[1]).toBe(slack.messages[0]?.ts)
})

test('where a pin is refused the message is there anyway, and the pin is tried again after a minute', async () => {
  slack.failNext('pins.add', { kind: 'error', error: 'not_pinnable' })
  await pins.watch()
  await upToDate()
  await pins.watch()
  await pins.watch()
  expect(slack.messages).toHaveLength(1)
  expect(slack.countOf('pins.add')).toBe(1)
  expect(problems).toEqual(['not_pinnable'])

  now += 60 * SECOND
  await pins.watch()
  expect(slack.pinned).toHaveLength(1)
})

test('where it is not wanted any more it is taken away, and comes back when it is wanted again', async () => {
  await pins.watch()
  await upToDate()
  await pins.watch()
  apps = withoutPin
  await pins.watch()
  expect(slack.messages).toEqual([])
  expect(await findMessage(database.db, KEY)).toBeNull()

  apps = withPin
  await pins.watch()
  await upToDate()
  expect(slack.messages).toHaveLength(1)
})

test('a channel without `pin` has none', async () => {
  apps = withoutPin
  await pins.watch()
  expect(await findMessage(database.db, KEY)).toBeNull()
})
