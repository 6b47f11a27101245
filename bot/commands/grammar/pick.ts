/** `cherry-pick`: adds commits to a release that is already cut. */
import type { PickIntent } from '../../../domain/intent.js'
import { type AppArguments, valueOf } from '../arguments.js'
import { form, order, type ParsedCommand, problem } from '../parsed-command.js'
import type { Word } from '../read-keywords.js'
import { namesCommit, releaseRef, releaseWord } from '../release-words.js'
import { present } from './given.js'

/** `cherry-pick 9f3c1ab #4812 onto 2026.11.3`, `cherry-pick continue`, `cherry-pick skip`. */
export function parsePick(args: AppArguments): ParsedCommand {
  const [first, ...following] = args.words
  const step = stepOf(first)
  const words = step === 'start' ? args.words : following
  const picks: string[] = []
  let onto = valueOf(args, 'onto')
  for (const { keyword, token } of words) {
    const word = releaseWord(token)
    if (word !== null && keyword === null && isPick(word)) picks.push(word)
    else if (word !== null && onto === null) onto = word
    else return problem({ kind: 'unexpected', text: token.text, verb: args.verb })
  }
  const [extra] = step === 'start' ? args.quoted : [...args.quoted, ...picks]
  if (extra !== undefined) return problem({ kind: 'unexpected', text: extra, verb: args.verb })
  const app = args.app.name
  const release = releaseRef(onto, args.context)
  const override = valueOf(args, 'override')
  if (step !== 'start' || picks.length > 0)
    return order({ kind: 'cherry-pick', app, release, picks, step, override })
  const target = release?.kind === 'id' ? { releaseId: release.releaseId } : {}
  return form({ form: 'cherry-pick', app, given: present({ release: onto, override }), target })
}

function stepOf(word: Word | undefined): PickIntent['step'] {
  const text = word?.token.text.toLowerCase()
  return text === 'continue' || text === 'skip' ? text : 'start'
}

const isPick = (word: string): boolean => word.startsWith('#') || namesCommit(word)

/** The picks of a form: commits and pull requests, apart by spaces, commas or lines; null when one is neither. */
export function parsePicks(text: string): readonly string[] | null {
  const words = text.split(/[\s,]+/).filter((word) => word !== '')
  const picks = words.flatMap((word) => {
    const pick = releaseWord({ kind: 'word', text: word, value: null, start: 0, end: word.length })
    return pick !== null && isPick(pick) ? [pick] : []
  })
  return picks.length === words.length && picks.length > 0 ? picks : null
}
