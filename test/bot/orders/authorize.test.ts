import { describe, expect, test } from 'vitest'
import { type Authorizer, createAuthorizer } from '../../../bot/orders/authorize.js'
import { pressableBy } from '../../../bot/orders/pressable.js'
import type { People, PersonKind } from '../../../bot/slack/people.js'
import type { ButtonTarget } from '../../../bot/views/button-target.js'
import type { Configuration } from '../../../domain/configuration.js'
import type { UserId } from '../../../domain/identifiers.js'
import { type ProtectedVerb, protectedVerbs } from '../../../domain/verbs.js'
import { aConfiguration } from '../fake-bot.js'
import { ALICE, anApp, BOB, QUINN } from '../verbs/grammar-fixture.js'

const RAJ = 'U01RAJ' as UserId
const EVE = 'U01EVE' as UserId

interface Standing {
  readonly kinds?: Readonly<Record<string, PersonKind | null>>
  readonly group?: readonly UserId[] | 'no-such-group' | null
  readonly configuration?: () => Configuration
}

function anAuthorizer({
  kinds = {},
  group = [RAJ],
  configuration = aConfiguration,
}: Standing = {}): Authorizer {
  const people: People = {
    person: async (user) => {
      const kind = kinds[user] === undefined ? 'member' : kinds[user]
      return kind && { user, kind, timezone: 'UTC', email: `${user}@example.com`, name: null }
    },
    groupMembers: async () => group,
  }
  return createAuthorizer({ people, configuration, now: () => new Date('2026-11-21T12:00:00Z') })
}

const shop = anApp('shop')
const [integration = null, staging = null, production = null] = shop.environments

async function asked(
  authorizer: Authorizer,
  user: UserId,
  verb: ProtectedVerb,
  environment = production,
): Promise<string> {
  const answer = await authorizer.authorize({ user }, verb, { app: shop, environment })
  return answer.kind === 'allowed' ? 'allowed' : answer.refusal.code
}

describe('authorize', () => {
  test.each([
    [ALICE, 'cut', 'allowed'],
    [BOB, 'cut', 'not-permitted'],
    [EVE, 'cut', 'not-permitted'],
    [ALICE, 'promote', 'allowed'],
    [BOB, 'approve', 'allowed'],
    [QUINN, 'approve', 'not-permitted'],
    [RAJ, 'approve', 'allowed'],
    [ALICE, 'freeze', 'not-permitted'],
    [ALICE, 'thaw', 'not-permitted'],
    [ALICE, 'override', 'not-permitted'],
    [ALICE, 'accept', 'allowed'],
    [QUINN, 'accept', 'not-permitted'],
  ] as const)('%s %s: %s', async (user, verb, answer) => {
    expect(await asked(anAuthorizer(), user, verb)).toBe(answer)
  })

  test('accept belongs to the roles of its environment', async () => {
    expect(await asked(anAuthorizer(), QUINN, 'accept', staging)).toBe('allowed')
    expect(await asked(anAuthorizer(), ALICE, 'accept', staging)).toBe('not-permitted')
    expect(await asked(anAuthorizer(), ALICE, 'approve', integration)).toBe('not-permitted')
  })

  test('guests, bots, strangers, the deleted and the unknown may use no verb, whatever their roles', async () => {
    for (const [kind, code] of [
      ['guest', 'not-a-member'],
      ['bot', 'not-a-member'],
      ['stranger', 'not-a-member'],
      ['deleted', 'not-a-member'],
      [null, 'lookup-failed'],
    ] as const) {
      for (const verb of protectedVerbs)
        expect(await asked(anAuthorizer({ kinds: { [ALICE]: kind } }), ALICE, verb)).toBe(code)
    }
  })

  test('a group that cannot be looked up denies whoever is in the role only by it', async () => {
    const authorizer = anAuthorizer({ group: null })
    expect(await asked(authorizer, RAJ, 'approve')).toBe('lookup-failed')
    expect(await asked(authorizer, BOB, 'approve')).toBe('allowed')
    expect(await asked(authorizer, EVE, 'cut')).toBe('not-permitted')
  })

  test('who is in a role is asked of the present configuration', async () => {
    let roles = aConfiguration().roles
    const authorizer = anAuthorizer({ configuration: () => aConfiguration({ roles }) })
    expect(await asked(authorizer, ALICE, 'cut')).toBe('allowed')
    roles = roles.filter(({ name }) => name !== 'releasers')
    expect(await asked(authorizer, ALICE, 'cut')).toBe('not-permitted')
  })

  test('a refusal names the roles and their people; the evidence names all roles that are held', async () => {
    const authorizer = anAuthorizer()
    const on = { app: shop, environment: production }
    expect(await authorizer.authorize({ user: QUINN }, 'approve', on)).toEqual({
      kind: 'denied',
      refusal: {
        code: 'not-permitted',
        verb: 'approve',
        roles: ['release-managers'],
        people: [ALICE, BOB, RAJ],
        unknownGroups: [],
        emptyGroups: [],
      },
    })
    expect(await authorizer.authorize({ user: ALICE }, 'approve', on)).toEqual({
      kind: 'allowed',
      evidence: {
        user: ALICE,
        roles: ['releasers', 'release-managers'],
        name: null,
        email: `${ALICE}@example.com`,
        timezone: 'UTC',
        at: '2026-11-21T12:00:00.000Z',
      },
    })
  })

  test('whoever left is not named, and a group that was renamed or emptied is said', async () => {
    const refusalOf = async (given: Standing) => {
      const on = { app: shop, environment: production }
      const answer = await anAuthorizer(given).authorize({ user: QUINN }, 'approve', on)
      return answer.kind === 'denied' ? answer.refusal : null
    }
    const renamed = await refusalOf({ group: 'no-such-group' })
    const emptied = await refusalOf({ group: [] })
    const left = await refusalOf({ kinds: { [RAJ]: 'deleted', [BOB]: 'deleted' } })

    expect(renamed).toMatchObject({
      people: [ALICE, BOB],
      unknownGroups: ['@release-managers'],
      emptyGroups: [],
    })
    expect(emptied).toMatchObject({
      people: [ALICE, BOB],
      unknownGroups: [],
      emptyGroups: ['@release-managers'],
    })
    expect(left).toMatchObject({ people: [ALICE], emptyGroups: ['@release-managers'] })
  })

  test('only known members read', async () => {
    const authorizer = anAuthorizer({ kinds: { [BOB]: 'guest', [EVE]: null } })
    expect(await authorizer.refuseReading({ user: ALICE }, 'show status')).toBeNull()
    expect(await authorizer.refuseReading({ user: BOB }, 'show status')).toMatchObject({
      code: 'not-a-member',
    })
    expect(await authorizer.refuseReading({ user: EVE }, 'show status')).toMatchObject({
      code: 'lookup-failed',
    })
    expect((await authorizer.authorizeMember({ user: EVE }, 'mute')).kind).toBe('denied')
    expect((await authorizer.authorizeMember({ user: ALICE }, 'mute')).kind).toBe('allowed')
  })
})

describe('pressableBy', () => {
  const configuration = aConfiguration
  test.each([
    ['whoever has the role of the item', QUINN, 'untick', 'QA sign-off', true],
    ['whoever may cut, and has not the role', ALICE, 'untick', 'QA sign-off', false],
    ['an item that the file has no more', ALICE, 'tick', 'Gone', true],
    ['an approver', BOB, 'approve', undefined, true],
    ['nobody who approves', QUINN, 'approve', undefined, false],
  ] as const)('%s', async (...[, user, verb, argument, may]) => {
    const button = { verb, app: shop.name, environment: 'production', ...(argument && { argument }) }
    const mayPress = pressableBy({ configuration, authorizer: anAuthorizer() }, user)
    expect(await mayPress(button as ButtonTarget)).toBe(may)
  })
})
