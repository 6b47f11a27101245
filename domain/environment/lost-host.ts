/** A host stopped responding while its command may still run: people decide whether to wait for it or to retry elsewhere. */
import type { QueuedHow } from '../events.js'
import type { UserId } from '../identifiers.js'
import type { LostHost } from '../reasons.js'
import { done, refuse } from '../refusal.js'
import type { Closable } from './closures.js'
import { moved, subjectOf } from './deployment-events.js'
import { reordered } from './override.js'
import type { Answered } from './retry-skip-abort.js'
import { type EnvironmentState, type FailedDeployment, nameOfOrder, step } from './state.js'

/** What closes the environment, of its state. */
export const closable = (state: EnvironmentState): Closable => ({
  ...state,
  detail: { lostHost: lostHostOf(state) },
})

/** The host that people have to decide about; null when there is none. */
export function lostHostOf({ failed }: Pick<EnvironmentState, 'failed'>): LostHost | null {
  if (!failed?.touched || failed.why.kind !== 'host-lost') return null
  return { host: failed.why.host, since: failed.at }
}

interface By {
  readonly by: UserId
  readonly at: string
}

/** Retries the same run on the same host: when it comes back, its command is watched, not started again. */
export function waitForHost(state: EnvironmentState, order: By): Answered {
  const { failed } = state
  if (failed?.why.kind !== 'host-lost') return nothing(state)
  return nextAttempt(state, failed, { order, how: { kind: 'same-host', host: failed.why.host } })
}

/** A person decides that the lost host does nothing any more: a new run starts on any worker with room. */
export function retryOn(state: EnvironmentState, order: By): Answered {
  const { failed } = state
  if (failed?.why.kind !== 'host-lost') return nothing(state)
  return nextAttempt(state, failed, { order, how: { kind: 'other-host' } })
}

function nextAttempt(
  state: EnvironmentState,
  failed: FailedDeployment,
  {
    order: by,
    how,
  }: { readonly order: By; readonly how: Extract<QueuedHow, { kind: 'same-host' | 'other-host' }> },
): Answered {
  const { attempt } = failed.entry
  const host = how.kind === 'same-host' ? how.host : null
  // Waiting continues the same run; elsewhere it is a new one.
  const order = host === null ? reordered(failed.entry.order) : failed.entry.order
  const { stage: from, runs } = failed
  const entry = { order, attempt: { number: attempt.number + 1, from, runs, host, reattach: host !== null } }
  const name = nameOfOrder(order)
  return {
    step: moved({ ...state, failed: null, queue: [entry, ...state.queue] }, order, {
      kind: 'deployment.queued',
      facts: { ...subjectOf(order), how },
      ...by,
      attempt: entry.attempt.number,
    }),
    outcome: done({ code: 'environment', environment: state.name, task: { ...how, name } }),
  }
}

const nothing = (state: EnvironmentState): Answered => ({
  step: step(state),
  outcome: refuse({ code: 'nothing-to-retry', environment: state.name, wanted: 'lost-host' }),
})
