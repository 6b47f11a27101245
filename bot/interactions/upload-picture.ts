/** Shows a picture to one person, or to the channel where everybody was meant to see the answer. */
import * as z from 'zod'
import type { Picture } from '../verbs/questions/answer.js'
import type { Asker, BotContext } from './bot-context.js'

const opened = z.object({ channel: z.object({ id: z.string() }) })
const place = z.object({ upload_url: z.string(), file_id: z.string() })

const TIMEOUT_MS = 10_000

/** Slack's three steps. It knows no files that one person alone sees, so the picture goes to their direct messages. */
export async function uploadPicture(
  { call }: Pick<BotContext, 'call'>,
  picture: Picture,
  { user, reply, here }: Asker & { readonly here: boolean },
): Promise<void> {
  const channel =
    here && reply.channel !== null
      ? reply.channel
      : opened.parse(await call('conversations.open', { users: user })).channel.id
  const { upload_url, file_id } = place.parse(
    await call('files.getUploadURLExternal', {
      filename: picture.name,
      length: picture.bytes.length,
      alt_txt: picture.title,
    }),
  )
  const sent = await fetch(upload_url, {
    method: 'POST',
    body: new Uint8Array(picture.bytes),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  await sent.body?.cancel()
  if (!sent.ok) throw new Error(`The upload was answered with ${sent.status}`)
  await call('files.completeUploadExternal', {
    files: JSON.stringify([{ id: file_id, title: picture.title }]),
    channel_id: channel,
  })
}
