/** Text as people write it: read as a command, else what it probably meant. A guess never gives an order by itself (U.6). */
import { guessesOf } from '../commands/guesses.js'
import type { CommandContext, ParsedCommand } from '../commands/parsed-command.js'
import { tidy } from '../commands/tidy.js'
import { parseReleaseCommand } from './parse-release-command.js'

export type Understood = ParsedCommand & {
  /** Whole commands to offer as buttons, most likely first; none where the words were a command. */
  readonly offers?: readonly string[]
}

/**
 * Words that are a command stand as they are. Of what was said in other words a question is answered and a form is opened,
 * for nothing comes of either; an order, and every misspelt word, is only offered.
 */
export function understand(text: string, context: CommandContext): Understood {
  const tidied = tidy(text, context.command)
  const parsed = parseReleaseCommand(tidied, context)
  if (parsed.kind !== 'problem') return parsed
  const guessed = guessesOf(tidied, parsed.problem).flatMap(({ command, said }) => {
    const meaning = parseReleaseCommand(command, context)
    return meaning.kind === 'problem' ? [] : [{ command, said, meaning }]
  })
  const [first] = guessed
  if (first === undefined) return parsed
  if (first.said && first.meaning.kind !== 'order') return first.meaning
  // Two decisions are two buttons; everything else is one.
  const most = parsed.problem.kind === 'approve-or-accept' ? 2 : 1
  return { ...parsed, offers: guessed.slice(0, most).map(({ command }) => command) }
}
