/** Reports, at startup, configured names that Slack does not know: nobody would be asked or notified there. */
import * as z from 'zod'
import type { ChannelId, UserId } from '../../domain/identifiers.js'
import { slackFault } from './fault.js'
import type { People } from './people.js'
import type { SlackCall } from './reply.js'

/** All Slack names in a configuration, each once. Groups are given by handle. */
export interface SlackNames {
  readonly channels: readonly ChannelId[]
  readonly users: readonly UserId[]
  readonly groups: readonly string[]
}

const channelSchema = z.object({
  channel: z.object({ is_archived: z.boolean().optional(), is_member: z.boolean().optional() }),
})
const userSchema = z.object({ user: z.object({ deleted: z.boolean().optional() }) })

export interface NameSources {
  readonly call: SlackCall
  readonly people: Pick<People, 'groupMembers'>
  /** Waits between two lookups, because people making decisions use the same Slack rate limit. */
  readonly pause: () => Promise<void>
}

/** One sentence for each invalid name. Names for which Slack does not answer are skipped, since they may be valid. */
export async function checkNames(
  { call, people, pause }: NameSources,
  { channels, users, groups }: SlackNames,
): Promise<readonly string[]> {
  const questions = [
    ...channels.map((channel) => () => channelProblem(call, channel)),
    ...users.map((user) => () => userProblem(call, user)),
    ...groups.map((group) => () => groupProblem(people, group)),
  ]
  const found: string[] = []
  for (const question of questions) {
    const problem = await question()
    if (problem !== null) found.push(problem)
    await pause()
  }
  return found
}

async function channelProblem(call: SlackCall, channel: ChannelId): Promise<string | null> {
  const answer = await ask(call, 'conversations.info', { channel })
  if (answer.error === 'channel_not_found') {
    return `the channel ${channel}, unless it is private and the bot is not in it: /invite it there, or copy the id again`
  }
  const known = channelSchema.safeParse(answer.said).data?.channel
  if (known?.is_archived) return `the channel ${channel}, which is archived: bring it back, or name another`
  return known?.is_member === false
    ? `the channel ${channel}, in which the bot is not: /invite it there`
    : null
}

async function userProblem(call: SlackCall, user: UserId): Promise<string | null> {
  const answer = await ask(call, 'users.info', { user })
  if (answer.error === 'user_not_found') return `the person ${user}: copy the member id again`
  return userSchema.safeParse(answer.said).data?.user.deleted
    ? `the person ${user}, whose account was deactivated: name somebody else`
    : null
}

async function groupProblem(people: Pick<People, 'groupMembers'>, group: string): Promise<string | null> {
  if ((await people.groupMembers(group)) !== 'no-such-group') return null
  return `the user group @${group.replace(/^@/, '')}: make it, or name another`
}

async function ask(
  call: SlackCall,
  method: string,
  args: Record<string, unknown>,
): Promise<{ readonly said: unknown; readonly error: string | null }> {
  try {
    return { said: await call(method, args), error: null }
  } catch (error) {
    return { said: null, error: slackFault(error).error }
  }
}
