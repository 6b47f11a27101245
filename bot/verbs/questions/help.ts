/** `help`: what can be done now, or how one verb is written. */
import { nearest } from '../../../domain/nearest.js'
import { verbNames } from '../../../domain/verbs.js'
import type { Arguments } from '../../commands/arguments.js'
import { findVerb } from '../../commands/find-verb.js'
import { type ParsedCommand, problem, read } from '../../commands/parsed-command.js'
import { syntax } from '../../commands/syntax.js'
import { command } from '../common/command.js'
import { answerHelp } from './answer-read.js'

export const help = command('help', {
  usage: { does: 'explains a verb', examples: ['help promote'] },
  syntax: syntax([], { here: 'switch' }),
  read: readHelp,
  buttons: {
    help: ({ app, argument }) =>
      read({ kind: 'help', app, verb: argument === undefined ? null : findVerb(argument), here: false }),
  },
  answers: { help: answerHelp },
})

/** `help`, `help promote`. */
function readHelp(args: Arguments): ParsedCommand<never> {
  const text = args.words[0]?.token.text ?? null
  const verb = text === null ? null : findVerb(text)
  if (text !== null && verb === null) {
    return problem({ kind: 'unknown-verb', text, nearest: nearest(text, verbNames), rest: '' })
  }
  const here = args.switches.has('here')
  return read({ kind: 'help', app: args.app?.name ?? null, verb, here })
}
