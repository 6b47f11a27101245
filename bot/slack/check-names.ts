/** What the configuration names and Slack does not know: said at the start, because nobody would be asked or told there. */
import * as z from 'zod'
import type { ChannelId, UserId } from '../../domain/identifiers.js'
import { slackFault } from './fault.js'
import type { SlackCall } from './reply.js'

/** All that a configuration names in Slack, each once. Groups by their handle. */
export interface SlackNames {
  readonly channels: readonly ChannelId[]
  readonly users: readonly UserId[]
  readonly groups: readonly string[]
}

const channelSchema = z.object({
  channel: z.object({ is_archived: z.boolean().optional(), is_member: z.boolean().optional() }),
})
const userSchema = z.object({ user: z.object({ deleted: z.boolean().optional() }) })
const groupsSchema = z.object({ usergroups: z.array(z.object({ handle: z.string() })) })

/** A sentence for each name that leads nowhere. Where Slack does not answer, nothing is said: it may be all right. */
export async function checkNames(call: SlackCall, names: SlackNames): Promise<readonly string[]> {
  const found: (string | null)[] = []
  for (const channel of names.channels) found.push(await channelProblem(call, channel))
  for (const user of names.users) found.push(await userProblem(call, user))
  return [...found, ...(await groupProblems(call, names.groups))].filter((problem) => problem !== null)
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

async function groupProblems(call: SlackCall, groups: readonly string[]): Promise<readonly string[]> {
  if (groups.length === 0) return []
  const known = groupsSchema.safeParse((await ask(call, 'usergroups.list', {})).said).data
  if (known === undefined) return []
  const handles = new Set(known.usergroups.map(({ handle }) => handle))
  return groups
    .map((group) => group.replace(/^@/, ''))
    .filter((handle) => !handles.has(handle))
    .map((handle) => `the user group @${handle}: make it, or name another`)
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
