/** A reason said without `because` or a colon: `staging for demo`, `staging "load test"`, `staging 2h demo`. */
import { parseDuration } from '../../domain/durations.js'
import { type Arguments, environmentNames } from './arguments.js'
import type { Word } from './read-keywords.js'
import { environmentWord } from './release-words.js'

/** The same arguments with such words taken out. `inWords`: whether there were any. */
export interface ReasonInWords<Args extends Arguments> {
  readonly args: Args
  readonly inWords: boolean
}

/** Of an order about an environment: what follows its name, and what stands in quotation marks. */
export function reasonAfterPlace<Args extends Arguments>(args: Args): ReasonInWords<Args> {
  const place = args.values.has('environment') ? -1 : placeIn(args)
  return takeReason(args, place + 1)
}

/** Of an order about whole apps: all that follows `for`, and what stands in quotation marks. */
export function reasonAfterFor<Args extends Arguments>(args: Args): ReasonInWords<Args> {
  const from = args.words.findIndex(({ keyword }) => keyword === 'for')
  return takeReason(args, from < 0 ? args.words.length : from)
}

/** Where the environment is, -1 where there is none. A preview's name is not known here, so it is the first word. */
function placeIn(args: Arguments): number {
  const names = environmentNames(args)
  const known = args.words.findIndex(({ token }) => environmentWord(token.text, names) !== null)
  const [first] = args.words
  return known >= 0 || first === undefined || first.keyword === 'for' ? known : 0
}

/** `from`: the first of the words that are a reason. */
function takeReason<Args extends Arguments>(args: Args, from: number): ReasonInWords<Args> {
  const words = args.words.slice(from)
  // One more environment or app is no reason: two were meant, or one of them was a slip.
  if (words.length === 1 && words.some((word) => isName(args, word))) return { args, inWords: false }
  const [first] = words
  const isTime = !args.values.has('until') && parseDuration(first?.token.text.toLowerCase() ?? '') !== null
  const said = [...words.slice(isTime ? 1 : 0).map(({ token }) => token.text), ...args.quoted].join(' ')
  const reason = [said, args.reason ?? ''].filter((part) => part !== '').join(': ')
  const until = isTime && first ? [['until', [first.token.text]] as const] : []
  return {
    args: {
      ...{
        ...args,
        words: args.words.slice(0, from),
        quoted: [],
        values: new Map([...args.values, ...until]),
      },
      reason: reason === '' ? null : reason,
    },
    inWords: said !== '',
  }
}

function isName(args: Arguments, { token }: Word): boolean {
  const apps = args.context.apps.map(({ name }) => name)
  return [...environmentNames(args), ...apps].some((name) => name === token.text.toLowerCase())
}
