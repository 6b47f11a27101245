/** Only releases go above the first environment: promoting a commit that is no candidate opens the form that cuts it. */

import { form, type ParsedCommand } from '../commands/parsed-command.js'
import { namesCommit } from '../commands/release-words.js'
import { within } from '../slack/with-timeout.js'
import type { BotContext } from './bot-context.js'

const LOOK_UP_MS = 500

/** The command as it is, or the form that cuts the commit it wanted to promote. */
export async function cutInstead(bot: BotContext, parsed: ParsedCommand): Promise<ParsedCommand> {
  if (parsed.kind !== 'order' || parsed.intent.kind !== 'promote') return parsed
  const { app, release } = parsed.intent
  if (release.kind !== 'named' || !(namesCommit(release.text) || release.text.startsWith('#'))) return parsed
  const match = await within(LOOK_UP_MS, bot.reads.candidate(app, release.text)).catch(() => 'late' as const)
  // Not found out in time, or a candidate: the order stands, and is refused with what is near if need be.
  if (match === 'late' || match.kind !== 'unknown') return parsed
  return form({ form: 'cut', app, given: { ref: release.text }, target: {} })
}
