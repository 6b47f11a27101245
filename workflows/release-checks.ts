/** Beside a release's loop: reads the required checks of prepared deployments, for as long as they block them. */

import { CancellationScope, condition, proxyActivities, sleep } from '@temporalio/workflow'
import type { CheckReading } from '../domain/forge/checks.js'
import { isGreen } from '../domain/forge/checks.js'
import type { DeploymentId } from '../domain/identifiers.js'
import { repositoryOf } from '../domain/pipeline.js'
import { unreadChecks } from '../domain/release/gates.js'
import { applyChecks, checksOf } from '../domain/release/required-checks.js'
import { findReleaseDeployment, type ReleaseDeployment, type ReleaseState } from '../domain/release/state.js'
import type { CheckActivities } from './activities/check-types.js'
import type { Continuation } from './release-tasks.js'

const { readChecks } = proxyActivities<CheckActivities>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: '10 seconds',
  // While nothing changes the activity fails and is retried: Temporal does the waiting, which costs no history.
  retry: { initialInterval: '2 seconds', backoffCoefficient: 1.5, maximumInterval: '1 minute' },
})

export interface Watched {
  /** Null until the release exists. */
  state(): ReleaseState | null
  change(happened: Continuation): Promise<void>
}

/** Never ends; for an app without required checks it does nothing. */
export async function watchChecks(release: Watched): Promise<void> {
  const asking = new Set<DeploymentId>()
  const due = (): readonly ReleaseDeployment[] => {
    const state = release.state()
    if (!state) return []
    return unreadChecks(state, new Date().toISOString()).filter(({ id }) => !asking.has(id))
  }
  for (;;) {
    await condition(() => due().length > 0)
    for (const deployment of due()) {
      asking.add(deployment.id)
      void ask(release, deployment).finally(() => asking.delete(deployment.id))
    }
  }
}

/** Ends with the first answer, or when the deployment no longer waits. */
async function ask(release: Watched, deployment: ReleaseDeployment): Promise<void> {
  const { id } = deployment
  const state = release.state()
  const candidate = state?.candidates.find((one) => one.number === deployment.candidate)
  if (!state || !candidate) return sleep('1 minute')
  const { app } = state
  const known = deployment.checks && !isGreen(deployment.checks) ? deployment.checks : null
  const scope = new CancellationScope()
  const answer: Promise<CheckReading | null> = scope
    .run(() =>
      readChecks({
        repository: repositoryOf(app),
        commit: candidate.commit,
        names: checksOf(state, deployment),
        known,
      }),
    )
    .catch(() => null)
  const waits = (): boolean => {
    const now = release.state()
    return now !== null && findReleaseDeployment(now, id)?.state === 'prepared'
  }
  const reading = await Promise.race([answer, condition(() => !waits()).then(() => null)])
  // Dated by the same clock that decides how fresh it is.
  const at = new Date().toISOString()
  if (reading) await release.change((now) => applyChecks(now, id, { ...reading, at }))
  else scope.cancel()
  // Without an answer, pause before asking again.
  if (!reading && waits()) await sleep('1 minute')
}
