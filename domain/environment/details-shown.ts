/** What is shown of an environment besides its row's own columns. */
import type { EnvironmentDetail } from '../record-details.js'
import { type EnvironmentLifecycle } from './lifecycle.js'
import { rollbackTarget } from './rollback.js'
import type { EnvironmentState } from './state.js'

export function environmentDetail(state: EnvironmentState): EnvironmentDetail {
  const life = state.lifecycle
  return {
    ...origin(state, life),
    ...versions(state),
    url: state.setup?.outputs['url'] ?? null,
    outputs: state.setup?.outputs ?? {},
    queue: state.queue.map((entry) => entry.order.id),
    rollbackTo: rollbackTarget(state)?.id ?? null,
    observed: life.drift?.observed ?? null,
    extensionsLeft: life.expiry ? Math.max(0, state.definition.extensions - life.expiry.extensions) : 0,
    note: noteOf(state, life),
    notices: life.notices,
    teardown: life.teardown,
    answered: life.answered,
  }
}

function origin(
  state: EnvironmentState,
  { preview }: EnvironmentLifecycle,
): Pick<EnvironmentDetail, 'preview' | 'owner' | 'branch' | 'pull' | 'place'> {
  if (preview === null) {
    const { branch } = state.definition
    return { preview: false, owner: null, branch, pull: null, place: null }
  }
  const { owner, branch, place, pull } = preview
  return { preview: true, owner, branch, pull, place }
}

function versions({
  template,
  variables,
}: EnvironmentState): Pick<
  EnvironmentDetail,
  'templateVersion' | 'templateApplied' | 'variablesVersion' | 'variablesApplied'
> {
  return {
    templateVersion: template.version,
    templateApplied: template.applied,
    variablesVersion: variables.version,
    variablesApplied: variables.applied,
  }
}

const noteOf = (state: EnvironmentState, life: EnvironmentLifecycle): string | null =>
  lifeNote(life) ?? state.failed?.reason ?? life.drift?.says ?? null

/** What people should know of it now, most pressing first; null when there is nothing. */
function lifeNote({ teardown, preview, building, wanted, retired }: EnvironmentLifecycle): string | null {
  if (teardown?.reason) return teardown.reason
  if (retired) return 'it was taken out of the configuration; put it back to rebuild it or to tear it down'
  const place = preview?.place
  if (place && !place.granted) {
    return `waits for a place: ${place.living} of ${place.most} previews live, ${place.ahead} ahead of it`
  }
  const built = building && (building.commit?.slice(0, 7) ?? building.branch)
  if (built) return `${built} is being built`
  return wanted ? 'waits for its build' : null
}
