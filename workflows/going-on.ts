/** How a workflow resumes from its record, while orders that arrive in the meantime wait. */
import {
  ApplicationFailure,
  condition,
  proxyActivities,
  setDefaultUpdateHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { StoredState } from '../domain/stored-state.js'

/**
 * The last state recorded by an earlier run of this workflow, as the first state of the next run; null when nothing was recorded.
 * `upgrade` converts it to the present shape.
 */
export async function recordedState<State extends StoredState>(
  upgrade: (recorded: State) => State,
): Promise<State | null> {
  const { readState } = proxyActivities<{ readState(workflowId: string): Promise<State | null> }>({
    startToCloseTimeout: '10 seconds',
    retry: { initialInterval: '200 milliseconds', maximumInterval: '10 seconds' },
  })
  const recorded = await readState(workflowInfo().workflowId)
  return recorded && nextRun(recorded, upgrade)
}

/** The first state of the next run, after the one that recorded this. */
export function nextRun<State extends StoredState>(
  recorded: State,
  upgrade: (recorded: State) => State,
): State {
  const state = upgrade(recorded)
  return { ...state, run: state.run + 1 }
}

/** For any verb: only the handler knows the form of its orders. */
type Handler = { answer(order: unknown): unknown }['answer']

/**
 * Holds orders that arrive before the state is read. Signals wait for their handler anyway; an update without one is rejected at
 * once, so the first order after a lost run would fail.
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

  /** From now on `handler` answers this verb, and the waiting orders for it once all verbs are registered. */
  add(verb: string, handler: Handler): void {
    this.handlers.set(verb, handler)
  }

  /** All verbs are registered. */
  begin(): void {
    this.open = true
  }
}
