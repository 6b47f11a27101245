/** Answers a question, whichever way it was asked; a slow or failing database is said, never waited for in silence. */
import { type Asker, type BotContext, explain } from './bot-context.js'
import { answerRead } from './commands/answer-read.js'
import type { ReadRequest } from './commands/parsed-command.js'
import type { Message } from './views/message.js'
import { within } from './within.js'

const LONGEST_MS = 8_000

/** The answer, or why there is none. */
export async function answerQuestion(context: BotContext, read: ReadRequest, asker: Asker): Promise<Message> {
  if (!(await context.authorizer.mayRead({ user: asker.user }))) {
    return explain(context, { code: 'not-a-member', verb: read.kind }, asker)
  }
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
    const answer = await within(LONGEST_MS, answerRead(read, reading))
    if (answer === 'late') return explain(context, { code: 'unavailable', what: 'the database' }, asker)
    return answer.kind === 'shown' ? answer.message : explain(context, answer.refusal, asker)
  } catch (error) {
    context.log.error({ err: error, read: read.kind }, 'A question could not be answered')
    return explain(context, { code: 'unavailable', what: 'the database' }, asker)
  }
}
