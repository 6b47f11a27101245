/** `where`: what runs in each environment. */
import type { Arguments } from '../../commands/arguments.js'
import { type ParsedCommand, problem, read } from '../../commands/parsed-command.js'
import { releaseAndEnvironment } from '../../commands/release-and-environment.js'
import { command } from '../common/command.js'
import { where as answerWhere } from './answer-where.js'
import { questionSyntax } from './question.js'

export const where = command('where', {
  usage: { does: 'shows what runs where', examples: ['where shop', 'where production', 'where all'] },
  syntax: questionSyntax,
  read: readWhere,
  buttons: {
    where: ({ app, environment = null }) => read({ kind: 'where', app, environment, here: false }),
  },
  answers: { where: answerWhere },
})

/** `where`, `where production`; `where all` means every app, even in an app's channel. */
function readWhere(args: Arguments): ParsedCommand<never> {
  const [word, more] = args.words.map(({ token }) => token.text.toLowerCase())
  if (word === 'all' && more === undefined)
    return read({ kind: 'where', app: null, environment: null, here: args.switches.has('here') })
  const sorted = releaseAndEnvironment(args, { release: false, environment: true })
  if (sorted.kind !== 'sorted') return problem(sorted)
  const { environment } = sorted
  return read({ kind: 'where', app: args.app?.name ?? null, environment, here: args.switches.has('here') })
}
