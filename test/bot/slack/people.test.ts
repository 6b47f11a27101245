import { describe, expect, test } from 'vitest'
import { createPeople, type People } from '../../../bot/slack/people.js'
import type { SlackCall } from '../../../bot/slack/reply.js'
import { silent } from '../fake-bot.js'
import { ALICE, BOB } from '../verbs/grammar-fixture.js'

interface Asked {
  readonly people: People
  readonly calls: string[]
  now: number
}

function ask(call: SlackCall, teamId: string | null = 'T01'): Asked {
  const calls: string[] = []
  const asked: Asked = {
    now: 0,
    calls,
    people: createPeople({
      call: (method, args) => {
        calls.push(method)
        return call(method, args)
      },
      teamId: () => teamId,
      now: () => asked.now,
      log: silent,
    }),
  }
  return asked
}

const user =
  (more: Record<string, unknown>): SlackCall =>
  async () => ({ ok: true, user: { id: ALICE, ...more } })

describe('people', () => {
  test.each([
    [{}, 'member'],
    [{ team_id: 'T01' }, 'member'],
    [{ deleted: true }, 'deleted'],
    [{ is_bot: true }, 'bot'],
    [{ is_restricted: true }, 'guest'],
    [{ is_ultra_restricted: true }, 'guest'],
    [{ is_stranger: true }, 'stranger'],
    [{ team_id: 'T99' }, 'stranger'],
    [{ team_id: 'T99', enterprise_user: { teams: ['T01'] } }, 'member'],
  ])('%j is a %s', async (more, kind) => {
    expect(await ask(user(more)).people.person(ALICE)).toMatchObject({ kind })
  })

  test('carry name, time zone and address', async () => {
    const { people } = ask(
      user({ tz: 'Europe/Berlin', profile: { email: 'a@example.com', real_name: 'Alice Ames' } }),
    )
    expect(await people.person(ALICE)).toEqual({
      user: ALICE,
      kind: 'member',
      timezone: 'Europe/Berlin',
      email: 'a@example.com',
      name: 'Alice Ames',
    })
  })

  test('are asked once a minute, however many ask at once', async () => {
    const asked = ask(user({}))
    await Promise.all([asked.people.person(ALICE), asked.people.person(ALICE)])
    asked.now = 59_999
    await asked.people.person(ALICE)
    expect(asked.calls).toHaveLength(1)
    asked.now = 60_000
    await asked.people.person(ALICE)
    expect(asked.calls).toHaveLength(2)
  })

  test('who could not be looked up are unknown, and asked again soon', async () => {
    let broken = true
    const asked = ask(async () => {
      if (broken) throw new Error('ratelimited')
      return { user: { id: ALICE } }
    })
    expect(await asked.people.person(ALICE)).toBeNull()
    broken = false
    asked.now = 2_000
    expect(await asked.people.person(ALICE)).toBeNull()
    asked.now = 3_001
    expect(await asked.people.person(ALICE)).not.toBeNull()
  })

  test('of an answer that makes no sense are unknown', async () => {
    expect(await ask(async () => ({ ok: true })).people.person(ALICE)).toBeNull()
  })
})

describe('groups', () => {
  const call: SlackCall = async (method) =>
    method === 'usergroups.list'
      ? { usergroups: [{ id: 'S1', handle: 'release-managers' }] }
      : { users: [ALICE, BOB, 'nobody'] }

  test('are found by their handle', async () => {
    const { people, calls } = ask(call)
    expect(await people.groupMembers('@release-managers')).toEqual([ALICE, BOB])
    expect(await people.groupMembers('release-managers')).toEqual([ALICE, BOB])
    expect(calls).toEqual(['usergroups.list', 'usergroups.users.list'])
  })

  test('that do not exist are distinguished from those that Slack says nothing of', async () => {
    expect(await ask(call).people.groupMembers('@other')).toBe('no-such-group')
    const broken = ask(async () => {
      throw new Error('unknown_method')
    })
    expect(await broken.people.groupMembers('@release-managers')).toBeNull()
  })
})
