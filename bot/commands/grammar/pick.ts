/** `cherry-pick`: adds commits to a release that is already cut. `tag`: its tags. */
import type { PickIntent } from '../../../domain/intent.js'
import { type AppArguments, valueOf } from '../arguments.js'
import { form, order, type ParsedCommand, problem } from '../parsed-command.js'
import type { Word } from '../read-keywords.js'
import { namesCommit, releaseRef, releaseWord } from '../release-words.js'
import { settle } from '../settle.js'
import type { Token } from '../tokenise.js'
import { present } from './given.js'

/** `cherry-pick 9f3c1ab #4812 onto 2026.11.3`, `cherry-pick continue`, `cherry-pick skip`. */
export function parsePick(args: AppArguments): ParsedCommand {
  const [first, ...following] = args.words
  const step = stepOf(first)
  const words = step === 'start' ? args.words : following
  const picks: string[] = []
  let onto = valueOf(args, 'onto')
  for (const { keyword, token } of words) {
    const word = pickWord(token)
    if (word !== null && keyword === null && isPick(word)) picks.push(word)
    else if (word !== null && onto === null) onto = word
    else return problem({ kind: 'unexpected', text: token.text, verb: args.verb })
  }
  const [extra] = step === 'start' ? args.quoted : [...args.quoted, ...picks]
  if (extra !== undefined) return problem({ kind: 'unexpected', text: extra, verb: args.verb })
  const app = args.app.name
  const release = releaseRef(onto, args.context)
  if (step !== 'start' || picks.length > 0) return order({ kind: 'cherry-pick', app, release, picks, step })
  const target = release?.kind === 'id' ? { releaseId: release.releaseId } : {}
  return form({ form: 'cherry-pick', app, given: present({ release: onto }), target })
}

function stepOf(word: Word | undefined): PickIntent['step'] {
  const text = word?.token.text.toLowerCase()
  return text === 'continue' || text === 'skip' ? text : 'start'
}

const isPick = (word: string): boolean => word.startsWith('#') || namesCommit(word) || isRange(word)

/** `9f3c1ab..4d2e1f0`: the commits that the second has and the first has not, as git reads it. */
function isRange(word: string): boolean {
  const [from = '', to = '', ...more] = word.split('..')
  return more.length === 0 && namesCommit(from) && namesCommit(to)
}

const pickWord = (token: Token): string | null =>
  token.kind === 'word' && isRange(token.text) ? token.text.toLowerCase() : releaseWord(token)

/** `tag shop 2026.11.3`. */
export function parseTag(args: AppArguments): ParsedCommand {
  const settled = settle(args, { release: true, environment: false })
  if (settled.kind !== 'settled') return problem(settled)
  const { release } = settled
  return release === null
    ? problem({ kind: 'incomplete', verb: args.verb })
    : order({ kind: 'tag', app: args.app.name, release })
}

/** The picks of a form: commits and pull requests, apart by spaces, commas or lines; null when one is neither. */
export function parsePicks(text: string): readonly string[] | null {
  const words = text.split(/[\s,]+/).filter((word) => word !== '')
  const picks = words.flatMap((word) => {
    const token: Token = { kind: 'word', text: word, value: null, start: 0, end: word.length }
    const pick = pickWord(token)
    return pick !== null && isPick(pick) ? [pick] : []
  })
  return picks.length === words.length && picks.length > 0 ? picks : null
}
