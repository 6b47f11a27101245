/** Text → an order, a question, a form or a problem. Pure and total: it never throws and decides nothing by a guess. */
import { type AppArguments, type Arguments, readArguments } from './arguments.js'
import { parseCut, parseDraft, parseEdit } from './grammar/cut.js'
import { parseDecision } from './grammar/decide.js'
import { parseEnv } from './grammar/environment.js'
import { parseAttempt, parseFreeze, parseHold, parseLock, parseUnlock } from './grammar/lane.js'
import { parsePick, parseTag } from './grammar/pick.js'
import { parsePromote, parseRollback } from './grammar/promote.js'
import {
  parseDiff,
  parseHelp,
  parseHistory,
  parseList,
  parseMetrics,
  parseQuestion,
  parseWhere,
} from './grammar/questions.js'
import { parseChecklist, parseDelete, parseMute } from './grammar/release-life.js'
import { type CommandContext, form, type ParsedCommand, problem, read } from './parsed-command.js'
import { type Tokens, tokenise, unescapeEntities } from './tokenise.js'
import { eitherDecision, findVerb, nearestVerbs, type Verb } from './verbs.js'

type OfApp = (args: AppArguments) => ParsedCommand
type OfAnything = (args: Arguments) => ParsedCommand

/** Verbs that need an app. */
const appVerbs = {
  cut: parseCut,
  draft: parseDraft,
  edit: parseEdit,
  promote: parsePromote,
  approve: (args) => parseDecision('approve', args),
  accept: (args) => parseDecision('accept', args),
  reject: (args) => parseDecision('reject', args),
  rollback: parseRollback,
  retry: (args) => parseAttempt('retry', args),
  skip: (args) => parseAttempt('skip', args),
  abort: (args) => parseAttempt('abort', args),
  'cherry-pick': parsePick,
  tag: parseTag,
  pause: (args) => parseHold('pause', args),
  resume: (args) => parseHold('resume', args),
  status: (args) => parseQuestion('status', args),
  diff: parseDiff,
  history: parseHistory,
  why: (args) => parseQuestion('why', args),
  plan: (args) => parseQuestion('plan', args),
  delete: parseDelete,
  lock: parseLock,
  unlock: parseUnlock,
  env: parseEnv,
  checklist: parseChecklist,
} as const satisfies Partial<Record<Verb, OfApp>>

/** Verbs that can mean every app. */
const openVerbs = {
  list: parseList,
  where: parseWhere,
  freeze: (args) => parseFreeze('freeze', args),
  thaw: (args) => parseFreeze('thaw', args),
  metrics: parseMetrics,
  mute: parseMute,
  help: parseHelp,
} as const satisfies Record<Exclude<Verb, keyof typeof appVerbs>, OfAnything>

const questions: readonly Verb[] = ['status', 'diff', 'history', 'why', 'plan']

/** Reads what follows the command's name. */
export function parseReleaseCommand(text: string, context: CommandContext): ParsedCommand {
  const tokens = tokenise(text)
  if (tokens.kind !== 'tokens') return problem(tokens)
  const [first, ...after] = tokens.tokens
  if (first === undefined) {
    return read({ kind: 'help', app: context.thread?.app ?? context.channelApp, verb: null, here: false })
  }
  const verb = first.kind === 'word' ? findVerb(first.text) : null
  const rest = unescapeEntities(tokens.source.slice(first.end)).trim()
  if (verb !== null) return parseVerb(verb, first.text, { ...tokens, tokens: after }, context)
  if (eitherDecision.includes(first.text.toLowerCase())) {
    return problem({ kind: 'approve-or-accept', text: first.text, rest })
  }
  return problem({ kind: 'unknown-verb', text: first.text, nearest: nearestVerbs(first.text), rest })
}

function parseVerb(verb: Verb, typed: string, after: Tokens, context: CommandContext): ParsedCommand {
  const args = readArguments(verb, typed, after, context)
  if (args.kind !== 'arguments') return problem(args)
  if (isOpenVerb(verb)) return openVerbs[verb](args)
  const { app } = args
  if (app !== null) return appVerbs[verb]({ ...args, app })
  return whichApp(
    verb,
    `${typed} ${after.source.slice(after.tokens[0]?.start ?? after.source.length)}`,
    context,
  )
}

const isOpenVerb = (verb: Verb): verb is keyof typeof openVerbs => Object.hasOwn(openVerbs, verb)

/** Never a guess between two: an order asks in a form, a question names the choices. */
function whichApp(
  verb: Exclude<Verb, keyof typeof openVerbs>,
  words: string,
  context: CommandContext,
): ParsedCommand {
  const apps = context.apps.map((app) => app.name)
  const [first] = apps
  // A form carries the words only up to what Slack lets it carry.
  if (first === undefined || questions.includes(verb) || words.length > 1_500) {
    return problem({ kind: 'which-app', apps, verb })
  }
  return form({ form: 'which-app', app: first, given: { words: words.trim() }, target: {} })
}
