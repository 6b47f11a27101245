/** Answers questions from every kind of interaction. When the database is slow or fails, the person is told. */

import type { SlowOrder } from '../../domain/slow-order.js'
import type { Verb } from '../../domain/verbs.js'
import type { ReadRequest } from '../commands/parsed-command.js'
import { pressableBy } from '../orders/pressable.js'
import { within } from '../slack/with-timeout.js'
import { answerRead } from '../verbs/answer-read.js'
import { delayOf } from '../verbs/delay-of.js'
import type { Picture } from '../verbs/questions/answer.js'
import { type UsageNames, usageMessage } from '../verbs/usage.js'
import { context as note } from '../views/blocks.js'
import type { Message } from '../views/message.js'
import { type Asker, type BotContext, explain } from './bot-context.js'
import { uploadPicture } from './upload-picture.js'

const LONGEST_MS = 8_000
const DRAW_AFTER_MS = 200

/** The answer, or the reason why there is none. */
export async function answerQuestion(context: BotContext, read: ReadRequest, asker: Asker): Promise<Message> {
  const refusal = await context.authorizer.refuseReading({ user: asker.user }, 'answer your question')
  if (refusal !== null) return explain(context, refusal, asker)
  const { command, apps } = context.configuration()
  const reading = {
    reads: context.reads,
    command,
    apps: apps.map(({ name }) => name),
    cardOptions: context.cardOptions,
    asker: asker.user,
    delay: (order: SlowOrder) => delayOf(order, command, read.app ?? apps[0]?.name ?? null),
    quorum: context.authorizer.quorum,
    mayPress: read.here ? async () => true : pressableBy(context, asker.user),
    now: context.now,
    windows: context.windows,
    comingWindows: context.comingWindows,
    usage: (verb: Verb, names: UsageNames) => usageMessage(verb, command, names),
  }
  try {
    const answer = await within(LONGEST_MS, answerRead(read, reading))
    if (answer === 'late') return explain(context, { code: 'unavailable', what: 'the database' }, asker)
    if (answer.kind === 'refused') return explain(context, answer.refusal, asker)
    if (answer.picture === undefined) return answer.message
    showLater(context, answer.picture, asker)
    return withPicture(answer.message, asker)
  } catch (error) {
    context.log.error({ err: error, read: read.kind }, 'A question could not be answered')
    return explain(context, { code: 'unavailable', what: 'the database' }, asker)
  }
}

/** Adds where the picture will appear. */
function withPicture(message: Message, { reply: { channel, thread } }: Asker): Message {
  const where =
    channel === null ? 'in your direct messages' : thread === null ? 'here, for everybody' : 'in this thread'
  return { ...message, blocks: [...message.blocks, note(`The same as a picture follows ${where}.`)] }
}

/** Draws the picture after the answer, because it takes time. If Slack rejects it, the answer stands without it. */
function showLater(context: BotContext, draw: () => Promise<Picture>, to: Asker): void {
  const show = async (): Promise<void> => uploadPicture(context, await draw(), to)
  setTimeout(() => {
    show().catch((error: unknown) => context.log.warn({ err: error }, 'The picture could not be shown'))
  }, DRAW_AFTER_MS)
}
