/** Answers a question, whichever way it was asked; a slow or failing database is said, never waited for in silence. */
import { type Asker, type BotContext, explain } from './bot-context.js'
import { answerMetrics } from './commands/answer-metrics.js'
import { answerRead } from './commands/answer-read.js'
import type { ReadRequest } from './commands/parsed-command.js'
import { within } from './slack/with-timeout.js'
import { uploadPicture } from './upload-picture.js'
import type { Message } from './views/message.js'

const LONGEST_MS = 8_000
const DRAW_AFTER_MS = 200

/** The answer, or why there is none. */
export async function answerQuestion(context: BotContext, read: ReadRequest, asker: Asker): Promise<Message> {
  const refusal = await context.authorizer.refuseReading({ user: asker.user }, `show ${read.kind}`)
  if (refusal !== null) return explain(context, refusal, asker)
  const { command, apps } = context.configuration()
  const reading = {
    reads: context.reads,
    command,
    apps: apps.map(({ name }) => name),
    cardOptions: context.cardOptions,
    asker: asker.user,
    now: context.now,
    windows: context.windows,
  }
  try {
    if (read.kind === 'metrics') return await withPicture(context, read, asker)
    const answer = await within(LONGEST_MS, answerRead(read, reading))
    if (answer === 'late') return explain(context, { code: 'unavailable', what: 'the database' }, asker)
    return answer.kind === 'shown' ? answer.message : explain(context, answer.refusal, asker)
  } catch (error) {
    context.log.error({ err: error, read: read.kind }, 'A question could not be answered')
    return explain(context, { code: 'unavailable', what: 'the database' }, asker)
  }
}

/** The text is the answer; a picture that Slack does not take is only missed. */
async function withPicture(
  context: BotContext,
  read: Extract<ReadRequest, { kind: 'metrics' }>,
  asker: Asker,
): Promise<Message> {
  const { apps } = context.configuration()
  const answering = answerMetrics(read, {
    reads: context.reads,
    apps: apps.map(({ name }) => name),
    definitionOf: (name) => apps.find((app) => app.name === name) ?? null,
    now: context.now,
  })
  const answer = await within(LONGEST_MS, answering)
  if (answer === 'late') return explain(context, { code: 'unavailable', what: 'the database' }, asker)
  if (answer.kind === 'refused') return explain(context, answer.refusal, asker)
  const shown = async (): Promise<void> =>
    uploadPicture(context, await answer.picture(), { ...asker, here: read.here })
  // After the answer: drawing takes a while.
  setTimeout(() => {
    shown().catch((error: unknown) => context.log.warn({ err: error }, 'The picture could not be shown'))
  }, DRAW_AFTER_MS)
  return answer.message
}
