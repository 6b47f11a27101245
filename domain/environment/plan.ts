/** Which stages an attempt runs, depending on what setup applied before and what it would apply now (S2.3–S2.9). */
import type { EnvironmentDefinition } from '../pipeline.js'
import type { SetupNeed } from '../reasons.js'
import type { StageName } from '../stage.js'
import type { Attempt, SetupRecord } from './state.js'

export interface Inspected {
  readonly templateHash: string | null
  readonly variablesHash: string
}

export type StagePlan =
  | { readonly kind: 'run'; readonly stages: readonly StageName[] }
  | { readonly kind: 'refuse'; readonly because: SetupNeed }

/** Why setup has to run before the next patch, null when what it applied is still current. */
export function setupNeeded(
  definition: EnvironmentDefinition,
  setup: SetupRecord | null,
  now: Inspected,
): SetupNeed | null {
  if (!definition.stages.setup) return null
  if (!setup) return 'never'
  if (setup.templateHash !== now.templateHash) return 'template'
  return setup.variablesHash === now.variablesHash ? null : 'variables'
}

/**
 * Setup also deploys the code, so an attempt runs setup or patch, then the check. `rebuild` forces setup even when nothing
 * changed. A retry continues at its stage, unless setup has become necessary: then that runs first.
 */
export function planStages(
  definition: EnvironmentDefinition,
  order: {
    readonly setup: SetupRecord | null
    readonly now: Inspected
    readonly rebuild: boolean
    readonly from: Attempt['from']
  },
): StagePlan {
  if (order.from === 'end') return { kind: 'run', stages: [] }
  const needed = setupNeeded(definition, order.setup, order.now)
  // From setup on: a person requested it, as with a rebuild.
  const rebuild = order.rebuild || order.from === 'setup'
  if (needed && definition.requireSetup === 'refuse' && !rebuild) return { kind: 'refuse', because: needed }
  const first: StageName = definition.stages.setup && (needed || rebuild) ? 'setup' : 'patch'
  const check: readonly StageName[] = definition.stages.check ? ['check'] : []
  if (order.from === 'check' && !needed) return { kind: 'run', stages: check }
  return { kind: 'run', stages: [first, ...check] }
}
