/** What is shown of an environment in addition to its row's own columns. */
import type { EnvironmentNote } from '../reasons.js'
import type { EnvironmentDetail } from '../record-details.js'
import { observedIn } from './drift.js'
import { type EnvironmentLifecycle } from './lifecycle.js'
import { lostHostOf } from './lost-host.js'
import { isPermanent } from './removal.js'
import { isSameBuild, rollbackTarget, rollbackTargets } from './rollback.js'
import { type EnvironmentState, nameOfOrder } from './state.js'

export function environmentDetail(state: EnvironmentState): EnvironmentDetail {
  const lifecycle = state.lifecycle
  return {
    ...origin(state, lifecycle),
    ...versions(state),
    url: state.setup?.outputs['url'] ?? null,
    outputs: state.setup?.outputs ?? {},
    setbacks: state.setbacks,
    hotfix: state.current?.order.hotfix ?? false,
    queue: state.queue.map((entry) => entry.order.id),
    rollbackTo: rollbackTarget(state)?.id ?? null,
    rollbackTargets: namedTargets(state),
    observed: lifecycle.drift && observedIn(lifecycle.drift.finding),
    extensionsLeft: lifecycle.expiry
      ? Math.max(0, state.definition.extensions - lifecycle.expiry.extensions)
      : 0,
    note: lifecycleNote(lifecycle) ?? failureNote(state) ?? driftNote(lifecycle),
    lostHost: lostHostOf(state),
    notices: lifecycle.notices,
    removal: lifecycle.removal,
    stopped: lifecycle.stopped,
    teardown: lifecycle.teardown,
    tornDown: lifecycle.tornDown,
    permanent: isPermanent(state),
    answered: lifecycle.answered,
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

/** What people should know about it now, most urgent first; null when there is nothing. */
function lifecycleNote(lifecycle: EnvironmentLifecycle): EnvironmentNote | null {
  const { teardown, preview, building, wanted, retired } = lifecycle
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
