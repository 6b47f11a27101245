/** The environment as people see it, from the state its workflow holds. */
import type { EnvironmentRecord, EnvironmentStatus } from '../change.js'
import { type AppDefinition, type EnvironmentDefinition, findEnvironment } from '../pipeline.js'
import type { EnvironmentState } from './state.js'

export function environmentRecord(state: EnvironmentState): EnvironmentRecord {
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
    expiresAt: null,
    generation: 1,
    detail: {
      preview: false,
      owner: null,
      branch: state.definition.branch,
      templateVersion: state.template.version,
      templateApplied: state.template.applied,
      variablesVersion: state.variables.version,
      variablesApplied: state.variables.applied,
      url: state.setup?.outputs['url'] ?? null,
      outputs: state.setup?.outputs ?? {},
      queue: state.queue.map((entry) => entry.order.id),
      observed: null,
      extensionsLeft: 0,
      note: state.failed?.reason ?? null,
    },
    seq: state.seq,
  }
}

/** What the environment is doing, or how it was left. */
export function statusOf(state: EnvironmentState): EnvironmentStatus {
  if (state.running) return state.setup || !state.definition.stages.setup ? 'deploying' : 'setting_up'
  if (state.failed?.touched) return 'failed'
  return state.current ? 'ready' : 'absent'
}

export function isSetupRequired(state: EnvironmentState): boolean {
  if (!state.definition.stages.setup) return false
  const stale =
    state.template.applied < state.template.version || state.variables.applied < state.variables.version
  return state.setup === null || stale
}

/** An environment before anything was ever deployed there. */
export function newEnvironment(app: AppDefinition, definition: EnvironmentDefinition): EnvironmentState {
  return {
    app: app.name,
    name: definition.name,
    position: app.environments.indexOf(definition),
    definition,
    repository: { app: app.name, url: app.repository, trunk: app.trunk },
    configHash: app.configHash,
    queue: [],
    running: null,
    current: null,
    accepted: [],
    failed: null,
    lock: null,
    hold: null,
    freeze: null,
    setup: null,
    template: { hash: null, version: 0, applied: 0 },
    variables: { hash: null, version: 0, applied: 0 },
    known: [],
    recent: [],
    seq: 0,
  }
}

/** Today's configuration of an environment, taken over between deployments. */
export function configured(state: EnvironmentState, app: AppDefinition): EnvironmentState {
  const definition = findEnvironment(app, state.name)
  if (!definition) return state
  return {
    ...newEnvironment(app, definition),
    ...state,
    definition,
    position: app.environments.indexOf(definition),
    configHash: app.configHash,
  }
}
