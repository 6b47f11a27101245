/** A release in every state a card has to show, by name. */
import { SLIPWAY } from '../../domain/identifiers.js'
import { noMerges, pickedMerges } from '../../domain/ports.js'
import type { DeploymentView, EnvironmentView, ReleaseView } from '../../domain/views.js'
import { aRefusedTag, aTrunkLook } from './release-details.js'
import {
  ALICE,
  AT,
  aCandidate,
  aDeployment,
  anEnvironment,
  aPipeline,
  aRelease,
  aStage,
  BOB,
  commitOf,
  contents,
  environmentName,
  QUINN,
} from './release-views.js'
import { pausedByRollback, withSetback } from './setback.js'

const integration = aDeployment({ number: 1, decidedAt: AT })
const staging = (over: Partial<DeploymentView> = {}) =>
  aDeployment({ number: 2, environment: environmentName('staging'), ...over })
const production = (over: Partial<DeploymentView> = {}) =>
  aDeployment({
    number: 3,
    environment: environmentName('production'),
    needs: 2,
    approvers: ['release-managers'],
    ...over,
  })
const accepted = staging({ state: 'accepted', decidedBy: QUINN, decidedAt: AT })
const approvals = [
  { user: BOB, at: AT, comment: 'smoke looks fine' },
  { user: QUINN, at: AT, comment: null },
]
const before = aDeployment({
  number: 90,
  environment: environmentName('production'),
  version: '2026.11.2',
  candidate: '2026.11.2-rc.1',
  commit: commitOf('beef'),
})
const linked = { deletable: false, blockedBy: [environmentName('staging')] }
const both = { deletable: false, blockedBy: [environmentName('staging'), environmentName('production')] }
const again = (over: Partial<DeploymentView>) =>
  production({ number: 95, kind: 'redeploy', needs: 0, approvers: [], ...over })
const live = production({ number: 91, state: 'accepted', approvals, decidedBy: ALICE, decidedAt: AT })

const released = (...later: readonly DeploymentView[]) =>
  aRelease({
    state: 'released',
    releasedAt: AT,
    phase: 'deploying',
    deployments: [integration, accepted, live, ...later],
    environments: aPipeline({ production: { current: live, rollbackTo: before } }),
    ...both,
  })

const withoutProduction = (detail: Partial<ReleaseView['detail']>) =>
  aRelease({ state: 'released', releasedAt: AT, detail, deployments: [integration, accepted], ...linked })

const lately = (deployment: DeploymentView, stands: Partial<EnvironmentView>): ReleaseView =>
  aRelease({
    phase: 'preparing',
    deployments: [integration, accepted, deployment],
    environments: aPipeline({ production: stands }),
    ...both,
  })

export const stories: Readonly<Record<string, ReleaseView>> = {
  draft: aRelease({ state: 'draft', version: null, cutAt: null, candidates: [], phase: 'planning' }),
  'cut, building': aRelease({
    candidates: [aCandidate({ state: 'building', artifactDigest: null })],
    deletable: true,
  }),
  'build failed': aRelease({
    candidates: [
      aCandidate({ state: 'build_failed', artifactDigest: null, buildTail: 'npm test\n1 test failed' }),
    ],
  }),
  'integration running': aRelease({ deployments: [aDeployment({ state: 'running' })], deletable: false }),
  'ready for staging': aRelease({ deployments: [integration] }),
  'staging awaiting acceptance': aRelease({
    phase: 'testing',
    deployments: [
      integration,
      staging({ state: 'awaiting_acceptance', stages: [aStage({ stage: 'check', verdict: 'passed' })] }),
    ],
    ...linked,
  }),
  'prepared, 1 of 2 approvals': aRelease({
    phase: 'preparing',
    deployments: [
      integration,
      accepted,
      production({ state: 'prepared', startedAt: null, approvals: approvals.slice(0, 1) }),
    ],
    ...linked,
  }),
  'prepared, checklist open': aRelease({
    phase: 'preparing',
    detail: {
      commits: null,
      checklist: [
        {
          item: 'QA sign-off',
          role: 'qa',
          before: environmentName('production'),
          tickedBy: null,
          tickedAt: null,
        },
        {
          item: 'Docs',
          role: 'docs',
          before: environmentName('production'),
          tickedBy: BOB,
          tickedAt: AT,
        },
      ],
    },
    deployments: [integration, accepted, production({ state: 'prepared', startedAt: null, approvals })],
    ...linked,
  }),
  'production running': aRelease({
    phase: 'deploying',
    deployments: [integration, accepted, production({ state: 'running', approvals })],
    ...both,
  }),
  'production failed at patch': aRelease({
    phase: 'deploying',
    deployments: [
      integration,
      accepted,
      production({
        number: 91,
        state: 'failed',
        approvals,
        failedStage: 'patch',
        note: {
          kind: 'failure',
          failure: { kind: 'exit', stage: 'patch', exit: { kind: 'exited', code: 1 } },
        },
        stages: [aStage({ verdict: 'failed', exitCode: 1, tail: 'copying\ndisk full' })],
      }),
    ],
    environments: aPipeline({ production: { state: 'failed', current: before, rollbackTo: before } }),
    ...both,
  }),
  'production awaiting acceptance': aRelease({
    phase: 'deploying',
    deployments: [integration, accepted, production({ number: 91, state: 'awaiting_acceptance', approvals })],
    ...both,
  }),
  'failed, then rolled back': lately(production({ number: 89, state: 'superseded', approvals }), {
    current: before,
    detail: withSetback,
  }),
  'failed, asked for again': lately(
    production({ number: 92, state: 'prepared', startedAt: null, approvals: approvals.slice(0, 1) }),
    { current: before, detail: withSetback },
  ),
  'approval over something newer': lately(production({ number: 92, state: 'prepared', startedAt: null }), {
    current: { ...before, version: '2026.11.4', candidate: '2026.11.4-rc.1' },
    detail: { ...anEnvironment('production').detail, hotfix: true },
  }),
  released: released(),
  'released, being patched again': released(again({ state: 'running', decidedBy: null })),
  'released, patched again': released(again({ state: 'accepted', decidedBy: SLIPWAY, decidedAt: AT })),
  'released, setting up again failed': released(
    again({
      kind: 'rebuild',
      state: 'failed',
      failedStage: 'setup',
      stages: [aStage({ stage: 'setup', verdict: 'failed', exitCode: 1 })],
    }),
  ),
  'released, rolled back to': released(
    production({
      number: 95,
      kind: 'rollback',
      needs: 0,
      approvers: [],
      requestedBy: BOB,
      decidedBy: BOB,
      decidedAt: AT,
    }),
  ),
  'rolled back': aRelease({
    state: 'released',
    releasedAt: AT,
    rolledBack: true,
    phase: 'deploying',
    deployments: [integration, accepted, live],
    environments: aPipeline({
      production: { current: before, hold: pausedByRollback, detail: withSetback },
    }),
    ...both,
  }),
  'staging rejected': aRelease({
    deployments: [
      integration,
      staging({
        state: 'rejected',
        decidedBy: QUINN,
        decidedAt: AT,
        note: { kind: 'comment', text: 'the basket is empty' },
      }),
    ],
    candidates: [aCandidate({ state: 'rejected' })],
    ...linked,
  }),
  deleted: aRelease({ state: 'deleted', deletable: false }),
  abandoned: aRelease({ state: 'abandoned', deletable: false }),
  'pick in conflict': aRelease({
    detail: {
      commits: null,
      conflict: {
        ...{ at: commitOf('c0ffee'), branch: 'release/2026.11.3', picks: [commitOf('c0ffee')] },
        ...{ head: commitOf('beef'), picked: [], merges: noMerges, confirmed: [], unconfirmed: null },
        sides: [{ file: 'src/basket.ts', ours: 'Mira', theirs: 'Tom' }],
      },
    },
    deployments: [integration],
  }),
  'pick waits for a confirmation': aRelease({
    detail: {
      conflict: {
        ...{ at: commitOf('c0ffee'), branch: 'release/v2026.11.3', picks: [commitOf('c0ffee')] },
        ...{ head: commitOf('9f3c1ab'), picked: [], merges: noMerges, confirmed: [] },
        unconfirmed: {
          ...{ head: commitOf('bad'), carried: true, total: 12 },
          commits: [{ sha: commitOf('bad'), subject: 'Something <else>', author: 'Tom' }],
        },
        sides: [{ file: 'src/basket.ts', ours: 'Mira', theirs: 'Tom' }],
      },
    },
    deployments: [integration],
  }),
  'picking many': aRelease({
    detail: { picking: { by: BOB, done: 120, of: 400 } },
    deployments: [integration],
  }),
  'many picked, one confirmed': aRelease({
    candidates: [
      aCandidate(),
      aCandidate({
        number: 2,
        commit: commitOf('abc'),
        picked: ['1', '2', '3', '4'].map(commitOf),
        gained: {
          commits: {
            since: '2026.11.3-rc.1',
            from: null,
            sinceTag: false,
            counted: true,
            total: 5,
            authors: 2,
            newest: [{ sha: commitOf('1'), subject: 'Mend the basket', author: 'Mira' }],
          },
          contents: contents(22, 4),
          merges: pickedMerges({ commit: commitOf('2'), against: commitOf('5') }),
          confirmed: [
            {
              ...{ at: commitOf('3'), by: BOB, when: AT, note: null, carried: true, total: 1 },
              commits: [{ sha: commitOf('6'), subject: 'Besides', author: 'Tom' }],
            },
          ],
        },
      }),
    ],
    deployments: [integration],
  }),
  'released without its tag': withoutProduction({
    tags: [aRefusedTag],
  }),
  'released with a pick that trunk lacks': withoutProduction({ offTrunk: aTrunkLook(4) }),
  'second candidate': aRelease({
    candidates: [
      aCandidate(),
      aCandidate({ number: 2, commit: commitOf('abc'), picked: [commitOf('c0ffee')] }),
    ],
    deployments: [integration, accepted, aDeployment({ number: 4, candidateNumber: 2, decidedAt: AT })],
    ...linked,
  }),
  'staging locked': aRelease({
    deployments: [integration],
    environments: aPipeline({
      staging: { lock: { owner: BOB, reason: 'demo at noon', since: AT, until: null } },
    }),
  }),
}
