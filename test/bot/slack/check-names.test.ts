import { WebAPIPlatformError } from '@slack/web-api'
import { expect, test } from 'vitest'
import { checkNames } from '../../../bot/slack/check-names.js'
import type { People } from '../../../bot/slack/people.js'
import type { ChannelId, UserId } from '../../../domain/identifiers.js'

const refused = (error: string): Error => new WebAPIPlatformError({ ok: false, error, response_metadata: {} })

const answers: Readonly<Record<string, unknown>> = {
  C01SHOP: { channel: { is_archived: false, is_member: true } },
  C01OLD: { channel: { is_archived: true, is_member: true } },
  C01APART: { channel: { is_archived: false, is_member: false } },
  C01NONE: refused('channel_not_found'),
  C01SLOW: new Error('a timeout'),
  U01ALICE: { user: { deleted: false } },
  U01GONE: { user: { deleted: true } },
  U01NONE: refused('user_not_found'),
}

const call = async (_: string, args: Record<string, unknown>): Promise<unknown> => {
  const answer = answers[String(args['channel'] ?? args['user'])]
  if (answer instanceof Error) throw answer
  return answer
}

const people: Pick<People, 'groupMembers'> = {
  groupMembers: async (handle) => (handle === '@leads' ? [] : 'no-such-group'),
}

test('names that lead nowhere in Slack are said, each with what to do; what Slack does not tell is not', async () => {
  const channels = ['C01SHOP', 'C01OLD', 'C01APART', 'C01NONE', 'C01SLOW'] as ChannelId[]
  const users = ['U01ALICE', 'U01GONE', 'U01NONE'] as UserId[]
  const said = await checkNames(
    { call, people, pause: async () => undefined },
    { channels, users, groups: ['@leads', 'nobody'] },
  )

  expect(said).toEqual([
    expect.stringMatching(/C01OLD, which is archived/),
    expect.stringMatching(/C01APART, in which the bot is not: \/invite/),
    expect.stringMatching(/C01NONE, unless it is private/),
    expect.stringMatching(/U01GONE, whose account was deactivated/),
    expect.stringMatching(/U01NONE: copy the member id/),
    expect.stringMatching(/@nobody: make it/),
  ])
})
