import { createHmac } from 'node:crypto'
import type { App } from '@slack/bolt'
import { describe, expect, test } from 'vitest'
import {
  createHttpReceiver,
  type HttpReceiver,
  type SlackHttpRequest,
} from '../../../bot/slack/http-receiver.js'
import { silent } from '../fake-bot.js'

const SECRET = 'shhh'
const NOW = 1_790_000_000_000
const FORM = 'application/x-www-form-urlencoded'

function signed(
  rawBody: string,
  more: { readonly at?: number; readonly secret?: string; readonly type?: string } = {},
): SlackHttpRequest {
  const timestamp = String(Math.floor((more.at ?? NOW) / 1_000))
  const hash = createHmac('sha256', more.secret ?? SECRET)
    .update(`v0:${timestamp}:${rawBody}`)
    .digest('hex')
  return {
    headers: {
      'Content-Type': more.type ?? 'application/json',
      'X-Slack-Request-Timestamp': timestamp,
      'X-Slack-Signature': `v0=${hash}`,
    },
    rawBody,
  }
}

interface Received {
  readonly receiver: HttpReceiver
  readonly bodies: unknown[]
  now: number
}

async function aReceiver(answer?: unknown, process?: () => Promise<void>): Promise<Received> {
  const bodies: unknown[] = []
  const received: Received = {
    bodies,
    now: NOW,
    receiver: createHttpReceiver({ signingSecret: SECRET, now: () => received.now, log: silent }),
  }
  const bolt = {
    processEvent: async ({ body, ack }: { body: unknown; ack: (answer?: unknown) => Promise<void> }) => {
      bodies.push(body)
      await (process === undefined ? ack(answer) : process())
    },
  } as unknown as App
  received.receiver.init(bolt)
  await received.receiver.start()
  return received
}

describe('HTTP mode', () => {
  test.each([
    ['now', 0, 200],
    ['4 min 59 s ago', -299_000, 200],
    ['4 min 59 s ahead', 299_000, 200],
    ['5 min 1 s ago', -301_000, 401],
    ['5 min 1 s ahead', 301_000, 401],
    ['an hour ahead', 3_600_000, 401],
  ])('a request signed %s', async (_, offset, status) => {
    const { receiver } = await aReceiver()
    expect((await receiver.handle(signed('{"a":1}', { at: NOW + offset }))).status).toBe(status)
  })

  test('refuses another secret, a changed body, and no signature at all', async () => {
    const { receiver, bodies } = await aReceiver()
    const good = signed('{"a":1}')
    expect((await receiver.handle(signed('{"a":1}', { secret: 'other' }))).status).toBe(401)
    expect((await receiver.handle({ ...good, rawBody: '{"a":2}' })).status).toBe(401)
    expect((await receiver.handle({ headers: {}, rawBody: '{"a":1}' })).status).toBe(401)
    expect(
      (await receiver.handle({ ...good, headers: { ...good.headers, 'X-Slack-Signature': 'v0=' } })).status,
    ).toBe(401)
    expect(
      (await receiver.handle({ ...good, headers: { ...good.headers, 'X-Slack-Request-Timestamp': 'NaN' } }))
        .status,
    ).toBe(401)
    expect(bodies).toEqual([])
  })

  test('refuses a replay as long as its timestamp would be taken, and forgets it afterwards', async () => {
    const received = await aReceiver()
    const request = signed('{"a":1}')
    expect((await received.receiver.handle(request)).status).toBe(200)
    expect((await received.receiver.handle(request)).status).toBe(401)
    received.now += 299_000
    expect((await received.receiver.handle(request)).status).toBe(401)
    expect(received.bodies).toHaveLength(1)
  })

  test('reads commands, interactions and events', async () => {
    const { receiver, bodies } = await aReceiver()
    const command = new URLSearchParams({ command: '/release', text: 'cut “Ä”' }).toString()
    await receiver.handle(signed(command, { type: FORM }))
    await receiver.handle(
      signed(new URLSearchParams({ payload: '{"type":"block_actions"}' }).toString(), {
        type: `${FORM}; charset=utf-8`,
      }),
    )
    await receiver.handle(signed('{"type":"event_callback"}'))
    expect(bodies).toEqual([
      { command: '/release', text: 'cut “Ä”' },
      { type: 'block_actions' },
      { type: 'event_callback' },
    ])
  })

  test('answers the challenge and the certificate check automatically', async () => {
    const { receiver, bodies } = await aReceiver()
    expect(await receiver.handle(signed('{"type":"url_verification","challenge":"abc"}'))).toMatchObject({
      status: 200,
      body: 'abc',
    })
    expect((await receiver.handle(signed('ssl_check=1', { type: FORM }))).status).toBe(200)
    expect((await receiver.handle(signed('nonsense'))).status).toBe(400)
    expect(bodies).toEqual([])
  })

  test('answers with what was acknowledged', async () => {
    const nothing = await aReceiver()
    expect(await nothing.receiver.handle(signed('{}'))).toMatchObject({ status: 200, body: '' })
    const message = await aReceiver({ text: 'On it' })
    expect(await message.receiver.handle(signed('{}'))).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: '{"text":"On it"}',
    })
  })

  test('says that it failed, or that it is stopping', async () => {
    const broken = await aReceiver(undefined, async () => {
      throw new Error('broken')
    })
    expect((await broken.receiver.handle(signed('{}'))).status).toBe(500)
    const stopped = await aReceiver()
    await stopped.receiver.stop()
    expect((await stopped.receiver.handle(signed('{}'))).status).toBe(503)
  })
})
