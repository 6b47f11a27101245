/** A release whose workflow had ended goes on from its record. */
import { SLIPWAY } from '../identifiers.js'
import type { DeploymentView } from '../views.js'
import type { ReleaseState } from './state.js'
import { type ReleaseEffect, type ReleaseStep, releaseEvent, releaseStep } from './step.js'
import { withWritten } from './written.js'

/**
 * What its environments wrote meanwhile counts as heard. Builds are asked for again and find what was built; a pick or
 * the cut of a draft that was under way is given up, and a person may order it again.
 */
export function resumed(recorded: ReleaseState, written: readonly DeploymentView[], at: string): ReleaseStep {
  const state = { ...withWritten(recorded, written), busy: null }
  const interrupted = recorded.busy === null ? [] : [recorded.busy.kind]
  const effects = state.candidates
    .filter((candidate) => candidate.state === 'building')
    .map(({ number }): ReleaseEffect => ({ kind: 'build', candidate: number }))
  return {
    ...releaseStep(state),
    effects: [...effects, ...verdicts(state)],
    events: [releaseEvent(state, { kind: 'release.restored', facts: { interrupted }, at, actor: SLIPWAY })],
  }
}

/** The last verdict for each environment is told again: it may have been on its way. Hearing it twice changes nothing. */
function verdicts(state: ReleaseState): readonly ReleaseEffect[] {
  return state.deployments.flatMap(({ id, environment, state: acceptance, decision, replaced }) =>
    decision !== null && !replaced && (acceptance === 'accepted' || acceptance === 'rejected')
      ? [{ kind: 'tell-environment' as const, deploymentId: id, environment, acceptance }]
      : [],
  )
}
