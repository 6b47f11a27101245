/** Parses free text as a command, or else guesses what it meant. A guess never gives an order automatically (U.6). */
import { guessesOf } from '../commands/guesses.js'
import type { CommandContext, ParsedCommand } from '../commands/parsed-command.js'
import { tidy } from '../commands/tidy.js'
import { parseReleaseCommand } from './parse-release-command.js'

export type Understood = ParsedCommand & {
  /** Whole commands to offer as buttons, most likely first; none if the text was a command. */
  readonly offers?: readonly string[]
}

/**
 * A valid command is used as it is. For other phrasings, a question is answered and a form is opened, since neither has an
 * effect; orders, and corrections of misspelt words, are only offered.
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
  // Approve-or-accept gets two buttons; everything else gets one.
  const most = parsed.problem.kind === 'approve-or-accept' ? 2 : 1
  return { ...parsed, offers: guessed.slice(0, most).map(({ command }) => command) }
}
