/** A host fell silent while its command may still run: people decide whether to wait for it or to go elsewhere. */
import type { UserId } from '../identifiers.js'
import { done, refuse } from '../refusal.js'
import { moved } from './deployment-events.js'
import { reordered } from './override.js'
import type { Answered } from './retry-skip-abort.js'
import { type EnvironmentState, type FailedDeployment, nameOfOrder, step } from './state.js'

interface By {
  readonly by: UserId
  readonly at: string
}

/** The same run on the same host: when it comes back its command is watched, not started again. */
export function waitForHost(state: EnvironmentState, order: By): Answered {
  const { failed } = state
  if (!failed?.lostHost) return nothing(state)
  const { lostHost } = failed
  return go(state, failed, { order, host: lostHost, what: `waits for host ${lostHost}` })
}

/** A person takes it that the silent host does nothing any more: a new run, wherever there is room. */
export function retryOn(state: EnvironmentState, order: By): Answered {
  const { failed } = state
  if (!failed?.lostHost) return nothing(state)
  return go(state, failed, { order, host: null, what: 'runs on another host' })
}

function go(
  state: EnvironmentState,
  failed: FailedDeployment,
  how: { readonly order: By; readonly host: string | null; readonly what: string },
): Answered {
  const { attempt } = failed.entry
  const { host, what } = how
  // The same run is waited for; elsewhere it is a new one.
  const order = host === null ? reordered(failed.entry.order) : failed.entry.order
  const { stage: from, runs } = failed
  const entry = { order, attempt: { number: attempt.number + 1, from, runs, host, reattach: host !== null } }
  const { by, at } = how.order
  return {
    step: moved({ ...state, failed: null, queue: [entry, ...state.queue] }, order, {
      to: 'queued',
      at,
      by,
      attempt: entry.attempt.number,
      says: `${nameOfOrder(order)} in ${state.name} ${what}.`,
    }),
    outcome: done({ code: 'environment', environment: state.name, doing: `${nameOfOrder(order)} ${what}` }),
  }
}

const nothing = (state: EnvironmentState): Answered => ({
  step: step(state),
  outcome: refuse({ code: 'nothing-to-retry', environment: state.name, state: 'not that of a lost host' }),
})
