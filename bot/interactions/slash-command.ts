/** Handles the slash command: parsed, recorded, and only then acknowledged. */
import * as z from 'zod'
import { type ChannelId, parseChannelId, parseUserId } from '../../domain/identifiers.js'
import type { IntentDraft, ReadRequest } from '../commands/parsed-command.js'
import { joinKey, orderKeys, recordOrder } from '../inbox/record-order.js'
import { within } from '../slack/with-timeout.js'
import { doneMessage } from '../verbs/done-message.js'
import { understand } from '../verbs/understand.js'
import { idSchema } from '../views/id-schema.js'
import type { Message } from '../views/message.js'
import { answerQuestion } from './answer-question.js'
import { type Asker, type BotContext, explain, notRecorded } from './bot-context.js'
import { commandContext } from './command-context.js'
import { cutInstead } from './cut-instead.js'
import { openForm } from './open-form.js'
import { problemMessage } from './problem-text.js'
import { withSuggestions } from './suggestions.js'

/** An answer that is ready by then is sent with the acknowledgement. */
const INLINE_MS = 1_200

const commandSchema = z.object({
  text: z.string().default(''),
  user_id: idSchema(parseUserId),
  channel_id: z.string(),
  trigger_id: z.string(),
  response_url: z.string().optional(),
})

/** The answer sent with the acknowledgement: ephemeral unless it says otherwise. */
export interface CommandAnswer extends Message {
  readonly response_type: 'ephemeral' | 'in_channel'
}

export type Acknowledge = (answer?: CommandAnswer) => Promise<void>

interface SlashCommand {
  readonly text: string
  readonly triggerId: string
  readonly channel: ChannelId | null
  readonly asker: Asker
}

/** Handles one slash command; `acknowledge` is called exactly once unless this throws before it. */
export async function takeSlashCommand(
  bot: BotContext,
  body: unknown,
  acknowledge: Acknowledge,
): Promise<void> {
  const { text, user_id: user, channel_id, trigger_id: triggerId, response_url } = commandSchema.parse(body)
  const channel = parseChannelId(channel_id)
  const reply = { responseUrl: response_url ?? null, channel, thread: null }
  const command: SlashCommand = { text, triggerId, channel, asker: { user, reply } }
  const context = await commandContext(bot, { text, user, channel, thread: null })
  const parsed = await cutInstead(bot, understand(text, context))
  switch (parsed.kind) {
    case 'order':
      await acknowledge(alone(await record(bot, command, parsed.intent)))
      return
    case 'read':
      await answer(bot, command, { read: parsed.read, acknowledge })
      return
    case 'form':
      await Promise.all([
        acknowledge(),
        openForm(bot, { request: parsed.form, triggerId, asker: command.asker }),
      ])
      return
    case 'problem': {
      const errorId = bot.newErrorId()
      bot.log.info({ errorId, user, problem: parsed.problem.kind }, 'A command was not understood')
      const { problem, offers = [] } = parsed
      const message = problemMessage(problem, errorId, { command: context.command, offers })
      await acknowledge(alone(await withSuggestions(bot, message, { offers, context })))
      return
    }
    default:
      parsed satisfies never
  }
}

const alone = (message: Message | null): CommandAnswer | undefined =>
  message === null ? undefined : { ...message, response_type: 'ephemeral' }

/** The immediate answer; null when the order's own answer is enough. */
async function record(bot: BotContext, command: SlashCommand, draft: IntentDraft): Promise<Message | null> {
  const { text, triggerId, channel, asker } = command
  const receipt = await recordOrder(bot.inbox, {
    key: orderKeys.command(triggerId),
    draft,
    actor: asker.user,
    reply: asker.reply,
    joinKey: joinKey(asker.user, channel, text),
  })
  switch (receipt) {
    case 'joined':
      return doneMessage({ code: 'joined' }, bot.configuration().command)
    case 'too-late':
      return explain(bot, notRecorded, asker)
    case 'stored':
    case 'duplicate':
      return null
    default:
      return receipt satisfies never
  }
}

interface Question {
  readonly read: ReadRequest
  readonly acknowledge: Acknowledge
}

async function answer(
  bot: BotContext,
  { asker }: SlashCommand,
  { read, acknowledge }: Question,
): Promise<void> {
  const work = answerQuestion(bot, read, asker)
  const ready = await within(INLINE_MS, work)
  // An answer in an acknowledgement cannot be rejected, so one that Slack may reject is sent separately.
  if (ready !== 'late' && ready.plainer === undefined) {
    await acknowledge({ ...ready, response_type: read.here ? 'in_channel' : 'ephemeral' })
    return
  }
  await acknowledge()
  await bot.replier.send({ ...asker, message: await work, here: read.here })
}
