/** What is shown of an environment besides its row's own columns. */
import type { EnvironmentNote } from '../reasons.js'
import type { EnvironmentDetail } from '../record-details.js'
import { observedIn } from './drift.js'
import { type EnvironmentLifecycle } from './lifecycle.js'
import { isPermanent } from './removal.js'
import { isSameBuild, rollbackTarget, rollbackTargets } from './rollback.js'
import { type EnvironmentState, nameOfOrder } from './state.js'

export function environmentDetail(state: EnvironmentState): EnvironmentDetail {
  const life = state.lifecycle
  return {
    ...origin(state, life),
    ...versions(state),
    url: state.setup?.outputs['url'] ?? null,
    outputs: state.setup?.outputs ?? {},
    setbacks: state.setbacks,
    hotfix: state.current?.order.hotfix ?? false,
    queue: state.queue.map((entry) => entry.order.id),
    rollbackTo: rollbackTarget(state)?.id ?? null,
    rollbackTargets: namedTargets(state),
    observed: life.drift && observedIn(life.drift.finding),
    extensionsLeft: life.expiry ? Math.max(0, state.definition.extensions - life.expiry.extensions) : 0,
    note: lifeNote(life) ?? failureNote(state) ?? driftNote(life),
    notices: life.notices,
    removal: life.removal,
    stopped: life.stopped,
    teardown: life.teardown,
    tornDown: life.tornDown,
    permanent: isPermanent(state),
    answered: life.answered,
  }
}

const MOST_TARGETS = 10

function namedTargets(state: EnvironmentState): EnvironmentDetail['rollbackTargets'] {
  const inPlace = state.failed === null ? state.current?.order : null
  return rollbackTargets(state)
    .filter((order) => !inPlace || !isSameBuild(order, inPlace))
    .slice(-MOST_TARGETS)
    .toReversed()
    .map((order) => ({ deployment: order.id, name: nameOfOrder(order), at: order.requestedAt }))
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

/** What people should know of it now, most pressing first; null when there is nothing. */
function lifeNote(life: EnvironmentLifecycle): EnvironmentNote | null {
  const { teardown, preview, building, wanted, retired } = life
  if (teardown?.failure) return { kind: 'teardown-failed', ...teardown.failure }
  if (retired) return { kind: 'retired' }
  const place = preview?.place
  if (place && !place.granted) {
    const { ahead, living, most } = place
    return { kind: 'waits-for-place', ahead, living, most }
  }
  if (building) return { kind: 'building', what: building.commit?.slice(0, 7) ?? building.branch }
  return wanted ? { kind: 'waits-for-build' } : null
}

function failureNote({ failed }: EnvironmentState): EnvironmentNote | null {
  if (failed === null) return null
  const { why } = failed
  return why.kind === 'aborted' ? why : { kind: 'failure', failure: why }
}

const driftNote = ({ drift }: EnvironmentLifecycle): EnvironmentNote | null =>
  drift && { kind: 'drift', finding: drift.finding }
