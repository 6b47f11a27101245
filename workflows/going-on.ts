/** How a workflow begins again: from what was recorded of it, while whoever orders meanwhile waits. */
import {
  ApplicationFailure,
  condition,
  proxyActivities,
  setDefaultUpdateHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { StoredState } from '../domain/stored-state.js'

/**
 * What an earlier run of this workflow recorded last, as the first state of the next run; null when nothing ever was.
 * `upgrade` brings it into the shape of now.
 */
export async function recordedState<State extends StoredState>(
  upgrade: (recorded: State) => State,
): Promise<State | null> {
  const { readState } = proxyActivities<{ readState(workflowId: string): Promise<State | null> }>({
    startToCloseTimeout: '10 seconds',
    retry: { initialInterval: '200 milliseconds', maximumInterval: '10 seconds' },
  })
  const recorded = await readState(workflowInfo().workflowId)
  if (recorded === null) return null
  const state = upgrade(recorded)
  return { ...state, run: state.run + 1 }
}

/** Of some verb: what its orders look like only the handler knows. */
type Handler = { answer(order: unknown): unknown }['answer']

/**
 * Orders that come before the state is read. Signals wait for their handler by themselves; an update without one is
 * rejected at once, so the first order after a lost run would fail.
 */
export class EarlyOrders {
  private readonly handlers = new Map<string, Handler>()
  private open = false

  constructor() {
    setDefaultUpdateHandler(async (verb, order) => {
      await condition(() => this.open)
      const handler = this.handlers.get(verb)
      if (!handler) throw ApplicationFailure.nonRetryable(`There is no order ${verb}`, 'UnknownOrder')
      return handler(order)
    })
  }

  /** From now on `handler` answers this verb, and the orders of it that wait once all verbs are there. */
  add(verb: string, handler: Handler): void {
    this.handlers.set(verb, handler)
  }

  /** All verbs are there. */
  begin(): void {
    this.open = true
  }
}
