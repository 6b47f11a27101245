/** `diff`: what is new in a release. */
import { type AppArguments, environmentNames, valueOf } from '../../commands/arguments.js'
import { type ParsedCommand, problem, read } from '../../commands/parsed-command.js'
import { environmentWord } from '../../commands/release-words.js'
import { placeKeywords, questionFlags, syntax } from '../../commands/syntax.js'
import { command } from '../common/command.js'
import { answerAboutRelease } from './answer-read.js'
import { aboutRelease, readAbout, readPage } from './question.js'

/** How far back one may page: for each page, git reads everything before it. */
const LAST_PAGE = 50

export const diff = command('diff', {
  usage: {
    does: 'shows what is in a release',
    examples: ['diff shop 2026.11.3', 'diff shop 2026.11.3 --vs production', 'diff staging production'],
  },
  syntax: syntax([...placeKeywords, 'vs', 'from', 'since'], { ...questionFlags, vs: 'value', page: 'value' }),
  read: readDiff,
  buttons: {
    diff: (target) =>
      read({ kind: 'diff', ...aboutRelease(target), against: target.argument ?? null, page: 1 }),
  },
  answers: { diff: answerAboutRelease },
})

/** `diff 2026.11.3 vs production`. */
function readDiff(args: AppArguments): ParsedCommand<never> {
  const against = valueOf(args, 'vs') ?? valueOf(args, 'from') ?? valueOf(args, 'since')
  const page = readPage(args, LAST_PAGE)
  if (typeof page !== 'number') return problem(page)
  const places = twoPlaces(args)
  if (places !== null) {
    return read({
      kind: 'diff',
      app: args.app.name,
      release: null,
      ...places,
      page,
      here: args.switches.has('here'),
    })
  }
  const question = readAbout(args)
  if (question.kind !== 'about') return problem(question)
  return read({ kind: 'diff', ...question.about, against, page })
}

/** `diff staging production`: compares what runs in the first with the second. */
function twoPlaces(args: AppArguments): { readonly environment: string; readonly against: string } | null {
  const names = environmentNames(args)
  const [first, second, more] = args.words.map(({ token }) => environmentWord(token.text, names))
  return first && second && more === undefined ? { environment: first, against: second } : null
}
