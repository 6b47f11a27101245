import { describe, expect, test } from 'vitest'
import { createMentions } from '../../../bot/publisher/mentions-for-event.js'
import { threadLine } from '../../../bot/views/thread-line.js'
import type { EventFacts, EventKind } from '../../../domain/events.js'
import { SLIPWAY, type UserId } from '../../../domain/identifiers.js'
import { rolesFor } from '../../../domain/permissions.js'
import type { PreparedDeployment } from '../../../domain/record-details.js'
import type { AuditView } from '../../../domain/views.js'
import { anApp } from '../../support/app-definition.js'
import { anEvent } from '../../support/events.js'
import {
  ALICE,
  AT,
  aDeployment,
  aRelease,
  BOB,
  commitOf,
  deploymentId,
  environmentName,
  QUINN,
  releaseId,
} from '../../support/release-views.js'
import { assertWithinSlackLimits } from '../../support/slack-limits.js'

/** Today nobody but QA approves, and the person who asks may. */
const app = anApp({
  environments: `
      - { name: integration, mode: continuous, patch: { run: p } }
      - { name: staging, accept: { from: [qa] }, patch: { run: p } }
      - { name: production, approve: { from: [qa], count: 1 }, patch: { run: p } }`,
})
const CAROL = 'U01CAROL' as UserId
const GONE = 'U01GONE' as UserId
const holders: Readonly<Record<string, readonly UserId[]>> = {
  releasers: [ALICE, BOB],
  qa: [QUINN],
  managers: [ALICE, BOB, CAROL, GONE],
}

const authors = [{ commit: commitOf('a'), wrote: ['alice@example.com'], merged: null }]

interface Given {
  /** A rule asks for somebody who did not write it all; Alice did. */
  readonly soleAuthor?: boolean
  readonly approvedBy?: readonly UserId[]
}

const asked = (requestedBy: UserId, { soleAuthor = false, approvedBy = [] }: Given = {}) =>
  createMentions({
    definitionOf: (name) => (name === app.name ? app : null),
    release: async () => {
      const approvals = approvedBy.map((user) => ({ user, at: AT, comment: null }))
      const view = aRelease({ deployments: [{ ...prepared(requestedBy), approvals }] })
      return soleAuthor
        ? { ...view, detail: { ...view.detail, prepared: view.detail.prepared.map(judged) } }
        : view
    },
    authorizer: {
      whoMay: async (verb, on) =>
        rolesFor(on.app, verb, on.environment).flatMap((role) => holders[role] ?? []),
      authorize: async ({ user }, verb) =>
        user === GONE
          ? { kind: 'denied', refusal: { code: 'not-a-member', verb } }
          : {
              kind: 'allowed',
              evidence: { user, roles: Object.keys(holders), name: null, email: null, at: AT },
            },
    },
    shipping: async ({ authors: stored }) => stored,
    authorship: async (_, { user }) =>
      user === ALICE ? { kind: 'sole' } : { kind: 'other', commit: commitOf('a'), user: ALICE },
  })

const judged = (one: PreparedDeployment): PreparedDeployment => ({
  ...one,
  approval: one.approval && {
    ...one.approval,
    authors,
    rules: one.approval.rules.map((rule) => ({ ...rule, notSoleAuthor: true })),
  },
})

/** Cut when production needed two managers and four eyes. */
const prepared = (requestedBy: UserId) =>
  aDeployment({
    environment: environmentName('production'),
    state: 'prepared',
    needs: 2,
    approvers: ['managers'],
    requestedBy,
  })
const ofRelease = { releaseId: releaseId(1), deploymentId: deploymentId(1) }

function line<Kind extends EventKind>(
  kind: Kind,
  over: Partial<Omit<AuditView, 'kind' | 'facts'>> = {},
  facts: Partial<EventFacts[Kind]> = {},
): AuditView {
  const frame = { actor: SLIPWAY, app: app.name, environment: 'production' as AuditView['environment'] }
  return { ...anEvent(kind, facts), ...frame, ...over }
}
const staging = { environment: 'staging' as AuditView['environment'] }

describe('whose turn it is', () => {
  test.each([
    ['the judges of the environment', line('deployment.awaiting_acceptance', staging), [QUINN]],
    [
      'those who may cut, without who asked, where nobody else judges',
      line('deployment.awaiting_acceptance'),
      [BOB],
    ],
    [
      'who asked, where nobody else judges',
      line('deployment.awaiting_acceptance', staging, { requester: QUINN }),
      [QUINN],
    ],
    ['not who asked, with four eyes', line('deployment.prepared', ofRelease), [BOB, CAROL]],
    ['nobody, where no gate is open', line('deployment.prepared', {}, { needs: 0 }), []],
    ['nobody, for what only tells', line('deployment.accepted'), []],
    ['who asked for what failed', line('deployment.failed', {}, { requester: BOB }), [BOB]],
    ['nobody, for a push that failed', line('deployment.failed', {}, { requester: SLIPWAY }), []],
    ['nobody, for an app that was taken out', line('deployment.prepared', { app: null }), []],
  ])('%s', async (_, event, wanted) => {
    expect(await asked(ALICE)(event)).toEqual(wanted)
  })

  test('whoever wrote all of it is not asked where that would not count', async () => {
    expect(await asked(QUINN, { soleAuthor: true })(line('deployment.prepared', ofRelease))).toEqual([
      BOB,
      CAROL,
    ])
  })

  test('those who approved what failed are mentioned, each once', async () => {
    const failed = line('deployment.failed', ofRelease, { requester: BOB })
    expect(await asked(BOB, { approvedBy: [CAROL, BOB] })(failed)).toEqual([BOB, CAROL])
  })

  test('the approvers are those of the release, as it was cut', async () => {
    expect(await asked(QUINN)(line('deployment.prepared', ofRelease))).toEqual([ALICE, BOB, CAROL])
  })

  test('a crowd is not called by name, and the line still fits', () => {
    const crowd = Array.from({ length: 60 }, (__, index) => `U01PERSON${index}` as UserId)
    const message = threadLine(line('deployment.prepared'), { asked: crowd })

    assertWithinSlackLimits(message)
    expect(JSON.stringify(message.blocks)).toContain('and 50 more')
  })
})

describe('a line that is shown in the channel', () => {
  const release = { title: 'New <checkout>', cardUrl: 'https://slack.test/card' }
  test.each([
    [
      'deployment.prepared',
      /shop “New &lt;checkout&gt;”: 2026\.11\.3-rc\.1 is prepared for staging again and needs 2 approvals.*👉 <@U01BOB>: please approve/,
    ],
    [
      'deployment.awaiting_acceptance',
      /shop “New &lt;checkout&gt;”: .* runs in staging and waits for acceptance\. 👉 <@U01BOB>: please test, then accept or reject/,
    ],
    [
      'deployment.failed',
      /shop “New &lt;checkout&gt;”: .* failed in staging: .* 👉 <@U01BOB>, who asked for it or approved it/,
    ],
  ] as const)(
    '%s names app, title, environment and who is to do what, and leads to the card',
    (kind, wanted) => {
      const message = threadLine(anEvent(kind), { asked: [BOB], release })
      assertWithinSlackLimits(message)
      expect(message.text).toMatch(wanted)
      expect(JSON.stringify(message.blocks)).toContain('<https://slack.test/card|Open the card>')
    },
  )

  test('in the thread alone it says nothing of that: the card stands above it', () => {
    expect(threadLine(anEvent('deployment.approved')).text).toMatch(/^\S+ 2026\.11\.3-rc\.1 was approved/)
  })
})

describe('a release that stands still', () => {
  const waiting = (waits: EventFacts['release.stalled']['waits'], by = ALICE) =>
    asked(by)(anEvent('release.stalled', { waits }))
  const production = environmentName('production')

  test('asks whoever can move it', async () => {
    expect(await waiting({ kind: 'not-promoted', name: 'rc.1' })).toEqual([ALICE, BOB])
    expect(await waiting({ kind: 'build-failed', name: 'rc.1' })).toEqual([ALICE, BOB])
    expect(
      await waiting({ kind: 'deployment', name: 'rc.1', environment: production, state: 'prepared' }),
    ).toEqual([BOB, CAROL])
  })

  test('asks nobody where it only takes long', async () => {
    expect(await waiting({ kind: 'building', name: 'rc.1' })).toEqual([])
    expect(
      await waiting({ kind: 'deployment', name: 'rc.1', environment: production, state: 'running' }),
    ).toEqual([])
  })

  test('says so in its line', () => {
    const { text } = threadLine(anEvent('release.stalled'), { asked: [BOB] })
    expect(text).toMatch(/👉 <@U01BOB>: you can move it$/)
  })
})
