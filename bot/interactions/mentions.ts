/** Handles `@slipway status` and the whole grammar, also in threads, where slash commands cannot be typed. */
import * as z from 'zod'
import { parseChannelId, parseUserId } from '../../domain/identifiers.js'
import { findVerb } from '../commands/find-verb.js'
import type { FormRequest } from '../commands/form-request.js'
import type { CommandContext, IntentDraft, Problem } from '../commands/parsed-command.js'
import { joinKey, orderKeys, recordOrder } from '../inbox/record-order.js'
import { understand } from '../verbs/understand.js'
import { idSchema } from '../views/id-schema.js'
import type { Message } from '../views/message.js'
import { answerQuestion } from './answer-question.js'
import { type Asker, type BotContext, explain, notRecorded } from './bot-context.js'
import { commandContext } from './command-context.js'
import { problemMessage } from './problem-text.js'
import { withSuggestions } from './suggestions.js'

const mentionSchema = z.object({
  event_id: z.string(),
  event: z.object({
    user: idSchema(parseUserId),
    text: z.string(),
    channel: idSchema(parseChannelId),
    thread_ts: z.string().optional(),
    // Messages by people have neither field; those of bots, edits and joins do.
    bot_id: z.undefined().optional(),
    subtype: z.undefined().optional(),
    edited: z.undefined().optional(),
  }),
})

/** Handles one mention. It is already acknowledged, so every answer is a separate message. */
export async function takeMention(bot: BotContext, body: unknown): Promise<void> {
  const parsed = mentionSchema.safeParse(body)
  if (!parsed.success) return
  const { event_id, event } = parsed.data
  const { user, channel, thread_ts: thread = null } = event
  const text = event.text.replace(/^\s*<@[UW][A-Z0-9]+(?:\|[^>]*)?>[\s:,]*/, '')
  const context = await commandContext(bot, { text, user, channel, thread })
  const command = understand(text, context)
  const asker: Asker = { user, reply: { responseUrl: null, channel, thread } }
  switch (command.kind) {
    case 'order': {
      const mention = { key: orderKeys.mention(event_id), text, asker }
      await tell(bot, asker, await record(bot, mention, command.intent))
      return
    }
    case 'read': {
      const message = await answerQuestion(bot, command.read, asker)
      await bot.replier.send({ ...asker, message, here: command.read.here })
      return
    }
    case 'form':
      await tellProblem(bot, asker, { problem: incomplete(command.form, text, context), context })
      return
    case 'problem':
      await tellProblem(bot, asker, { ...command, context })
      return
    default:
      command satisfies never
  }
}

/** A mention cannot open a form, so the text must be complete. */
function incomplete({ form }: FormRequest, text: string, { apps }: CommandContext): Problem {
  const verb = findVerb(text.split(/\s+/)[0] ?? '') ?? 'help'
  return form === 'which-app'
    ? { kind: 'which-app', apps: apps.map(({ name }) => name), verb }
    : { kind: 'incomplete', verb }
}

interface Mention {
  readonly key: string
  readonly text: string
  readonly asker: Asker
}

async function record(bot: BotContext, mention: Mention, draft: IntentDraft): Promise<Message | null> {
  const { key, text, asker } = mention
  const { user, reply } = asker
  const same = joinKey(user, reply.channel, `${reply.thread ?? ''} ${text}`)
  const receipt = await recordOrder(bot.inbox, { key, draft, actor: user, reply, joinKey: same })
  return receipt === 'too-late' ? explain(bot, notRecorded, asker) : null
}

interface NotUnderstood {
  readonly problem: Problem
  readonly offers?: readonly string[]
  readonly context: CommandContext
}

async function tellProblem(
  bot: BotContext,
  asker: Asker,
  { problem, offers = [], context }: NotUnderstood,
): Promise<void> {
  const errorId = bot.newErrorId()
  bot.log.info({ errorId, user: asker.user, problem: problem.kind }, 'A mention was not understood')
  const message = problemMessage(problem, errorId, { command: context.command, offers })
  await tell(bot, asker, await withSuggestions(bot, message, { offers, context }))
}

async function tell(bot: BotContext, asker: Asker, message: Message | null): Promise<void> {
  if (message !== null) await bot.replier.send({ ...asker, message, here: false })
}
