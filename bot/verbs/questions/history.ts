/** `history`: who did what; also the log of one deployment or build, opened by a button. */
import { parseDuration } from '../../../domain/durations.js'
import { parseUserId } from '../../../domain/identifiers.js'
import { type AppArguments, valueOf } from '../../commands/arguments.js'
import { type ParsedCommand, problem, read, refused } from '../../commands/parsed-command.js'
import { placeKeywords, questionFlags, syntax } from '../../commands/syntax.js'
import { command } from '../common/command.js'
import { answerHistory } from './answer-history.js'
import { answerLog } from './answer-read.js'
import { aboutRelease, readAbout, readPage } from './question.js'

const LAST_PAGE = 1_000

export const history = command('history', {
  usage: {
    does: 'shows who did what',
    examples: ['history shop 2026.11.3', 'history shop 2026.11.3 --page 2', 'history production --since 7d'],
  },
  syntax: syntax(placeKeywords, { ...questionFlags, since: 'value', by: 'value', page: 'value' }),
  read: readHistory,
  buttons: {
    history: (target) => read({ kind: 'history', ...aboutRelease(target), since: null, by: null, page: 1 }),
    log: ({ app, deploymentId, argument: commit }) => {
      if (deploymentId !== undefined)
        return read({ kind: 'log', app, of: { kind: 'deployment', id: deploymentId }, here: false })
      return commit === undefined
        ? null
        : read({ kind: 'log', app, of: { kind: 'build', commit }, here: false })
    },
  },
  answers: { history: answerHistory, log: answerLog },
})

/** `history production --since 7d --by @alice`. */
function readHistory(args: AppArguments): ParsedCommand<never> {
  const question = readAbout(args)
  if (question.kind !== 'about') return problem(question)
  const since = valueOf(args, 'since')
  if (since !== null && parseDuration(since) === null) return refused({ code: 'invalid-time', text: since })
  const by = valueOf(args, 'by')
  const user = by === null ? null : parseUserId(by)
  if (by !== null && user === null) return problem({ kind: 'unexpected', text: by, verb: args.verb })
  const page = readPage(args, LAST_PAGE)
  if (typeof page !== 'number') return problem(page)
  return read({ kind: 'history', ...question.about, since, by: user, page })
}
