import { describe, expect, test } from 'vitest'
import { createAsked } from '../../../bot/publisher/mentions-for-event.js'
import { threadLine } from '../../../bot/views/thread-line.js'
import type { EventFacts, EventKind } from '../../../domain/events.js'
import { SLIPWAY, type UserId } from '../../../domain/identifiers.js'
import { rolesFor } from '../../../domain/permissions.js'
import type { AuditView } from '../../../domain/views.js'
import { anApp } from '../../support/app-definition.js'
import { anEvent } from '../../support/events.js'
import {
  ALICE,
  aDeployment,
  aRelease,
  BOB,
  deploymentId,
  environmentName,
  QUINN,
  releaseId,
} from '../../support/release-views.js'
import { assertWithinSlackLimits } from '../../support/slack-limits.js'

/** Today nobody but QA approves, and whoever asks may. */
const app = anApp({
  environments: `
      - { name: integration, mode: continuous, patch: { run: p } }
      - { name: staging, accept: { from: [qa] }, patch: { run: p } }
      - { name: production, approve: { from: [qa], count: 1 }, patch: { run: p } }`,
})
const CAROL = 'U01CAROL' as UserId
const holders: Readonly<Record<string, readonly UserId[]>> = {
  releasers: [ALICE, BOB],
  qa: [QUINN],
  managers: [ALICE, BOB, CAROL],
}

const asked = (requestedBy: UserId) =>
  createAsked({
    definitionOf: (name) => (name === app.name ? app : null),
    release: async () => aRelease({ deployments: [prepared(requestedBy)] }),
    whoMay: async (verb, on) => rolesFor(on.app, verb, on.environment).flatMap((role) => holders[role] ?? []),
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
    ['those who may cut, where nobody else judges', line('deployment.awaiting_acceptance'), [ALICE, BOB]],
    ['not who asked, with four eyes', line('deployment.prepared', ofRelease), [BOB, CAROL]],
    ['nobody, where no gate is open', line('deployment.prepared', {}, { needs: 0 }), []],
    ['nobody, for what only tells', line('deployment.accepted'), []],
    ['who asked for what failed', line('deployment.failed', {}, { requester: BOB }), [BOB]],
    ['nobody, for a push that failed', line('deployment.failed', {}, { requester: SLIPWAY }), []],
    ['nobody, for an app that was taken out', line('deployment.prepared', { app: null }), []],
  ])('%s', async (_, event, wanted) => {
    expect(await asked(ALICE)(event)).toEqual(wanted)
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
