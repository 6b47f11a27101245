/** Commands that were probably meant, as buttons: on a phone nobody types them again. A guess never runs by itself (U.6). */
import type { AppName } from '../../domain/identifiers.js'
import type { CommandContext, Problem } from '../commands/parsed-command.js'
import { within } from '../slack/with-timeout.js'
import { parseReleaseCommand } from '../verbs/parse-release-command.js'
import { actions, button } from '../views/blocks.js'
import { type ButtonTarget, buttonId } from '../views/button-target.js'
import type { Message } from '../views/message.js'
import type { BotContext } from './bot-context.js'

const MOST = 3
/** Without its buttons the answer still says everything. */
const STORE_MS = 500

/** Whole commands, without the slash, that the words may have meant; none when only the person knows. */
function guessesOf(problem: Problem): readonly string[] {
  switch (problem.kind) {
    case 'unknown-verb':
      return problem.nearest.map((verb) => `${verb} ${problem.rest}`.trim())
    case 'approve-or-accept':
      return ['approve', 'accept'].map((verb) => `${verb} ${problem.rest}`.trim())
    default:
      return []
  }
}

/** The answer with a button for each guess that is a command. */
export async function withSuggestions(
  bot: BotContext,
  message: Message,
  { problem, context }: { readonly problem: Problem; readonly context: CommandContext },
): Promise<Message> {
  // The command itself says which app it is about; a button only has to belong to one.
  const app = context.channelApp ?? context.apps[0]?.name ?? null
  const guesses = guessesOf(problem).filter((text) => parseReleaseCommand(text, context).kind !== 'problem')
  if (app === null || guesses.length === 0) return message
  const targets = guesses.slice(0, MOST).map((text) => targetOf(app, text))
  const stored = await within(STORE_MS, bot.reads.storeButtons(targets)).catch(() => 'late' as const)
  if (stored === 'late') return message
  return { ...message, blocks: [...message.blocks, ...targets.map(rowOf)] }
}

const targetOf = (app: AppName, text: string): ButtonTarget => ({ verb: 'run', app, argument: text })

/** Action ids are unique within a block, so each button has a row. */
function rowOf(target: ButtonTarget): ReturnType<typeof actions> {
  const label = target.argument ?? ''
  return actions([button({ verb: 'run', label, says: `Run: ${label}`, value: buttonId(target) })])
}
