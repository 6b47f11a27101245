/** Posts a picture where it was requested. */
import * as z from 'zod'
import { slackFault } from '../slack/fault.js'
import type { Picture } from '../verbs/questions/answer.js'
import { channelMention, clip, escapeText } from '../views/escape.js'
import type { Asker, BotContext } from './bot-context.js'

const opened = z.object({ channel: z.object({ id: z.string() }) })
const place = z.object({ upload_url: z.string(), file_id: z.string() })

const TIMEOUT_MS = 10_000
/** Slack's limit for the alt text. */
const ALT = 1_000

/**
 * Slack uploads in three steps. A file cannot be ephemeral: everybody in the channel or thread sees it. Where the bot may not
 * post, the picture goes to the person who asked, by direct message.
 */
export async function uploadPicture(
  { call }: Pick<BotContext, 'call'>,
  picture: Picture,
  { user, reply: { channel, thread } }: Asker,
): Promise<void> {
  const alt = clip(picture.alt, ALT)
  const { upload_url, file_id } = place.parse(
    await call('files.getUploadURLExternal', {
      filename: picture.name,
      length: picture.bytes.length,
      alt_txt: alt,
    }),
  )
  const sent = await fetch(upload_url, {
    method: 'POST',
    body: new Uint8Array(picture.bytes),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  await sent.body?.cancel()
  if (!sent.ok) throw new Error(`The upload failed with status ${sent.status}`)
  const complete = async (to: object, why = ''): Promise<void> => {
    await call('files.completeUploadExternal', {
      files: JSON.stringify([{ id: file_id, title: picture.title }]),
      initial_comment: `${escapeText(alt)}${why}`,
      ...to,
    })
  }
  const direct = async (why: string): Promise<void> => {
    const answer = opened.parse(await call('conversations.open', { users: user }))
    await complete({ channel_id: answer.channel.id }, why)
  }
  if (channel === null) return direct('')
  try {
    await complete({ channel_id: channel, ...(thread === null ? {} : { thread_ts: thread }) })
  } catch (error) {
    if (slackFault(error).kind !== 'channel-closed') throw error
    await direct(` I may not post in ${channelMention(channel)}, where you asked: invite me there.`)
  }
}
