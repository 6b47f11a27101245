/** Offers likely commands as buttons, because retyping on a phone is tedious. A guess never runs automatically (U.6). */
import type { AppName } from '../../domain/identifiers.js'
import type { CommandContext } from '../commands/parsed-command.js'
import { within } from '../slack/with-timeout.js'
import { actions, button } from '../views/blocks.js'
import { type ButtonTarget, buttonId } from '../views/button-target.js'
import { clip } from '../views/escape.js'
import type { Message } from '../views/message.js'
import type { BotContext } from './bot-context.js'

/** The answer is complete even without its buttons. */
const STORE_MS = 500

/** The answer with a button for each likely command; the command itself names its app. */
export async function withSuggestions(
  bot: BotContext,
  message: Message,
  { offers = [], context }: { readonly offers?: readonly string[]; readonly context: CommandContext },
): Promise<Message> {
  const app = context.channelApp ?? context.apps[0]?.name ?? null
  if (app === null || offers.length === 0) return message
  const targets = offers.map((text) => targetOf(app, text))
  const stored = await within(STORE_MS, bot.reads.storeButtons(targets)).catch(() => 'late' as const)
  if (stored === 'late') return message
  return { ...message, blocks: [...message.blocks, ...targets.map(rowOf)] }
}

const targetOf = (app: AppName, text: string): ButtonTarget => ({ verb: 'run', app, argument: text })

/** Action ids are unique within a block, so each button has its own row. */
function rowOf(target: ButtonTarget): ReturnType<typeof actions> {
  const label = target.argument ?? ''
  return actions([
    button({ verb: 'run', label: clip(label, 70), says: `Run: ${label}`, value: buttonId(target) }),
  ])
}
