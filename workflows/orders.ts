/** How a workflow takes orders: one way for every verb, by a table of rules. */
import { currentUpdateInfo, defineUpdate, setHandler } from '@temporalio/workflow'
import { type Outcome, refuse } from '../domain/refusal.js'
import { type Answer, answerBefore, withAnswer } from '../domain/stored-state.js'
import { faultOf } from './faults.js'
import type { EarlyOrders } from './going-on.js'

/** What was decided, and what the person is told. */
interface Decided<Step> {
  readonly step: Step
  readonly outcome: Outcome
}
type Rules<State, Step, Table> = {
  readonly [Verb in keyof Table]: (state: State, order: Table[Verb]) => Decided<Step>
}

/** The workflow that orders are given to. */
export interface Owner<State extends { readonly recent: readonly Answer[] }, Step> {
  readonly state: () => State
  readonly take: (step: Step) => void
  readonly remember: (recent: readonly Answer[]) => void
}

export class Orders<State extends { readonly recent: readonly Answer[] }, Step> {
  private readonly owner: Owner<State, Step>
  readonly early: EarlyOrders

  constructor(owner: Owner<State, Step>, early: EarlyOrders) {
    this.owner = owner
    this.early = early
  }

  /**
   * Registers an update for each verb of the table. `ends` tells how an order ended that only began with its rule; the
   * workflow does not continue as new before.
   */
  listen<Table extends object>(
    rules: Rules<State, Step, Table>,
    ends: { readonly [Verb in keyof NoInfer<Table>]?: (begun: Outcome) => Promise<Outcome> } = {},
  ): void {
    for (const verb in rules) {
      const rule = rules[verb]
      const end = ends[verb]
      const handler = (order: Table[typeof verb]): Outcome | Promise<Outcome> => {
        const begun = this.answer((state) => rule(state, order))
        return end && begun.kind !== 'refused' ? this.finish(begun, end) : begun
      }
      setHandler(defineUpdate<Outcome, [Table[typeof verb]]>(verb), handler)
      this.early.add(verb, handler)
    }
  }

  /**
   * Decides once per order: Temporal forgets the keys of updates when a workflow continues as new, this does not. A rule
   * that throws refuses this order and leaves the state as it was.
   */
  answer(decide: (state: State) => Decided<Step>): Outcome {
    const before = answerBefore(this.owner.state().recent, keyOfOrder())
    if (before) return before
    try {
      const { step, outcome } = decide(this.owner.state())
      this.owner.take(step)
      return this.remember(outcome)
    } catch (error) {
      return this.remember(refuse({ code: 'fault', errorId: faultOf(error, keyOfOrder()) }))
    }
  }

  private async finish(begun: Outcome, end: (begun: Outcome) => Promise<Outcome>): Promise<Outcome> {
    const outcome = await end(begun)
    return this.remember(outcome)
  }

  private remember(outcome: Outcome): Outcome {
    this.owner.remember(withAnswer(this.owner.state().recent, keyOfOrder(), outcome))
    return outcome
  }
}

const keyOfOrder = (): string => currentUpdateInfo()?.id ?? ''
