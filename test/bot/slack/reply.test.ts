import { WebAPIPlatformError } from '@slack/web-api'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createReplier, type DirectReply } from '../../../bot/slack/reply.js'
import { section } from '../../../bot/views/blocks.js'
import type { Message } from '../../../bot/views/message.js'
import { silent } from '../fake-bot.js'

const DAY = 86_400_000
const table: Message = {
  text: 'What runs where.',
  blocks: [{ type: 'table', rows: [[{ type: 'raw_text', text: 'App' }]] }],
  plainer: [section('App')],
}
const to = (message: Message, responseUrl: string | null = null): DirectReply => ({
  user: 'U01ALICE' as DirectReply['user'],
  reply: { responseUrl, channel: 'C01SHOP' as never, thread: null },
  message,
  here: false,
})
const isTable = (blocks: unknown): boolean => JSON.stringify(blocks).includes('"table"')

let now = 0
let sent: boolean[] = []

function replier(takesTables: boolean) {
  return createReplier({
    log: silent,
    redact: String,
    now: () => now,
    call: async (_, { blocks }) => {
      sent.push(isTable(blocks))
      if (!takesTables && isTable(blocks))
        throw new WebAPIPlatformError({ ok: false, error: 'invalid_blocks' })
    },
  })
}

beforeEach(() => {
  now = 0
  sent = []
})
afterEach(() => vi.unstubAllGlobals())

test('where a workspace refuses a table, the same is told as text, and for a day at once', async () => {
  const { send } = replier(false)

  expect(await send(to(table))).toBe(true)
  expect(sent).toEqual([true, false])
  now = DAY - 1
  await send(to(table))
  expect(sent).toEqual([true, false, false])
  now = DAY
  await send(to(table))
  expect(sent).toEqual([true, false, false, true, false])
})

test('a workspace that takes tables gets them, and what has none is told as it is', async () => {
  const { send } = replier(true)
  await send(to(table))
  await send(to({ text: 'No.', blocks: [section('No')] }))

  expect(sent).toEqual([true, false])
})

test('a response_url that refuses the blocks in its body is told the text too', async () => {
  vi.stubGlobal('fetch', async (_: string, { body }: { readonly body: string }) => {
    sent.push(isTable(JSON.parse(body)))
    const refused = isTable(JSON.parse(body))
    return new Response(refused ? '{"ok":false,"error":"invalid_blocks"}' : 'ok')
  })
  const { send } = replier(true)

  expect(await send(to(table, 'https://hooks.slack.test/1'))).toBe(true)
  expect(sent).toEqual([true, false])
})
