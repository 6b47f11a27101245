/** `diff`: what is new in a release. */
import { type AppArguments, environmentNames, valueOf } from '../../commands/arguments.js'
import { type ParsedCommand, problem, read } from '../../commands/parsed-command.js'
import { environmentWord } from '../../commands/release-words.js'
import { placeKeywords, questionFlags, syntax } from '../../commands/syntax.js'
import { command } from '../common/command.js'
import { answerAboutRelease } from './answer-read.js'
import { aboutRelease, readAbout } from './question.js'

export const diff = command('diff', {
  usage: { does: 'shows what is in a release', examples: ['diff shop 2026.11.3'] },
  syntax: syntax([...placeKeywords, 'vs', 'from', 'since'], { ...questionFlags, vs: 'value' }),
  read: readDiff,
  buttons: {
    diff: (target) => read({ kind: 'diff', ...aboutRelease(target), against: target.argument ?? null }),
  },
  answers: { diff: answerAboutRelease },
})

/** `diff 2026.11.3 vs production`. */
function readDiff(args: AppArguments): ParsedCommand<never> {
  const against = valueOf(args, 'vs') ?? valueOf(args, 'from') ?? valueOf(args, 'since')
  const places = twoPlaces(args)
  if (places !== null) {
    return read({
      kind: 'diff',
      app: args.app.name,
      release: null,
      ...places,
      here: args.switches.has('here'),
    })
  }
  const question = readAbout(args)
  if (question.kind !== 'about') return problem(question)
  return read({ kind: 'diff', ...question.about, against })
}

/** `diff staging production`: what runs in the first, against the second. */
function twoPlaces(args: AppArguments): { readonly environment: string; readonly against: string } | null {
  const names = environmentNames(args)
  const [first, second, more] = args.words.map(({ token }) => environmentWord(token.text, names))
  return first && second && more === undefined ? { environment: first, against: second } : null
}
