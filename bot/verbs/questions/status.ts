/** `status`, `why` and `plan`: about a release, an environment, or the newest release. */
import type { AppArguments } from '../../commands/arguments.js'
import { type ParsedCommand, problem, read } from '../../commands/parsed-command.js'
import { command } from '../common/command.js'
import { tryAgainButton, tryAgainDone, tryAgainOrder, tryAgainRefusals } from '../try-again.js'
import { answerAboutRelease } from './answer-read.js'
import { answerWhy } from './answer-why.js'
import { aboutRelease, questionSyntax, readAbout } from './question.js'

type Kind = 'status' | 'why' | 'plan'

const status = command('status', {
  usage: {
    does: 'shows a release, an environment, or the build of a commit',
    examples: ['status shop 2026.11.3', 'status shop staging --here', 'status 9f3c1ab'],
  },
  syntax: questionSyntax,
  read: (args) => readQuestion('status', args),
  buttons: {
    // With an argument, it is about the build of that commit.
    status: (target) => {
      const { argument: text } = target
      const build = text === undefined ? {} : { release: { kind: 'named', text } as const }
      return read({ kind: 'status', ...aboutRelease(target), ...build })
    },
  },
  answers: { status: answerAboutRelease },
})

const why = command('why', {
  usage: { does: 'says what a candidate waits for', examples: ['why shop 2026.11.3-rc.1'] },
  syntax: questionSyntax,
  read: (args) => readQuestion('why', args),
  buttons: { why: (target) => read({ kind: 'why', ...aboutRelease(target) }), 'try-again': tryAgainButton },
  answers: { why: answerWhy },
  orders: { 'try-again': tryAgainOrder },
  done: tryAgainDone,
  refusals: tryAgainRefusals,
})

const plan = command('plan', {
  usage: { does: 'shows the way to the top', examples: ['plan shop 2026.11.3-rc.1'] },
  syntax: questionSyntax,
  read: (args) => readQuestion('plan', args),
  buttons: { plan: (target) => read({ kind: 'plan', ...aboutRelease(target) }) },
  answers: { plan: answerAboutRelease },
})

export const statusQuestions = { status, why, plan }

function readQuestion(kind: Kind, args: AppArguments): ParsedCommand<never> {
  const question = readAbout(args)
  return question.kind === 'about' ? read({ kind, ...question.about }) : problem(question)
}
