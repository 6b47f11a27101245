/** Only releases go beyond the first environment: promoting a commit that is not a candidate opens the form that cuts it. */

import { form } from '../commands/parsed-command.js'
import { namesCommit } from '../commands/release-words.js'
import { within } from '../slack/with-timeout.js'
import type { Understood } from '../verbs/understand.js'
import type { BotContext } from './bot-context.js'

const LOOK_UP_MS = 500

/** The command unchanged, or the form that cuts the commit it wanted to promote. */
export async function cutInstead(bot: BotContext, parsed: Understood): Promise<Understood> {
  if (parsed.kind !== 'order' || parsed.intent.kind !== 'promote') return parsed
  const { app, release } = parsed.intent
  if (release.kind !== 'named' || !(namesCommit(release.text) || release.text.startsWith('#'))) return parsed
  const match = await within(LOOK_UP_MS, bot.reads.candidate(app, release.text)).catch(() => 'late' as const)
  // Not answered in time, or it is a candidate: keep the order. If it must be refused, the refusal suggests similar names.
  if (match === 'late' || match.kind !== 'unknown') return parsed
  return form({ form: 'cut', app, given: { ref: release.text }, target: {} })
}
