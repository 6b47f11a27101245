/** The verbs that only ask. */
import { parseDuration } from '../../../domain/durations.js'
import { parseUserId } from '../../../domain/identifiers.js'
import { nearest } from '../../../domain/nearest.js'
import { type AppArguments, type Arguments, valueOf } from '../../commands/arguments.js'
import { type Listing, type ParsedCommand, problem, read, refused } from '../../commands/parsed-command.js'
import { settle } from '../../commands/release-and-environment.js'
import { findVerb, verbs } from '../table.js'

/** `status`, `why`, `plan`: of a release, of an environment, or of what is newest. */
export function parseQuestion(kind: 'status' | 'why' | 'plan', args: AppArguments): ParsedCommand {
  const settled = settle(args, { release: true, environment: true })
  if (settled.kind !== 'settled') return problem(settled)
  const { release, environment } = settled
  return read({ kind, app: args.app.name, release, environment, here: args.switches.has('here') })
}

/** `diff 2026.11.3 vs production`. */
export function parseDiff(args: AppArguments): ParsedCommand {
  const settled = settle(args, { release: true, environment: true })
  if (settled.kind !== 'settled') return problem(settled)
  const { release, environment } = settled
  const against = valueOf(args, 'vs') ?? valueOf(args, 'from')
  const here = args.switches.has('here')
  return read({ kind: 'diff', app: args.app.name, release, environment, against, here })
}

/** `history production --since 7d --by @alice`. */
export function parseHistory(args: AppArguments): ParsedCommand {
  const settled = settle(args, { release: true, environment: true })
  if (settled.kind !== 'settled') return problem(settled)
  const { release, environment } = settled
  const since = valueOf(args, 'since')
  if (since !== null && parseDuration(since) === null) return refused({ code: 'invalid-time', text: since })
  const by = valueOf(args, 'by')
  const user = by === null ? null : parseUserId(by)
  if (by !== null && user === null) return problem({ kind: 'unexpected', text: by, verb: args.verb })
  const here = args.switches.has('here')
  return read({ kind: 'history', app: args.app.name, release, environment, since, by: user, here })
}

const listingWords: Readonly<Record<string, Listing>> = {
  releases: 'releases',
  rcs: 'candidates',
  candidates: 'candidates',
  envs: 'environments',
  environments: 'environments',
  approvals: 'waiting',
  waiting: 'waiting',
  drafts: 'drafts',
}

/** `list rcs --mine --page 2`. */
export function parseList(args: Arguments): ParsedCommand {
  const [word, extra] = args.words.map(({ token }) => token.text)
  const known = word?.toLowerCase() ?? 'releases'
  const what = Object.hasOwn(listingWords, known) ? listingWords[known] : undefined
  if (what === undefined) {
    const close = nearest(known, Object.keys(listingWords)).map((name) => `list ${name}`)
    return problem({ kind: 'unknown-verb', text: `list ${word ?? ''}`, nearest: close, rest: '' })
  }
  if (extra !== undefined) return problem({ kind: 'unexpected', text: extra, verb: args.verb })
  const page = Number(valueOf(args, 'page') ?? '1')
  if (!Number.isInteger(page) || page < 1 || page > 1_000) {
    return problem({ kind: 'unexpected', text: valueOf(args, 'page') ?? '', verb: args.verb })
  }
  return read({
    kind: 'list',
    app: args.app?.name ?? null,
    what,
    mine: args.switches.has('mine'),
    page,
    here: args.switches.has('here'),
  })
}

/** `where`, `where production`. */
export function parseWhere(args: Arguments): ParsedCommand {
  const settled = settle(args, { release: false, environment: true })
  if (settled.kind !== 'settled') return problem(settled)
  const { environment } = settled
  return read({ kind: 'where', app: args.app?.name ?? null, environment, here: args.switches.has('here') })
}

/** `metrics --since 30d`. */
export function parseMetrics(args: Arguments): ParsedCommand {
  const settled = settle(args, { release: false, environment: false })
  if (settled.kind !== 'settled') return problem(settled)
  const since = valueOf(args, 'since')
  if (since !== null && parseDuration(since) === null) return refused({ code: 'invalid-time', text: since })
  return read({ kind: 'metrics', app: args.app?.name ?? null, since, here: args.switches.has('here') })
}

/** `help`, `help promote`. */
export function parseHelp(args: Arguments): ParsedCommand {
  const text = args.words[0]?.token.text ?? null
  const verb = text === null ? null : findVerb(text)
  if (text !== null && verb === null) {
    return problem({ kind: 'unknown-verb', text, nearest: nearest(text, verbs), rest: '' })
  }
  const here = args.switches.has('here')
  return read({ kind: 'help', app: args.app?.name ?? null, verb, here })
}
