/** Parses text into an order, a question, a form or a problem. Pure and total: it never throws and never guesses. */
import { isEveryAppVerb, needsRole, type Verb } from '../../domain/verbs.js'
import { readArguments } from '../commands/arguments.js'
import { eitherDecision, findVerb, nearestVerbs } from '../commands/find-verb.js'
import { type CommandContext, form, type ParsedCommand, problem, read } from '../commands/parsed-command.js'
import { type Tokens, tokenise, unescapeEntities } from '../commands/tokenise.js'
import { commands } from './table.js'

/** The metadata of a form carries a command's text only up to Slack's limit. */
const LONGEST_IN_FORM = 1_500

/** Parses the text after the command's name. */
export function parseReleaseCommand(text: string, context: CommandContext): ParsedCommand {
  const tokens = tokenise(text)
  if (tokens.kind !== 'tokens') return problem(tokens)
  const [first, ...after] = tokens.tokens
  if (first === undefined) {
    const app = context.thread?.app ?? context.channelApp
    return read({ kind: 'help', app, verb: null, about: null, here: false })
  }
  const verb = first.kind === 'word' ? findVerb(first.text) : null
  const rest = unescapeEntities(tokens.source.slice(first.end)).trim()
  if (verb !== null) return parseVerb({ verb, typed: first.text }, { ...tokens, tokens: after }, context)
  if (eitherDecision.includes(first.text.toLowerCase())) {
    return problem({ kind: 'approve-or-accept', text: first.text, rest })
  }
  return problem({ kind: 'unknown-verb', text: first.text, nearest: nearestVerbs(first.text), rest })
}

function parseVerb(
  { verb, typed }: { readonly verb: Verb; readonly typed: string },
  after: Tokens,
  context: CommandContext,
): ParsedCommand {
  const { syntax } = commands[verb]
  const args = readArguments({ verb, typed, syntax }, after, context)
  if (args.kind !== 'arguments') return problem(args)
  if (isEveryAppVerb(verb)) return commands[verb].read(args)
  const { app } = args
  if (app !== null) return commands[verb].read({ ...args, app })
  const words = after.source.slice(after.tokens[0]?.start ?? after.source.length)
  return whichApp(verb, `${typed} ${words}`, context)
}

/** Never guesses between apps: a form asks for the app of an order, and the answer to a question names the choices. */
function whichApp(verb: Verb, words: string, context: CommandContext): ParsedCommand {
  const apps = context.apps.map((app) => app.name)
  const [first] = apps
  if (first === undefined || !needsRole(verb) || words.length > LONGEST_IN_FORM) {
    return problem({ kind: 'which-app', apps, verb })
  }
  return form({ form: 'which-app', app: first, given: { words: words.trim() }, target: {} })
}
