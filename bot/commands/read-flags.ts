/** Separates the reason and the flags from the tokens; the rest are words. */
import { nearest } from '../../domain/nearest.js'
import type { Verb } from '../../domain/verbs.js'
import type { Problem } from './parsed-command.js'
import type { Syntax } from './syntax.js'
import { type Token, type Tokens, unescapeEntities } from './tokenise.js'

/** Maps the variants of a flag to one name. */
const canonical: Readonly<Record<string, string>> = {
  comment: 'reason',
  m: 'reason',
  d: 'description',
  y: 'yes',
  n: 'dry-run',
  env: 'environment',
  to: 'environment',
  on: 'environment',
  for: 'until',
  steal: 'take-over',
}

/** The canonical name of a flag that has several. */
export const canonicalFlag = (flag: string): string => canonical[flag] ?? flag

export interface Flagged {
  readonly kind: 'flagged'
  readonly words: readonly Token[]
  readonly values: ReadonlyMap<string, readonly string[]>
  readonly switches: ReadonlySet<string>
  readonly reason: string | null
}

interface Gathered {
  readonly words: Token[]
  readonly values: Map<string, string[]>
  readonly switches: Set<string>
}

/** Splits the tokens after the verb into words, flags and the reason. */
export function readFlags(verb: Verb, syntax: Syntax, after: Tokens): Flagged | Problem {
  const { tokens, reason } = syntax.reason ? splitReason(after) : { tokens: after.tokens, reason: null }
  const gathered: Gathered = { words: [], values: new Map(), switches: new Set() }
  let at = 0
  while (at < tokens.length) {
    const token = tokens[at]
    if (token === undefined) break
    const taken = token.kind === 'flag' ? takeFlag({ verb, syntax }, gathered, tokens.slice(at)) : 1
    if (typeof taken !== 'number') return taken
    if (token.kind !== 'flag') gathered.words.push(token)
    at += taken
  }
  const { words, values, switches } = gathered
  return { kind: 'flagged', words, values, switches, reason: reason ?? values.get('reason')?.at(-1) ?? null }
}

/** The number of tokens taken by the flag at the start, including itself. */
function takeFlag(
  { verb, syntax }: { readonly verb: Verb; readonly syntax: Syntax },
  { values, switches }: Gathered,
  [token, next]: readonly Token[],
): number | Problem {
  if (token === undefined) return 1
  const kind = Object.hasOwn(syntax.flags, token.text) ? syntax.flags[token.text] : undefined
  if (kind === undefined) return unknownFlag(verb, syntax, token.text)
  const name = canonicalFlag(token.text)
  if (kind === 'switch') {
    if (token.value !== null) return { kind: 'unexpected', text: token.value, verb }
    switches.add(name)
    return 1
  }
  const value = token.value ?? valueOf(next)
  if (value === null || value === '') return { kind: 'flag-without-value', flag: token.text, verb }
  values.set(name, [...(values.get(name) ?? []), value])
  return token.value === null ? 2 : 1
}

function unknownFlag(verb: Verb, syntax: Syntax, flag: string): Problem {
  const known = Object.keys(syntax.flags)
  // Other tools call it `--force`.
  const close = flag === 'force' && known.includes('override') ? ['override'] : nearest(flag, known)
  return { kind: 'unknown-flag', flag, verb, nearest: close }
}

function valueOf(token: Token | undefined): string | null {
  if (token === undefined || token.kind === 'flag') return null
  return token.kind === 'link' ? (token.value ?? token.text) : token.text
}

interface SplitReason {
  readonly tokens: readonly Token[]
  readonly reason: string | null
}

/** `lock staging: load test` and `lock staging because of the load test`. */
function splitReason({ source, tokens }: Tokens): SplitReason {
  const at = tokens.findIndex((token, index) => startsReason(token, tokens[index + 1]))
  const token = tokens[at]
  if (token === undefined) return { tokens, reason: null }
  const word = token.text.toLowerCase() === 'because' ? '' : token.text.slice(0, -1)
  const kept = word === '' ? [] : [{ ...token, text: word }]
  const said = tokens.slice(at + 1)
  const [only] = said
  const text = said.length === 1 && only?.kind === 'quoted' ? only.text : source.slice(token.end)
  const reason = unescapeEntities(text).trim()
  return { tokens: [...tokens.slice(0, at), ...kept], reason: reason === '' ? null : reason }
}

function startsReason(token: Token, next: Token | undefined): boolean {
  if (token.kind !== 'word' || next === undefined) return false
  return token.text.toLowerCase() === 'because' || token.text.endsWith(':')
}
