/** `help`: what can be done now, how to type a verb, or an explanation of a topic. */
import { nearest } from '../../../domain/nearest.js'
import { type Verb, verbNames } from '../../../domain/verbs.js'
import type { Arguments } from '../../commands/arguments.js'
import { findVerb } from '../../commands/find-verb.js'
import { type ParsedCommand, problem, read } from '../../commands/parsed-command.js'
import { appFlags, syntax } from '../../commands/syntax.js'
import { findTopic, topicNames } from '../../views/read/help-topics.js'
import { command } from '../common/command.js'
import { answerHelp } from './answer-read.js'

export const help = command('help', {
  usage: { does: 'explains a verb or a topic', examples: ['help promote', 'help hotfix', 'help roles'] },
  syntax: syntax([], { ...appFlags, here: 'switch' }),
  read: readHelp,
  buttons: {
    help: ({ app, argument }) => {
      const verb = argument === undefined ? null : findVerb(argument)
      return read({ kind: 'help', app, verb, about: null, here: false })
    },
  },
  answers: { help: answerHelp },
})

/** `help`, `help promote`, `help env create`, `help cherry pick`, `help roles`. */
function readHelp(args: Arguments): ParsedCommand<never> {
  const words = args.words.map(({ token }) => token.text.toLowerCase())
  const [text = null, second = null] = words
  const asked = { kind: 'help', app: args.app?.name ?? null, here: args.switches.has('here') } as const
  if (text === null) return read({ ...asked, verb: null, about: null })
  const both = verbOfTwo(text, second)
  if (both !== null) return read({ ...asked, verb: both, about: null })
  const topic = findTopic(text)
  const verb = findVerb(text)
  if (topic !== null && verb === null) return read({ ...asked, verb: null, about: topic })
  if (verb !== null) return read({ ...asked, verb, about: second })
  return problem({
    kind: 'unknown-verb',
    text,
    nearest: nearest(text, [...verbNames, ...topicNames]),
    rest: '',
  })
}

/** `cherry pick`, `roll back`. */
const verbOfTwo = (one: string, other: string | null): Verb | null =>
  other === null ? null : (findVerb(`${one}-${other}`) ?? findVerb(`${one}${other}`))
