/** The environment as people see it, derived from its workflow's state. */
import type { EnvironmentRecord } from '../change.js'
import {
  type AppDefinition,
  type EnvironmentDefinition,
  findEnvironment,
  repositoryOf,
  rulesOf,
} from '../pipeline.js'
import type { EnvironmentStatus } from '../states.js'
import { environmentDetail } from './details-shown.js'
import { newLifecycle } from './lifecycle.js'
import { previewDefinition } from './preview.js'
import { ENVIRONMENT_STATE, type EnvironmentState, withLifecycle } from './state.js'

export function environmentRecord(state: EnvironmentState): EnvironmentRecord {
  const lifecycle = state.lifecycle
  return {
    name: state.name,
    position: state.position,
    mode: state.definition.mode,
    state: statusOf(state),
    setupRequired: isSetupRequired(state),
    currentDeployment: state.current?.order.id ?? null,
    lock: state.lock,
    hold: state.hold,
    freeze: state.freeze,
    expiresAt: lifecycle.closing?.until ?? lifecycle.expiry?.at ?? null,
    generation: lifecycle.generation,
    detail: environmentDetail(state),
    seq: state.seq,
  }
}

/** What the environment is doing, or the state it was left in. */
export function statusOf(state: EnvironmentState): EnvironmentStatus {
  const { teardown, drift, retired } = state.lifecycle
  if (state.running) return state.setup || !state.definition.stages.setup ? 'deploying' : 'setting_up'
  if (teardown) return teardown.phase === 'failed' ? 'teardown_failed' : 'tearing_down'
  if (retired) return 'retired'
  if (state.failed?.touched) return 'failed'
  if (drift && state.current) return 'out_of_sync'
  return state.current ? 'ready' : 'absent'
}

export function isSetupRequired(state: EnvironmentState): boolean {
  if (!state.definition.stages.setup) return false
  const stale =
    state.template.applied !== state.template.version || state.variables.applied !== state.variables.version
  return state.setup === null || stale
}

/** An environment before anything was ever deployed there. */
export function newEnvironment(app: AppDefinition, definition: EnvironmentDefinition): EnvironmentState {
  return {
    stateVersion: ENVIRONMENT_STATE,
    run: 1,
    seq: 0,
    app: app.name,
    name: definition.name,
    position: positionOf(app, definition),
    definition: rulesOf(definition),
    repository: repositoryOf(app),
    configHash: app.configHash,
    queue: [],
    running: null,
    current: null,
    accepted: [],
    failed: null,
    setbacks: [],
    lock: null,
    hold: null,
    freeze: null,
    setup: null,
    template: { hash: null, version: 0, applied: 0, known: [] },
    variables: { hash: null, version: 0, applied: 0, known: [] },
    lifecycle: newLifecycle,
    took: [],
    known: [],
    recent: [],
    failedPushes: [],
    fence: 0,
  }
}

/** Today's configuration of an environment, applied between deployments. */
export function configured(state: EnvironmentState, app: AppDefinition): EnvironmentState {
  const { preview } = state.lifecycle
  const definition =
    findEnvironment(app, state.name) ?? (preview && previewDefinition(app, state.name, preview.branch))
  if (!definition) {
    // An environment removed from the configuration has no teardown request any more: nobody could answer it there.
    return withLifecycle(state, { retired: preview === null, removal: null })
  }
  return {
    ...state,
    definition: rulesOf(definition),
    position: positionOf(app, definition),
    configHash: app.configHash,
    lifecycle: { ...state.lifecycle, retired: false },
  }
}

/** Previews come after all configured environments. */
function positionOf(app: AppDefinition, definition: EnvironmentDefinition): number {
  const place = app.environments.indexOf(definition)
  return place < 0 ? app.environments.length : place
}
