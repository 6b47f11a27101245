/** The template and the variables of an environment, two contents with their own versions (S2.7, S2.8). */

import { SLIPWAY } from '../identifiers.js'
import type { SetupChange } from '../reasons.js'
import { environmentEvent } from './deployment-events.js'
import type { Inspected } from './plan.js'
import {
  type EnvironmentState,
  type LaneEntry,
  type LaneStep,
  type SetupRecord,
  step,
  type VersionedContent,
  withNotice,
} from './state.js'

const REMEMBERED = 20

/** The present content: known content keeps its version, new content gets the next one. */
export function seen(content: VersionedContent, hash: string | null): VersionedContent {
  if (hash === null || hash === content.hash) return content
  const { known } = content
  const before = known.find((one) => one.hash === hash)
  if (before) return { ...content, hash, version: before.version, known }
  // After a restore from the record the version is known, but no content.
  const version = 1 + Math.max(content.version, ...known.map((one) => one.version))
  return { ...content, hash, version, known: [...known, { hash, version }].slice(-REMEMBERED) }
}

function applied(content: VersionedContent, hash: string | null): VersionedContent {
  const now = seen(content, hash)
  return { ...now, applied: now.version }
}

/** What inspecting a commit found. Nothing that runs is changed by it (S2.10). */
export function withInspected(state: EnvironmentState, found: Inspected): EnvironmentState {
  return {
    ...state,
    template: seen(state.template, found.templateHash),
    variables: seen(state.variables, found.variablesHash),
  }
}

/** What running setup now would change; null when nothing, or when nothing is set up. */
export function setupChange(state: EnvironmentState): SetupChange | null {
  const { setup, definition, variables, template } = state
  if (setup === null || !definition.stages.setup) return null
  const way =
    definition.approve.length > 0
      ? 'approval'
      : definition.requireSetup === 'refuse'
        ? 'rebuild'
        : 'next-deployment'
  if (variables.applied !== variables.version) return { because: 'variables', way }
  return template.applied === template.version ? null : { because: 'template', way }
}

/** S2.24: the same, and the channel is notified of changes. A preview is set up by its next push, which is its owner's. */
export function inspected(state: EnvironmentState, found: Inspected, at: string): LaneStep {
  const next = withInspected(state, found)
  const change = setupChange(next)
  const isNew =
    next.variables.version !== state.variables.version || next.template.version !== state.template.version
  if (change === null || !isNew || next.lifecycle.preview !== null) return step(next)
  const noticed = withNotice(next, { kind: 'setup-required', ...change }, at)
  const line = { kind: 'environment.setup_required', facts: change, at, by: SLIPWAY } as const
  return { ...step(noticed), events: [environmentEvent(noticed, line)] }
}

/** What a successful setup applied. */
export function withApplied(state: EnvironmentState, setup: SetupRecord): EnvironmentState {
  return {
    ...state,
    setup,
    template: applied(state.template, setup.templateHash),
    variables: applied(state.variables, setup.variablesHash),
  }
}

/**
 * An attempt as it is run: with the order's own stages and gates, but always with the environment's present variables, so that an
 * older release never brings back older ones. After a failed teardown the earlier setup no longer counts.
 */
export function launchable(
  state: EnvironmentState,
  entry: LaneEntry,
): {
  readonly entry: LaneEntry
  readonly variablesOf: string
  readonly setup: SetupRecord | null
  readonly preview: boolean
  readonly fence: number
} {
  const { teardown, preview } = state.lifecycle
  return {
    entry,
    variablesOf: state.configHash,
    setup: teardown === null ? state.setup : null,
    preview: preview !== null,
    fence: state.fence,
  }
}
