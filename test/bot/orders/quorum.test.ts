/** Whether those who can still approve are enough. */
import { describe, expect, test } from 'vitest'
import { createAuthorizer } from '../../../bot/orders/authorize.js'
import type { People, PersonKind } from '../../../bot/slack/people.js'
import { plain } from '../../../bot/views/markup.js'
import { approvalsWords } from '../../../bot/views/words/gate-words.js'
import type { UserId } from '../../../domain/identifiers.js'
import { aConfiguration } from '../fake-bot.js'
import { ALICE, BOB, QUINN } from '../verbs/grammar-fixture.js'

const CAROL = 'U01CAROL' as UserId
const roles = [
  { name: 'qa', users: [QUINN, ALICE], groups: [] },
  { name: 'sre', users: [], groups: ['@on-call'] },
]

function anAuthorizer(
  group: Awaited<ReturnType<People['groupMembers']>>,
  kinds: Readonly<Record<string, PersonKind | null>> = {},
) {
  const people: People = {
    person: async (user) => {
      const kind = kinds[user] === undefined ? 'member' : kinds[user]
      return kind && { user, kind, timezone: 'UTC', email: null, name: null }
    },
    groupMembers: async () => group,
  }
  const configuration = () => ({ ...aConfiguration(), roles })
  return createAuthorizer({ people, configuration, now: () => new Date('2026-11-21T12:00:00Z') })
}

const rule = (from: string, count: number, fourEyes = false) => ({
  from: [from],
  count,
  fourEyes,
  notSoleAuthor: false,
})
const rules = [rule('qa', 1), rule('sre', 2, true)]
const facts = { rules, approvals: [], requestedBy: BOB }
const given = (user: UserId, ...counts: readonly number[]) => ({ user, counts, at: '2026-11-21T11:00:00Z' })
const nothing = { unknownGroups: [], emptyGroups: [] }
const short = { roles: ['sre'], need: 2, ...nothing }

describe('what is wrong with whoever can approve', () => {
  test.each<[string, ReturnType<typeof anAuthorizer>, object, readonly object[]]>([
    ['nothing, with enough people', anAuthorizer([ALICE, CAROL]), {}, []],
    ['too few besides who asked', anAuthorizer([BOB, CAROL]), {}, [{ ...short, able: 1 }]],
    [
      'one person of two who has left Slack',
      anAuthorizer([ALICE, CAROL], { [CAROL]: 'deleted' }),
      {},
      [{ ...short, able: 1 }],
    ],
    ['an empty group', anAuthorizer([]), {}, [{ ...short, able: 0, emptyGroups: ['@on-call'] }]],
    [
      'a group that Slack does not have',
      anAuthorizer('no-such-group'),
      {},
      [{ ...short, able: 0, unknownGroups: ['@on-call'] }],
    ],
    [
      'nothing that Slack did not say',
      anAuthorizer([ALICE, CAROL], { [CAROL]: null }),
      { approvals: [given(QUINN, 0)] },
      [],
    ],
    ['nothing while a group is not known', anAuthorizer(null), {}, []],
    ['nothing where approvals were given', anAuthorizer([CAROL]), { approvals: [given(ALICE, 1)] }, []],
  ])('%s', async (_, authorizer, change, wanted) => {
    expect(await authorizer.quorum({ ...facts, ...change })).toEqual(wanted)
  })

  test('is said with what to do', () => {
    const quorum = { ...short, able: 1, unknownGroups: ['@gone'], emptyGroups: ['@on-call'] }
    const gate = { kind: 'approvals', have: 0, need: 2, roles: ['sre'], quorum } as const

    expect(approvalsWords(gate, plain)).toBe(
      '2 approvals by sre (0 of 2 given). Slack has no user group @gone. Nobody who can approve is in @on-call. As things stand only 1 of 2 approvals by sre can be had. Whoever keeps slipway.yaml or the group has to set that right.',
    )
  })
})

describe('those who approved before', () => {
  const before = { rules, approvals: [given(QUINN, 0), given(CAROL, 1)] }

  test('have the roles of now, and none once they left', async () => {
    expect(await anAuthorizer([CAROL]).standing(before)).toEqual([
      { user: QUINN, roles: ['qa'] },
      { user: CAROL, roles: ['sre'] },
    ])
    expect(await anAuthorizer([CAROL], { [CAROL]: 'deleted' }).standing(before)).toMatchObject([
      { roles: ['qa'] },
      { user: CAROL, roles: [] },
    ])
  })

  test('are not judged while Slack does not say, but for what does not count', async () => {
    const unclear = anAuthorizer(null)

    expect(await unclear.standing(before)).toBeNull()
    expect(await unclear.standing({ rules, approvals: [given(QUINN, 0)] })).toEqual([
      { user: QUINN, roles: ['qa'] },
    ])
  })
})
