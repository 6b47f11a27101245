/** Parses the words of `env`. */
import { parseDuration } from '../../../domain/durations.js'
import { parseEnvironmentName } from '../../../domain/identifiers.js'
import type { IntentOf } from '../../../domain/intent.js'
import { nearest } from '../../../domain/nearest.js'
import { type EnvironmentDefinition, findEnvironment } from '../../../domain/pipeline.js'
import { type AppArguments, valueOf } from '../../commands/arguments.js'
import { prefill } from '../../commands/form-prefill.js'
import { form, orderFor, type ParsedCommand, problem, read, refused } from '../../commands/parsed-command.js'
import type { Word } from '../../commands/read-keywords.js'
import { releaseAndEnvironment } from '../../commands/release-and-environment.js'
import { namesCommit } from '../../commands/release-words.js'

const actions = {
  rebuild: 'rebuild',
  patch: 'patch',
  extend: 'extend',
  keep: 'keep',
  teardown: 'teardown',
  approve: 'approve-teardown',
  stop: 'stop-teardown',
} as const satisfies Readonly<Record<string, IntentOf<'env'>['action']>>
type ActionWord = keyof typeof actions
type Action = (typeof actions)[ActionWord]
type EnvForm = 'env-create' | `env-${Action}`

const isWord = (text: string): text is ActionWord => Object.hasOwn(actions, text)
const actionWords: readonly ActionWord[] = Object.keys(actions).filter(isWord)
const subcommands: readonly string[] = ['list', 'show', 'create', ...actionWords]

/** The typed word of an action: `approve` for `approve-teardown`. */
export const wordOf = (action: IntentOf<'env'>['action']): string =>
  actionWords.find((word) => actions[word] === action) ?? action

/** `env list`, `env create pr-17 from #17`, `env extend pr-17 24h`, `env teardown pr-17 --yes`, … */
export function readEnv(args: AppArguments): ParsedCommand<EnvForm> {
  const [first, ...rest] = args.words
  const app = args.app.name
  const here = args.switches.has('here')
  if (first === undefined) return read({ kind: 'environments', app, here })
  const subcommand = subcommands.find((name) => name === first.token.text.toLowerCase())
  if (subcommand === undefined) return readBare(args, first)
  if (subcommand === 'create') return readCreate(args, rest)
  const named = { ...args, words: rest }
  if (subcommand === 'patch') return readPatch(named)
  if (isWord(subcommand)) return readAction(actions[subcommand], named)
  if (subcommand === 'show') return readShow(named)
  const sorted = releaseAndEnvironment(named, { release: false, environment: false })
  return sorted.kind === 'sorted' ? read({ kind: 'environments', app, here }) : problem(sorted)
}

/** `env staging` shows the environment; a misspelt subcommand is not an environment. */
function readBare(args: AppArguments, first: Word): ParsedCommand<never> {
  const { text } = first.token
  const environments = args.app.environments.map((environment) => environment.name)
  const close = nearest(text, subcommands)
  if (close.length > 0 && nearest(text, environments).length === 0) {
    const rest = args.words.slice(1).map(({ token }) => token.text)
    const near = close.map((name) => `env ${name}`)
    return problem({ kind: 'unknown-verb', text: `env ${text}`, nearest: near, rest: rest.join(' ') })
  }
  return readShow(args)
}

function readShow(args: AppArguments): ParsedCommand<never> {
  const sorted = releaseAndEnvironment(args, { release: false, environment: true })
  if (sorted.kind !== 'sorted') return problem(sorted)
  const { environment } = sorted
  const app = args.app.name
  const here = args.switches.has('here')
  if (environment === null) return read({ kind: 'environments', app, here })
  return read({ kind: 'environment', app, environment, here })
}

function readCreate(args: AppArguments, words: readonly Word[]): ParsedCommand<EnvForm> {
  const app = args.app
  if (app.previews === null) return refused({ code: 'no-previews' })
  if (valueOf(args, 'until') !== null) {
    return refused({ code: 'not-supported', what: 'an expiry of its own; extend the environment instead' })
  }
  const [name, extra] = [...words.map(({ token }) => token.text), ...args.quoted]
  if (extra !== undefined) return problem({ kind: 'unexpected', text: extra, verb: args.verb })
  const from = valueOf(args, 'from')
  if (name === undefined) {
    return form({ form: 'env-create', app: app.name, given: prefill({ ref: from }), target: {} })
  }
  const environment = parseEnvironmentName(name.toLowerCase())
  if (environment === null || findEnvironment(app, environment) !== null) {
    return refused({ code: 'invalid-name', text: name })
  }
  return orderFor({
    kind: 'env',
    app: app.name,
    action: 'create',
    environment,
    argument: from,
    confirmed: false,
  })
}

/** `env patch staging`, `env patch integration 9f3c1ab`. The form has no field for a commit. */
function readPatch(args: AppArguments): ParsedCommand<EnvForm> {
  const commit = args.words.find((word) => isCommit(args, word)) ?? null
  const parsed = readAction('patch', { ...args, words: args.words.filter((word) => word !== commit) })
  if (commit === null || parsed.kind === 'problem') return parsed
  const { text } = commit.token
  return parsed.kind === 'order' && parsed.intent.kind === 'env'
    ? orderFor({ ...parsed.intent, argument: text.toLowerCase() })
    : problem({ kind: 'unexpected', text, verb: args.verb })
}

function readAction(action: Action, args: AppArguments): ParsedCommand<EnvForm> {
  const durations = action === 'extend' ? args.words.filter(isDuration) : []
  const words = args.words.filter((word) => !durations.includes(word))
  const unread = action === 'extend' && durations.length === 0 ? unreadDuration(words) : null
  if (unread !== null) return refused({ code: 'invalid-time', text: unread })
  const sorted = releaseAndEnvironment({ ...args, words }, { release: false, environment: true })
  if (sorted.kind !== 'sorted') return problem(sorted)
  const { environment } = sorted
  const app = args.app.name
  // `1d 12h` is one duration.
  const typed = durations.map(({ token }) => token.text.toLowerCase()).join('')
  const until = typed === '' ? valueOf(args, 'until') : typed
  if (until !== null && action !== 'extend') {
    return problem({ kind: 'unexpected', text: until, verb: args.verb })
  }
  if (until !== null && parseDuration(until) === null) return refused({ code: 'invalid-time', text: until })
  const confirmed = args.switches.has('yes')
  const permanent = action === 'teardown' ? permanentOne(args, environment) : null
  if (permanent !== null) return readRemoval(args, permanent.name)
  if (environment !== null)
    return orderFor({ kind: 'env', app, action, environment, argument: until, confirmed })
  return form({ form: `env-${action}`, app, given: prefill({ duration: until }), target: {} })
}

/** The permanent environment with that name; null when it is a preview or expires. */
function permanentOne({ app }: AppArguments, name: string | null): EnvironmentDefinition | null {
  const found = name === null ? null : findEnvironment(app, name)
  return found !== null && found.expiresMs === null ? found : null
}

/** No pasted command tears it down: its name has to be typed in a form. */
function readRemoval(
  { app, switches }: AppArguments,
  environment: EnvironmentDefinition['name'],
): ParsedCommand<EnvForm> {
  if (switches.has('yes')) return refused({ code: 'teardown-needs-name', environment, typed: null })
  return form({ form: 'env-teardown', app: app.name, given: {}, target: { environment } })
}

/** A commit to patch with; an environment's name may look like one. */
const isCommit = ({ app }: AppArguments, { token }: Word): boolean =>
  namesCommit(token.text) && findEnvironment(app, token.text) === null

const isDuration = ({ keyword, token }: Word): boolean =>
  keyword === null && parseDuration(token.text.toLowerCase()) !== null

/** `3 dasy` after the name was meant as a duration; null when nothing follows it. */
function unreadDuration(words: readonly Word[]): string | null {
  const rest = words.slice(1).filter(({ keyword }) => keyword === null)
  return rest.length === 0 ? null : rest.map(({ token }) => token.text).join(' ')
}
