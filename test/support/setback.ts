/** An environment in which a candidate failed and was rolled back from. */
import type { EnvironmentDetail, HoldState } from '../../domain/change.js'
import { AT, anEnvironment, BOB, commitOf, deploymentId, releaseId } from './release-views.js'

export const withSetback = {
  ...anEnvironment('production').detail,
  setbacks: [
    {
      deploymentId: deploymentId(89),
      releaseId: releaseId(1),
      version: '2026.11.3',
      candidate: 1,
      commit: commitOf('9f3c1ab'),
      digest: null,
      failed: {
        at: AT,
        stage: 'patch',
        failure: { kind: 'exit', stage: 'patch', exit: { kind: 'exited', code: 1 } },
      },
      rolledBack: { at: AT, by: BOB, to: '2026.11.2-rc.1', reason: 'users cannot pay' },
    },
  ],
} satisfies EnvironmentDetail

/** The pause that such a rollback leaves. */
export const pausedByRollback: HoldState = {
  by: BOB,
  reason: 'users cannot pay',
  since: AT,
  rollback: { to: '2026.11.2-rc.1', failure: null },
}
