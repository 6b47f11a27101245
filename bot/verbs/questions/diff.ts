/** `diff`: what is new in a release. */
import { type AppArguments, valueOf } from '../../commands/arguments.js'
import { type ParsedCommand, problem, read } from '../../commands/parsed-command.js'
import { placeKeywords, questionFlags, syntax } from '../../commands/syntax.js'
import { command } from '../common/command.js'
import { answerAboutRelease } from './answer-read.js'
import { aboutRelease, readAbout } from './question.js'

export const diff = command('diff', {
  usage: { does: 'shows what is in a release', examples: ['diff shop 2026.11.3'] },
  syntax: syntax([...placeKeywords, 'vs', 'from'], { ...questionFlags, vs: 'value' }),
  read: readDiff,
  buttons: {
    diff: (target) => read({ kind: 'diff', ...aboutRelease(target), against: target.argument ?? null }),
  },
  answers: { diff: answerAboutRelease },
})

/** `diff 2026.11.3 vs production`. */
function readDiff(args: AppArguments): ParsedCommand<never> {
  const question = readAbout(args)
  if (question.kind !== 'about') return problem(question)
  const against = valueOf(args, 'vs') ?? valueOf(args, 'from')
  return read({ kind: 'diff', ...question.about, against })
}
