/** A press that stands for a command, as if the person who pressed had typed it there. */

import type { PressMeaning } from '../verbs/button-meaning.js'
import { parseReleaseCommand } from '../verbs/parse-release-command.js'
import type { Asker, BotContext } from './bot-context.js'
import { commandContext } from './command-context.js'
import { cutInstead } from './cut-instead.js'

/** Null: it is no command any more. */
export async function commandMeaning(
  bot: BotContext,
  text: string,
  { user, reply }: Asker,
): Promise<PressMeaning | null> {
  const { channel, thread } = reply
  const context = await commandContext(bot, { text, user, channel, thread })
  const parsed = await cutInstead(bot, parseReleaseCommand(text, context))
  return parsed.kind === 'problem' ? null : parsed
}
