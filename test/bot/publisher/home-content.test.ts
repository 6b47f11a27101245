import { expect, test } from 'vitest'
import { createAuthorizer } from '../../../bot/orders/authorize.js'
import { homeContent } from '../../../bot/publisher/home/home-content.js'
import { rolesAsked } from '../../../domain/approval-rules.js'
import type { UserId } from '../../../domain/identifiers.js'
import { anApp } from '../../support/app-definition.js'
import { ALICE, AT, aDeployment, aRelease, BOB, environmentName, QUINN } from '../../support/release-views.js'
import { noReads } from '../fake-bot.js'

const production = (approve: string) =>
  anApp({
    environments: `
      - { name: integration, mode: continuous, patch: { run: p } }
      - { name: production, approve: { from: ${approve} }, patch: { run: p } }`,
  })
const fourEyes = production('[managers], count: 1, fourEyes: true')
const free = production('[managers], count: 1, fourEyes: false')
const byQa = production('[qa], count: 1, fourEyes: true')
const CAROL = 'U01CAROL' as UserId

/** The verbs that Home offers about a deployment that Alice asked for, cut with one configuration and shown with another. */
async function offered(
  user: UserId,
  cut: typeof fourEyes,
  today: typeof fourEyes,
): Promise<readonly string[]> {
  const view = aRelease(
    {
      deployments: [
        aDeployment(),
        aDeployment({
          ...{ number: 2, environment: environmentName('production'), state: 'prepared' },
          ...{ needs: 1, approvers: rolesAsked(cut.environments[1]?.approve ?? []), requestedBy: ALICE },
        }),
      ],
    },
    cut,
  )
  const roles = { releasers: [ALICE, BOB], qa: [QUINN], managers: [ALICE, BOB, CAROL] }
  const configuration = () => ({
    ...{ command: '/release', apps: [today], pollEveryMs: null, digest: null, hash: '', text: '' },
    identities: { people: [], agents: [] },
    registries: [],
    roles: Object.entries(roles).map(([name, users]) => ({ name, users, groups: [] })),
  })
  const people = {
    person: async (one: UserId) => ({
      user: one,
      kind: 'member' as const,
      timezone: 'UTC',
      email: null,
      name: null,
    }),
    groupMembers: async () => [],
  }
  const now = () => new Date(AT)
  const content = await homeContent(user, {
    ...{ configuration, now, cardUrl: async () => null, workers: async () => [] },
    authorizer: createAuthorizer({ people, configuration, now }),
    reads: { ...noReads, openReleases: async () => [view] },
  })
  return content.waiting.flatMap(({ actions }) => actions.map(({ verb }) => verb))
}

test.each([
  { title: 'four eyes at the cut, not any more', user: ALICE, cut: fourEyes, today: free, may: false },
  { title: 'four eyes today, not at the cut', user: ALICE, cut: free, today: fourEyes, may: true },
  { title: 'four eyes at the cut, somebody else', user: BOB, cut: fourEyes, today: free, may: true },
  { title: 'a role of the cut that approves no more', user: CAROL, cut: fourEyes, today: byQa, may: true },
  { title: 'a role that approves only since', user: QUINN, cut: fourEyes, today: byQa, may: false },
])('Approve is offered as the release will judge it: $title', async ({ user, cut, today, may }) => {
  expect((await offered(user, cut, today)).includes('approve')).toBe(may)
})
