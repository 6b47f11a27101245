import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSlackClient, type SlackClient } from '../../../bot/slack/web-client.js'
import type { ChannelId } from '../../../domain/identifiers.js'
import { type Fault, type SlackFake, startSlackFake } from '../../support/slack-fake.js'

const channel = 'C01SHOP' as ChannelId
const message = { text: 'A sentence.', blocks: [] }

let slack: SlackFake
let client: SlackClient
const heard: string[] = []
beforeEach(async () => {
  slack = await startSlackFake()
  heard.length = 0
  client = createSlackClient({
    redact: String,
    token: 'xoxb-test',
    apiUrl: slack.apiUrl,
    onCall: (method, result) => heard.push(`${method} ${result}`),
  })
})
afterEach(() => slack.close())

test.each<readonly [Fault, string]>([
  [{ kind: 'rate-limit', seconds: 7 }, 'rate-limited'],
  [{ kind: 'status', status: 503 }, 'unclear'],
  [{ kind: 'lost-answer' }, 'unclear'],
  [{ kind: 'error', error: 'internal_error' }, 'unclear'],
  [{ kind: 'error', error: 'message_not_found' }, 'message-gone'],
  [{ kind: 'error', error: 'is_archived' }, 'channel-closed'],
  [{ kind: 'error', error: 'not_in_channel' }, 'channel-closed'],
  [{ kind: 'error', error: 'token_revoked' }, 'no-access'],
  [{ kind: 'error', error: 'invalid_blocks' }, 'final'],
  [{ kind: 'error', error: 'something_new' }, 'final'],
])('%j is %s, after one call', async (fault, kind) => {
  slack.failNext('chat.update', fault)
  const answer = await client.update(channel, '1.1', message)
  expect(answer).toMatchObject({ ok: false, fault: { kind } })
  expect(slack.countOf('chat.update')).toBe(1)
  expect(heard).toEqual([`chat.update ${kind}`])
})

test('Slack says how long to wait', async () => {
  slack.failNext('chat.postMessage', { kind: 'rate-limit', seconds: 7 })
  const answer = await client.post({ channel, threadTs: null, broadcast: false, message })
  expect(answer).toMatchObject({ fault: { kind: 'rate-limited', retryAfterMs: 7_000 } })
})

test('a post unfurls nothing, and a line may be broadcast', async () => {
  await client.post({ channel, threadTs: '1.1', broadcast: true, message })
  const [call] = slack.calls
  expect(call?.args).toMatchObject({
    unfurl_links: 'false',
    unfurl_media: 'false',
    thread_ts: '1.1',
    reply_broadcast: 'true',
  })
})
