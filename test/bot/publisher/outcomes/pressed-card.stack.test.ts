import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { cardRenderer } from '../../../../bot/publisher/card-renderer.js'
import { createPressedCards } from '../../../../bot/publisher/outcomes/pressed-card.js'
import { createSlackClient } from '../../../../bot/slack/web-client.js'
import { createRelease } from '../../../../db/repositories/create-release.js'
import { detachMessage, findMessage, posted, shown } from '../../../../db/slack-messages.js'
import type { ReleaseId } from '../../../../domain/identifiers.js'
import { type ReadyDatabase, readyDatabase } from '../../../support/open-database.js'
import { aCut, channel, releaseId, retitleRelease } from '../../../support/pipeline-rows.js'
import { type SlackFake, startSlackFake } from '../../../support/slack-fake.js'

let database: ReadyDatabase
let slack: SlackFake
let number = 0

beforeAll(async () => {
  database = await readyDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  slack = await startSlackFake()
})
afterEach(() => slack.close())

const renderer = () =>
  cardRenderer(database.db, {
    command: '/release',
    links: { deploymentLog: () => null, buildLog: () => null, workflow: () => null },
    definitionOf: () => null,
    people: () => [],
  })
const pressed = () =>
  createPressedCards({
    db: database.db,
    client: createSlackClient({ token: 'xoxb-test', apiUrl: slack.apiUrl, redact: String }),
    renderer: renderer(),
  })
const url = () => slack.apiUrl.replace('/api/', '/respond/1')
const press = (ts: string) => ({ reply: { responseUrl: url(), channel, thread: null, pressed: ts } })

/** A card that Slack shows as it is. */
async function aCard(): Promise<{ readonly id: ReleaseId; readonly key: string; readonly ts: string }> {
  number += 1
  const id = releaseId(`PRESSED${number}`)
  await createRelease(database.db, aCut(id, { title: 'Summer sale' }))
  const key = `card/${id}`
  const ts = `17.${number}`
  const state = await findMessage(database.db, key)
  const hash = (state && (await renderer().render(state))?.hash) ?? ''
  await posted(database.db, key, ts, { stale: state?.stale ?? 0, hash })
  return { id, key, ts }
}

const retitle = (id: ReleaseId, title: string) => retitleRelease(database.db, id, title)

const isStale = async (key: string): Promise<boolean> => {
  const state = await findMessage(database.db, key)
  return state !== null && state.stale > state.shown
}

test('the pressed card is replaced once its record is written, and the publisher has nothing left to do', async () => {
  const { id, key, ts } = await aCard()
  const showing = pressed().show(press(ts))
  await retitle(id, 'Winter sale')
  expect(await showing).toBe(true)
  expect(slack.responses).toHaveLength(1)
  expect(slack.responses[0]?.body).toMatchObject({ replace_original: true })
  expect(JSON.stringify(slack.responses[0]?.body)).toContain('Winter sale')
  expect(await isStale(key)).toBe(false)
  expect((await findMessage(database.db, key))?.hash).toMatch(/^[0-9a-f]{12}$/)
})

test('an answer that is refused or lost leaves the card to the publisher', async () => {
  for (const fault of [{ kind: 'status', status: 404 }, { kind: 'lost-answer' }] as const) {
    const { id, key, ts } = await aCard()
    slack.failNext('response_url', fault)
    await retitle(id, 'Winter sale')
    expect(await pressed().show(press(ts))).toBe(true)
    expect(await isStale(key)).toBe(true)
    expect((await findMessage(database.db, key))?.hash).toBeNull()
  }
})

test('a card that the publisher rendered meanwhile is rendered again, since nobody knows which came last', async () => {
  const { id, key, ts } = await aCard()
  const before = await findMessage(database.db, key)
  await retitle(id, 'Winter sale')
  await pressed().show(press(ts))
  await shown(database.db, key, { stale: before?.stale ?? 0, hash: 'the board' }, before?.hash ?? null)
  expect(await isStale(key)).toBe(true)
})

test('when nothing changes nothing is said, and the publisher may continue at once', async () => {
  const { key, ts } = await aCard()
  expect(await pressed().show(press(ts))).toBe(true)
  expect(slack.responses).toEqual([])
  expect((await findMessage(database.db, key))?.hash).toMatch(/^[0-9a-f]{12}$/)
})

test('on a card that Slack refused for good nothing appears, so it counts as none', async () => {
  const { id, key, ts } = await aCard()
  await detachMessage(database.db, key, 'is_archived')
  await retitle(id, 'Winter sale')
  expect(await pressed().show(press(ts))).toBe(false)
  expect(slack.responses).toEqual([])
})

test('a press elsewhere, and what was typed, is none of a card', async () => {
  await aCard()
  expect(await pressed().show(press('99.9'))).toBe(false)
  expect(await pressed().show({ reply: { responseUrl: url(), channel, thread: null } })).toBe(false)
  expect(slack.responses).toEqual([])
})
