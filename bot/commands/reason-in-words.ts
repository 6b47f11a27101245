/** Reads a reason given without `because` or a colon: `staging for demo`, `staging "load test"`, `staging 2h demo`. */
import { parseDuration } from '../../domain/durations.js'
import { type Arguments, environmentNames } from './arguments.js'
import type { Word } from './read-keywords.js'
import { environmentWord } from './release-words.js'

/** The arguments without the words of the reason. `inWords`: whether there were any. */
export interface ReasonInWords<Args extends Arguments> {
  readonly args: Args
  readonly inWords: boolean
}

/** For a command about an environment: the reason is the words after its name and any quoted text. */
export function reasonAfterPlace<Args extends Arguments>(args: Args): ReasonInWords<Args> {
  const place = args.values.has('environment') ? -1 : placeIn(args)
  return takeReason(args, place + 1)
}

/** For a command about whole apps: the reason is the words after `for` and any quoted text. */
export function reasonAfterFor<Args extends Arguments>(args: Args): ReasonInWords<Args> {
  const from = args.words.findIndex(({ keyword }) => keyword === 'for')
  return takeReason(args, from < 0 ? args.words.length : from)
}

/** The index of the environment's word, -1 if there is none. Preview names are not known here, so the first word is assumed. */
function placeIn(args: Arguments): number {
  const names = environmentNames(args)
  const known = args.words.findIndex(({ token }) => environmentWord(token.text, names) !== null)
  const [first] = args.words
  return known >= 0 || first === undefined || first.keyword === 'for' ? known : 0
}

/** `from`: the index of the first word of the reason. */
function takeReason<Args extends Arguments>(args: Args, from: number): ReasonInWords<Args> {
  const words = args.words.slice(from)
  // A second environment or app name is not a reason: the person meant both, or one of them is a mistake.
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
