/** Resumes a release from its record after its workflow had ended. */
import { SLIPWAY } from '../identifiers.js'
import type { DeploymentView } from '../views.js'
import type { ReleaseDeployment, ReleaseState } from './state.js'
import { type ReleaseEffect, type ReleaseStep, releaseEvent, releaseStep } from './step.js'
import { withWritten } from './written.js'

/**
 * What its environments recorded meanwhile counts as reported. Builds are requested again and find what was built already. A pick
 * or the cut of a draft that was in progress is given up; a person may order it again.
 */
export function resumed(recorded: ReleaseState, written: readonly DeploymentView[], at: string): ReleaseStep {
  const reported = withWritten(recorded, written)
  const deployments = reported.deployments.map((one) =>
    isOnItsWay(one, written) ? { ...one, state: 'prepared' as const } : one,
  )
  const state = { ...reported, deployments, busy: null }
  const interrupted = recorded.busy === null ? [] : [recorded.busy.kind]
  return {
    ...releaseStep(state),
    effects: [...builds(state), ...verdicts(state)],
    events: [releaseEvent(state, { kind: 'release.restored', facts: { interrupted }, at, actor: SLIPWAY })],
  }
}

/** A release as written by its cut: what is left is to build it. */
export const begun = (state: ReleaseState): ReleaseStep => ({ ...releaseStep(state), effects: builds(state) })

const builds = ({ candidates }: ReleaseState): readonly ReleaseEffect[] =>
  candidates
    .filter((candidate) => candidate.state === 'building')
    .map(({ number }) => ({ kind: 'build', candidate: number }))

/** Its environment never recorded it, so the order is sent again. Enqueueing it twice changes nothing. */
const isOnItsWay = ({ id, state }: ReleaseDeployment, written: readonly DeploymentView[]): boolean =>
  state === 'queued' && written.find((one) => one.id === id)?.state === 'prepared'

/** Sends the last verdict for each environment again, as it may not have arrived. Receiving it twice changes nothing. */
function verdicts(state: ReleaseState): readonly ReleaseEffect[] {
  return state.deployments.flatMap(({ id, environment, state: acceptance, decision, replaced }) =>
    decision !== null && !replaced && (acceptance === 'accepted' || acceptance === 'rejected')
      ? [{ kind: 'tell-environment' as const, deploymentId: id, environment, acceptance }]
      : [],
  )
}
