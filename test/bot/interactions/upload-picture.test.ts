import { WebAPIPlatformError } from '@slack/web-api'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Asker } from '../../../bot/interactions/bot-context.js'
import { uploadPicture } from '../../../bot/interactions/upload-picture.js'

const picture = {
  name: 'shop-metrics.png',
  title: 'shop: deployments since 2026-11-01',
  alt: 'shop had 2 good deployments <!channel>.',
  bytes: new Uint8Array([1]),
}
const asker = (channel: string | null, thread: string | null = null): Asker => ({
  user: 'U01ALICE' as Asker['user'],
  reply: { responseUrl: null, channel: channel as Asker['reply']['channel'], thread },
})

let calls: { readonly method: string; readonly args: Record<string, unknown> }[] = []
let refused: string | null = null

beforeEach(() => {
  calls = []
  refused = null
  vi.stubGlobal('fetch', async () => new Response('ok'))
})
afterEach(() => vi.unstubAllGlobals())

async function call(method: string, args: Record<string, unknown>): Promise<unknown> {
  calls.push({ method, args })
  if (method === 'conversations.open') return { channel: { id: 'D01ALICE' } }
  if (method === 'files.getUploadURLExternal') return { upload_url: 'https://files.test/1', file_id: 'F1' }
  if (refused !== null && args['channel_id'] === 'C01SHOP')
    throw new WebAPIPlatformError({ ok: false, error: refused })
  return {}
}
const completed = () =>
  calls.filter(({ method }) => method === 'files.completeUploadExternal').map(({ args }) => args)

test('it goes where it was asked for, with its words as text and for whoever cannot see it', async () => {
  await uploadPicture({ call }, picture, asker('C01SHOP', '17.1'))

  expect(calls[0]?.args).toMatchObject({ filename: 'shop-metrics.png', alt_txt: picture.alt })
  expect(completed()).toEqual([
    {
      files: JSON.stringify([{ id: 'F1', title: picture.title }]),
      initial_comment: 'shop had 2 good deployments &lt;!channel&gt;.',
      channel_id: 'C01SHOP',
      thread_ts: '17.1',
    },
  ])
})

test('where the bot may not post it goes to whoever asked, and says why', async () => {
  refused = 'not_in_channel'
  await uploadPicture({ call }, picture, asker('C01SHOP'))

  expect(completed().map(({ channel_id }) => channel_id)).toEqual(['C01SHOP', 'D01ALICE'])
  expect(completed()[1]?.['initial_comment']).toContain('I may not post in <#C01SHOP>, where you asked')
})

test('another refusal is none of the channel’s, and without a channel it is a direct message', async () => {
  await uploadPicture({ call }, picture, asker(null))
  expect(completed().map(({ channel_id }) => channel_id)).toEqual(['D01ALICE'])

  refused = 'internal_error'
  await expect(uploadPicture({ call }, picture, asker('C01SHOP'))).rejects.toThrow('internal_error')
})
