/** Separates keywords and their values (`from main`, `until fri 17:00`, `to staging`) from the words. */
import { parseDuration } from '../../domain/durations.js'
import type { Verb } from '../../domain/verbs.js'
import type { Problem } from './parsed-command.js'
import { type Keyword, placeKeywords, type Syntax } from './syntax.js'
import type { Token } from './tokenise.js'

const valueKeywords: readonly Keyword[] = ['from', 'as', 'onto', 'vs', 'until', 'since']

/** A word with the `to`, `on`, `in`, `for` or `of` before it. */
export interface Word {
  readonly keyword: Keyword | null
  readonly token: Token
}

export interface Keyworded {
  readonly kind: 'keyworded'
  readonly words: readonly Word[]
  readonly values: ReadonlyMap<string, string>
}

/** Days, clock times and units that may follow `until`. Any other word ends the time. */
const timeWord =
  /^(?:today|tonight|tomorrow|noon|midnight|next|at|am|pm|utc|gmt|z|[ecmp][sd]t|cest?|bst|ist|jst|eet|eest|aest|aedt|[+-]\d{1,2}(?::?\d{2})?|week|month|day|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|\d{1,2}(?::\d{2}){0,2}(?:am|pm|h)?|\d{4}-\d{2}-\d{2}(?:t[\d:.]+(?:z|[+-]\d{2}:?\d{2})?)?|\d+(?:st|nd|rd|th))[,.]?$/i

const isDuration = (text: string): boolean => parseDuration(text.toLowerCase()) !== null
const isTime = ({ kind, text }: Token): boolean =>
  kind !== 'quoted' && (timeWord.test(text) || isDuration(text))

/** The words with their place keywords, and the values of the other keywords by name. */
export function readKeywords(verb: Verb, syntax: Syntax, tokens: readonly Token[]): Keyworded | Problem {
  const words: Word[] = []
  const values = new Map<string, string>()
  let at = 0
  while (at < tokens.length) {
    const token = tokens[at]
    if (token === undefined) break
    const keyword = keywordOf(syntax, token)
    const next = tokens[at + 1]
    if (keyword === null) {
      words.push({ keyword: null, token })
      at += 1
      continue
    }
    if (next === undefined) return { kind: 'unexpected', text: token.text, verb }
    const time = takeTime(syntax, keyword, tokens.slice(at + 1))
    if (time > 0) {
      values.set('until', sayTokens(tokens.slice(at + 1, at + 1 + time)))
      at += 1 + time
    } else if (placeKeywords.includes(keyword)) {
      words.push({ keyword, token: next })
      at += 2
    } else {
      values.set(keyword, next.kind === 'link' ? (next.value ?? next.text) : next.text)
      at += 2
    }
  }
  return { kind: 'keyworded', words, values }
}

function keywordOf(syntax: Syntax, token: Token): Keyword | null {
  if (token.kind !== 'word') return null
  const text = token.text.toLowerCase()
  const known = [...placeKeywords, ...valueKeywords].find((keyword) => keyword === text)
  return known !== undefined && syntax.keywords.includes(known) ? known : null
}

/** The number of tokens that form the time after `until` or, where a verb allows it, after `for`. */
function takeTime(syntax: Syntax, keyword: Keyword, following: readonly Token[]): number {
  const timed = syntax.keywords.includes('until') || Object.hasOwn(syntax.flags, 'for')
  if (keyword !== 'until' && !(keyword === 'for' && timed)) return 0
  const [first] = following
  // `until "fri 17:00"` is a time, but quoted text after `for` is usually a reason.
  if (first?.kind === 'quoted') return keyword === 'until' || isDuration(first.text) ? 1 : 0
  const end = following.findIndex((token) => !isTime(token))
  return end < 0 ? following.length : end
}

const sayTokens = (tokens: readonly Token[]): string => tokens.map((token) => token.text).join(' ')
