import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { cardRenderer } from '../../../bot/publisher/card-renderer.js'
import { createPublisher, type Publisher } from '../../../bot/publisher/publisher.js'
import type { PublisherProblem, Renderer } from '../../../bot/publisher/publisher-options.js'
import { createSlackClient } from '../../../bot/slack/web-client.js'
import { findButton } from '../../../db/buttons.js'
import { createRelease } from '../../../db/repositories/create-release.js'
import { findMessage, markStale } from '../../../db/slack-messages.js'
import type { ReleaseId } from '../../../domain/identifiers.js'
import { type ReadyDatabase, readyDatabase } from '../../support/open-database.js'
import { aCut, alice, at, change, releaseId, retitleRelease, shop } from '../../support/pipeline-rows.js'
import { type SlackFake, startSlackFake } from '../../support/slack-fake.js'
import { eventually } from '../../support/until.js'

let database: ReadyDatabase
let slack: SlackFake
let publisher: Publisher
let problems: PublisherProblem[] = []
let leading = true
let number = 0

beforeAll(async () => {
  database = await readyDatabase()
})
afterAll(() => database.close())

afterEach(async () => {
  await publisher.stop()
  await slack.close()
  await database.db
    .updateTable('slack_messages')
    .set({ detached: 'end of the test', next_at: null })
    .execute()
})

function publisherOf(over: Partial<Parameters<typeof createPublisher>[0]> = {}): Publisher {
  return createPublisher({
    db: database.db,
    client: createSlackClient({ token: 'xoxb-test', apiUrl: slack.apiUrl, redact: String }),
    leader: { isLeader: () => leading },
    renderers: [cards()],
    deploymentLog: () => null,
    onProblem: (problem) => problems.push(problem),
    tickMs: 40,
    ...over,
  })
}

const cards = (): Renderer =>
  cardRenderer(database.db, {
    command: '/release',
    links: { deploymentLog: () => null, buildLog: () => null, workflow: () => null },
    definitionOf: () => null,
    people: () => [],
  })

async function start(over: Partial<Parameters<typeof createPublisher>[0]> = {}): Promise<void> {
  slack = await startSlackFake()
  problems = []
  leading = true
  publisher = publisherOf(over)
  publisher.start()
}

async function cut(title = 'Summer sale'): Promise<ReleaseId> {
  number += 1
  const id = releaseId(number)
  await createRelease(database.db, aCut(id, { title }))
  return id
}

/** A line in the card's thread, or one shown in the channel too, and a card that shows something else. */
async function say(id: ReleaseId, name: string, tell: 'thread' | 'broadcast' = 'thread'): Promise<void> {
  await change(database.db, {
    events: [
      {
        kind: tell === 'thread' ? 'release.abandoned' : 'release.released',
        facts: { name },
        at,
        actor: alice,
        releaseId: id,
        deploymentId: null,
        environment: null,
      },
    ],
  })
}

const retitle = (id: ReleaseId, title: string) => retitleRelease(database.db, id, title)

const cardsShown = () => slack.messages.filter(({ threadTs }) => threadTs === null)
const shows = (words: string) => () =>
  cardsShown().some((message) => JSON.stringify(message.blocks).includes(words))
const settled = () => new Promise((resolve) => setTimeout(resolve, 300))
const linesShown = () => slack.messages.filter(({ threadTs }) => threadTs !== null)

describe('the picture', () => {
  test('a release gets one card, which follows its state, and its buttons are stored before', async () => {
    await start()
    const id = await cut()
    await eventually(shows('Summer sale'))
    const [card] = cardsShown()
    expect(card?.blocks[0]?.block_id).toMatch(/^rel:shop:\d{4}\.\d+\.\d+:[0-9a-f]{12}$/)
    for (const [, value] of JSON.stringify(card?.blocks).matchAll(/"value":"([^"]+)"/g)) {
      expect(await findButton(database.db, value ?? '')).toMatchObject({ app: shop })
    }
    await retitle(id, 'Winter sale')
    await eventually(shows('Winter sale'))
    await settled()
    expect(cardsShown()).toHaveLength(1)
    expect(slack.countOf('chat.update')).toBe(1)
  })

  test('of many new cards each is drawn when it can be posted, and no sooner', async () => {
    const drawn: string[] = []
    const real = cards()
    const counting: Renderer = {
      ...real,
      render: (state) => {
        if (state.ts === null) drawn.push(state.key)
        return real.render(state)
      },
    }
    await start({ renderers: [counting] })
    const ids = [await cut('One'), await cut('Two'), await cut('Three'), await cut('Four')]
    await eventually(() => cardsShown().length === ids.length)

    expect(drawn.toSorted()).toEqual(ids.map((id) => `card/${id}`).toSorted())
  })

  test('what would look the same costs no call', async () => {
    await start()
    const id = await cut()
    await eventually(async () => (await findMessage(database.db, `card/${id}`))?.ts != null)
    await markStale(database.db, [`card/${id}`])
    await eventually(async () => {
      const card = await findMessage(database.db, `card/${id}`)
      return card !== null && card.stale === card.shown
    })
    expect(slack.countOf('chat.update')).toBe(0)
  })

  test('history goes to the thread, each line once and in order', async () => {
    await start()
    const id = await cut()
    await say(id, 'First <!channel>')
    await say(id, 'Second', 'broadcast')
    await eventually(() => linesShown().filter(({ text }) => /First|Second/.test(text)).length === 2)
    const lines = linesShown().filter(({ text }) => /First|Second/.test(text))
    expect(lines.map(({ text }) => text)).toEqual([
      expect.stringContaining('First &lt;!channel&gt;'),
      expect.stringContaining('Second'),
    ])
    expect(lines.map(({ broadcast }) => broadcast)).toEqual([false, true])
    expect(new Set(lines.map(({ threadTs }) => threadTs))).toEqual(new Set([cardsShown()[0]?.ts]))
  })

  test('who does not lead is silent', async () => {
    await start()
    leading = false
    await cut()
    await settled()
    expect(slack.calls).toEqual([])
    leading = true
    await eventually(shows('Summer sale'))
  })

  test('another process goes on where this one stopped', async () => {
    await start()
    const id = await cut()
    await eventually(shows('Summer sale'))
    await publisher.stop()
    await retitle(id, 'Winter sale')
    publisher = publisherOf()
    publisher.start()
    await eventually(shows('Winter sale'))
    expect(cardsShown()).toHaveLength(1)
  })
})

describe('faults of Slack', () => {
  test('a post whose answer was lost is found again, not repeated', async () => {
    await start()
    slack.failNext('chat.postMessage', { kind: 'lost-answer' })
    const id = await cut()
    await eventually(async () => (await findMessage(database.db, `card/${id}`))?.ts != null)
    expect(cardsShown()).toHaveLength(1)
    expect((await findMessage(database.db, `card/${id}`))?.ts).toBe(cardsShown()[0]?.ts)
    expect(slack.countOf('conversations.history')).toBe(1)
  })

  test('a line whose answer was lost is found again in its thread', async () => {
    await start()
    const id = await cut()
    await eventually(async () => (await findMessage(database.db, `card/${id}`))?.ts != null)
    slack.failNext('chat.postMessage', { kind: 'lost-answer' })
    await say(id, 'Only once')
    await eventually(() => slack.countOf('conversations.replies') === 1)
    await settled()
    expect(linesShown().filter(({ text }) => text.includes('Only once'))).toHaveLength(1)
  })

  test('a post that never arrived is posted, after looking', async () => {
    await start()
    slack.failNext('chat.postMessage', { kind: 'lost-request' }, { kind: 'status', status: 503 })
    await cut()
    await eventually(shows('Summer sale'))
    expect(cardsShown()).toHaveLength(1)
  })

  test('asked to wait, it waits so long', async () => {
    await start()
    const id = await cut()
    await eventually(shows('Summer sale'))
    slack.failNext('chat.update', { kind: 'rate-limit', seconds: 2 })
    await retitle(id, 'Winter sale')
    await eventually(shows('Winter sale'))
    const [first, second] = slack.calls.filter(({ method }) => method === 'chat.update')
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(2_000)
  })

  test('a deleted card is posted again, once, and followed from then on', async () => {
    await start()
    const id = await cut()
    await eventually(shows('Summer sale'))
    const [gone] = cardsShown()
    slack.delete(gone?.ts ?? '')
    slack.failNext('chat.postMessage', { kind: 'lost-answer' })
    await retitle(id, 'Winter sale')
    await eventually(async () => {
      const card = await findMessage(database.db, `card/${id}`)
      return card?.ts != null && card.ts !== gone?.ts && card.stale === card.shown
    })
    expect(cardsShown()).toHaveLength(1)
    await retitle(id, 'Spring sale')
    await eventually(shows('Spring sale'))
    expect(cardsShown()).toHaveLength(1)
  })

  test.each(['is_archived', 'channel_not_found', 'not_in_channel'])(
    '%s: left alone, the reason kept, until the channel takes messages again',
    async (error) => {
      await start()
      slack.failAll('chat.postMessage', { kind: 'error', error })
      const id = await cut()
      await eventually(async () => (await findMessage(database.db, `card/${id}`))?.detached === error)
      const calls = slack.calls.length
      await say(id, 'Nobody reads this')
      await settled()
      expect(slack.calls.length).toBe(calls)
      expect(problems).toContainEqual(
        expect.objectContaining({ key: `card/${id}`, kind: 'channel-closed', error }),
      )
      slack.failAll('chat.postMessage', null)
      await database.db
        .updateTable('slack_messages')
        .set({ next_at: new Date(0) })
        .where('key', '=', `card/${id}`)
        .execute()
      await eventually(() => linesShown().some(({ text }) => text.includes('Nobody reads this')))
      expect(cardsShown()).toHaveLength(1)
    },
  )

  test('while Slack is down nothing is lost, and afterwards the picture is right', async () => {
    await start()
    const id = await cut()
    await eventually(shows('Summer sale'))
    slack.failAll('chat.update', { kind: 'status', status: 500 })
    slack.failAll('chat.postMessage', { kind: 'lost-request' })
    await retitle(id, 'Winter sale')
    await say(id, 'During the outage')
    await eventually(() => problems.length >= 3)
    await retitle(id, 'Spring sale')
    slack.failAll('chat.update', null)
    slack.failAll('chat.postMessage', null)
    await eventually(() => shows('Spring sale')() && linesShown().some(({ text }) => text.includes('During')))
    expect(linesShown().filter(({ text }) => text.includes('During'))).toHaveLength(1)
  })

  test('blocks that Slack refuses are reported, and the next state is tried again', async () => {
    let words = 'first'
    const renderer: Renderer = {
      prefix: 'card/',
      render: () =>
        Promise.resolve({
          text: words,
          blocks: [
            {
              type: 'section',
              block_id: `rel:x:${words}`,
              text: { type: 'mrkdwn', text: words === 'bad' ? 'x'.repeat(3_001) : words },
            },
          ],
          hash: words,
          marker: 'rel:x',
          buttons: [],
          urgency: 0,
        }),
    }
    await start({ renderers: [renderer] })
    const id = await cut()
    await eventually(shows('first'))
    words = 'bad'
    await markStale(database.db, [`card/${id}`])
    await eventually(() => problems.some(({ kind }) => kind === 'final'))
    await settled()
    expect(slack.countOf('chat.update')).toBe(1)
    words = 'good'
    await markStale(database.db, [`card/${id}`])
    await eventually(shows('good'))
  })
})
