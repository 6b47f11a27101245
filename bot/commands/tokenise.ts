/** Splits typed text into tokens. Pure and total: any text gives tokens or one named problem. */

export type TokenKind = 'word' | 'quoted' | 'flag' | 'user' | 'channel' | 'group' | 'link'

export interface Token {
  readonly kind: TokenKind
  /** The word, the flag's name without dashes, the id of a reference, or the label of a link. */
  readonly text: string
  /** The value of `--flag=value`, or the URL of a link; otherwise null. */
  readonly value: string | null
  /** Where it starts and ends in `Tokens.source`. */
  readonly start: number
  readonly end: number
}

export interface Tokens {
  readonly kind: 'tokens'
  /** The text the offsets refer to. */
  readonly source: string
  readonly tokens: readonly Token[]
}

export interface UnclosedQuote {
  readonly kind: 'unclosed-quote'
  readonly from: string
}

interface Piece {
  readonly token: Token
  readonly next: number
}

const space = /[\s\u00a0\u200b\u2060\ufeff]/u
const doubleQuotes = '"“”„‟«»'
const singleQuotes = "'‘’‚‛"
/** Phones replace the dashes of `--from` with a dash of another length. */
const flagStart = /^(?:--|[—–−])(?=[a-z])|^-(?=[a-z](?:[\s=]|$))/i
const flagName = /^[a-z][a-z-]*/i
const reference = /^<([^<>\s|][^<>|]*)(?:\|([^<>]*))?>/

/** Tokenises a command's text as Slack delivers it: entities escaped, references in angle brackets. */
export function tokenise(text: string): Tokens | UnclosedQuote {
  const source = text.normalize('NFC')
  const tokens: Token[] = []
  let at = 0
  while (at < source.length) {
    if (space.test(source.charAt(at))) {
      at += 1
      continue
    }
    const piece = readPiece(source, at)
    if (piece === null) return { kind: 'unclosed-quote', from: unescapeEntities(source.slice(at)) }
    tokens.push(piece.token)
    at = piece.next
  }
  return { kind: 'tokens', source, tokens }
}

/** Unescapes `&amp;`, `&lt;` and `&gt;`; Slack escapes nothing else. */
export function unescapeEntities(text: string): string {
  return text.replace(/&(amp|lt|gt);/g, (_, name: string) =>
    name === 'amp' ? '&' : name === 'lt' ? '<' : '>',
  )
}

/** Null: a double quote or a backtick is never closed. */
function readPiece(source: string, at: number): Piece | null {
  const first = source.charAt(at)
  if (doubleQuotes.includes(first)) return readQuoted(source, at, doubleQuotes)
  if (first === '`') return readQuoted(source, at, '`')
  if (singleQuotes.includes(first)) return readSingleQuoted(source, at) ?? readWord(source, at)
  if (flagStart.test(source.slice(at, at + 3))) return readFlag(source, at)
  if (first === '<') return readReference(source, at) ?? readWord(source, at)
  return readWord(source, at)
}

function readQuoted(source: string, at: number, closers: string): Piece | null {
  for (let end = at + 1; end < source.length; end += 1) {
    if (closers.includes(source.charAt(end))) return quoted(source, at, end)
  }
  return null
}

/** A single quote closes only before a space or the end, so `'don't ship'` is one text; unclosed, it is an apostrophe. */
function readSingleQuoted(source: string, at: number): Piece | null {
  for (let end = at + 1; end < source.length; end += 1) {
    const ends = end + 1 === source.length || space.test(source.charAt(end + 1))
    if (ends && singleQuotes.includes(source.charAt(end))) return quoted(source, at, end)
  }
  return null
}

function quoted(source: string, at: number, end: number): Piece {
  const text = unescapeEntities(source.slice(at + 1, end)).trim()
  return { token: { kind: 'quoted', text, value: null, start: at, end: end + 1 }, next: end + 1 }
}

function readFlag(source: string, at: number): Piece | null {
  const dashes = flagStart.exec(source.slice(at, at + 3))?.[0].length ?? 1
  const name = flagName.exec(source.slice(at + dashes))?.[0] ?? ''
  const after = at + dashes + name.length
  const flag = { kind: 'flag', text: name.toLowerCase(), start: at } as const
  if (source.charAt(after) !== '=') return { token: { ...flag, value: null, end: after }, next: after }
  const at2 = after + 1
  if (at2 >= source.length || space.test(source.charAt(at2))) {
    return { token: { ...flag, value: '', end: at2 }, next: at2 }
  }
  const value = readPiece(source, at2)
  return value && { token: { ...flag, value: value.token.text, end: value.next }, next: value.next }
}

function readReference(source: string, at: number): Piece | null {
  const match = reference.exec(source.slice(at))
  if (match === null) return null
  const [whole, target = '', label] = match
  const place = { start: at, end: at + whole.length }
  const next = place.end
  const user = /^@([UW][A-Z0-9]+)$/.exec(target)?.[1]
  if (user !== undefined) return { token: { kind: 'user', text: user, value: null, ...place }, next }
  const channel = /^#([CGD][A-Z0-9]+)$/.exec(target)?.[1]
  if (channel !== undefined) return { token: { kind: 'channel', text: channel, value: null, ...place }, next }
  const group = /^!subteam\^([A-Z0-9]+)/.exec(target)?.[1]
  if (group !== undefined) return { token: { kind: 'group', text: group, value: null, ...place }, next }
  if (!isAddress(target)) return null
  // Slack turns `api.prod` into a link to itself; text attached to it belongs to the same word.
  if (isSelfLink(target, label)) return null
  const text = unescapeEntities(label ?? target)
  return { token: { kind: 'link', text, value: unescapeEntities(target), ...place }, next }
}

const isAddress = (target: string): boolean => /^(?:https?:\/\/|mailto:)/i.test(target)

function isSelfLink(target: string, label: string | undefined): boolean {
  return label !== undefined && target.replace(/^(?:https?:\/\/|mailto:)/i, '').replace(/\/$/, '') === label
}

/** Reads up to the next space; a link of a word to itself counts as only the word. */
function readWord(source: string, at: number): Piece {
  let text = ''
  let end = at
  while (end < source.length && !space.test(source.charAt(end))) {
    const link = source.charAt(end) === '<' ? reference.exec(source.slice(end)) : null
    const label = link !== null && isSelfLink(link[1] ?? '', link[2]) ? link[2] : undefined
    text += label ?? source.charAt(end)
    end += label === undefined ? 1 : (link?.[0].length ?? 1)
  }
  return { token: { kind: 'word', text: unescapeEntities(text), value: null, start: at, end }, next: end }
}
