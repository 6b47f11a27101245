/** Handles Slack shortcuts, which open the same forms as commands. */
import * as z from 'zod'
import { type ChannelId, parseChannelId, parseUserId } from '../../domain/identifiers.js'
import { prefill } from '../commands/form-prefill.js'
import type { FormRequest } from '../commands/form-request.js'
import type { CommandContext } from '../commands/parsed-command.js'
import { picksIn } from '../commands/picks-in-text.js'
import { within } from '../slack/with-timeout.js'
import { idSchema } from '../views/id-schema.js'
import { type Asker, type BotContext, explain, oldButton } from './bot-context.js'
import { commandContext } from './command-context.js'
import { openForm } from './open-form.js'

/** Their callback ids, as in `manifest.yml`. */
export const shortcuts = { cut: 'cut_release', pick: 'pick_onto_release' } as const

const LOOK_UP_MS = 500

const shortcutSchema = z.object({
  callback_id: z.string(),
  trigger_id: z.string(),
  user: z.object({ id: idSchema(parseUserId) }),
  response_url: z.string().optional(),
  channel: z.object({ id: z.string() }).optional(),
  message: z
    .object({ ts: z.string(), thread_ts: z.string().optional(), text: z.string().default('') })
    .optional(),
})

type Shortcut = z.infer<typeof shortcutSchema>

/** Handles one shortcut; `acknowledge` is called exactly once unless this throws before it. */
export async function takeShortcut(
  bot: BotContext,
  body: unknown,
  acknowledge: () => Promise<void>,
): Promise<void> {
  const asked = shortcutSchema.parse(body)
  const channel = parseChannelId(asked.channel?.id ?? '')
  const thread = asked.message?.thread_ts ?? null
  const reply = { responseUrl: asked.response_url ?? null, channel, thread }
  const asker: Asker = { user: asked.user.id, reply }
  const request = await requestOf(bot, asked, asker)
  if (request === null) {
    await acknowledge()
    await bot.replier.send({ ...asker, message: explain(bot, oldButton, asker), here: false })
    return
  }
  await Promise.all([acknowledge(), openForm(bot, { request, triggerId: asked.trigger_id, asker })])
}

/** Null: this version does not know the shortcut. */
async function requestOf(
  bot: BotContext,
  { callback_id, message }: Shortcut,
  { user, reply: { channel } }: Asker,
): Promise<FormRequest | null> {
  const thread = message?.thread_ts ?? message?.ts ?? null
  const context = await commandContext(bot, { text: '', user, channel, thread })
  switch (callback_id) {
    case shortcuts.cut:
      return formIn(context, { form: 'cut', words: 'cut', given: {} })
    case shortcuts.pick:
      return pickRequest(context, message?.text ?? '', await pushOf(bot, channel, thread))
    default:
      return null
  }
}

type Pushed = Awaited<ReturnType<BotContext['reads']['pushOfThread']>>

/** The picks named in the message, otherwise those of the push that it is about. */
function pickRequest(context: CommandContext, text: string, pushed: Pushed): FormRequest | null {
  const named = picksIn(text)
  const picks = named.length > 0 || pushed === null ? named : [pushed.commit]
  const given = prefill({ picks: picks.join('\n') })
  const channelApp = pushed?.app ?? context.channelApp
  return formIn({ ...context, channelApp }, { form: 'cherry-pick', words: 'cherry-pick', given })
}

interface Wanted {
  readonly form: 'cut' | 'cherry-pick'
  /** The equivalent command, used when no app is known. */
  readonly words: string
  readonly given: FormRequest['given']
}

/** The form for the app of the thread or channel, or for the only app; otherwise it asks for the app first. */
function formIn(
  { apps, channelApp, thread }: CommandContext,
  { form, words, given }: Wanted,
): FormRequest | null {
  const [first, second] = apps
  if (first === undefined) return null
  const app = thread?.app ?? channelApp ?? (second === undefined ? first.name : null)
  if (app === null) return { form: 'which-app', app: first.name, given: { ...given, words }, target: {} }
  const target = form === 'cherry-pick' && thread !== null ? { releaseId: thread.releaseId } : {}
  return { form, app, given, target }
}

/** The push that the message or its thread is about; also null when the answer is not there in time. */
async function pushOf(
  { reads }: BotContext,
  channel: ChannelId | null,
  thread: string | null,
): Promise<Pushed> {
  if (channel === null || thread === null) return null
  const found = await within(LOOK_UP_MS, reads.pushOfThread(channel, thread)).catch(() => null)
  return found === 'late' ? null : found
}
