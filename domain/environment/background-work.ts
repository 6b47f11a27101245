/** What an environment has to do besides its lane, most urgent first. */
import { nextDriftCheck } from './drift.js'
import type { EnvironmentState } from './state.js'
import { isClosing } from './state.js'

/** Null when nothing is to be done now. */
export function nextBackgroundWork(
  state: EnvironmentState,
  now: string,
): 'teardown' | 'build' | 'drift' | null {
  const { teardown, building } = state.lifecycle
  if (teardown?.phase === 'running') return 'teardown'
  if (building !== null || mayBuild(state)) return 'build'
  const drift = nextDriftCheck(state)
  return drift !== null && drift <= now ? 'drift' : null
}

/** A queued preview is not built until it has a place. */
function mayBuild(state: EnvironmentState): boolean {
  const { wanted, preview } = state.lifecycle
  return wanted !== null && preview?.place?.granted !== false && !isClosing(state)
}
