/** How a workflow takes orders: the same way for every verb, by a table of rules. */
import { currentUpdateInfo, defineUpdate, setHandler } from '@temporalio/workflow'
import { inboxKeyOf } from '../domain/evidence.js'
import type { AppName } from '../domain/identifiers.js'
import { type Outcome, refuse } from '../domain/refusal.js'
import { type Answer, answerBefore, withAnswer } from '../domain/stored-state.js'
import { isSentByUs } from './attest.js'
import { faultOf } from './faults.js'
import type { EarlyOrders } from './going-on.js'

/** The resulting step, and the answer to the person. */
interface Decided<Step> {
  readonly step: Step
  readonly outcome: Outcome
}
type Rules<State, Step, Table> = {
  readonly [Verb in keyof Table]: (state: State, order: Table[Verb]) => Decided<Step>
}

interface Ordered {
  readonly recent: readonly Answer[]
}

/** The workflow that takes the orders. */
export interface Owner<State extends Ordered, Step> {
  readonly app: AppName
  readonly state: () => State
  /** `order`: the key in the inbox of the order that the step carries out. */
  readonly take: (step: Step, order: string) => void
  readonly remember: (recent: readonly Answer[]) => void
}

export class Orders<State extends Ordered, Step> {
  private readonly owner: Owner<State, Step>
  readonly early: EarlyOrders

  constructor(owner: Owner<State, Step>, early: EarlyOrders) {
    this.owner = owner
    this.early = early
  }

  /**
   * Registers an update for each verb in the table. `ends` returns the outcome of an order that its rule only began; until then
   * the workflow does not continue as new.
   */
  listen<Table extends object>(
    rules: Rules<State, Step, Table>,
    ends: { readonly [Verb in keyof NoInfer<Table>]?: (begun: Outcome) => Promise<Outcome> } = {},
  ): void {
    for (const verb in rules) {
      const rule = rules[verb]
      const end = ends[verb]
      const handler = (order: Table[typeof verb]): Promise<Outcome> =>
        this.ifSent(verb, order, () => {
          const begun = this.answer((state) => rule(state, order))
          return end && begun.kind !== 'refused' ? this.finish(begun, end) : begun
        })
      setHandler(defineUpdate<Outcome, [Table[typeof verb]]>(verb), handler)
      this.early.add(verb, handler)
    }
  }

  /**
   * Nothing is decided before PostgreSQL has confirmed that this order was given to Slipway. Otherwise it is not an order, and
   * its answer is not remembered, as it could displace others.
   */
  async ifSent(verb: string, order: unknown, decide: () => Outcome | Promise<Outcome>): Promise<Outcome> {
    const isSent = await isSentByUs(this.owner.app, { verb, key: keyOfOrder(), order })
    return isSent ? decide() : refuse({ code: 'forged-order', verb })
  }

  /**
   * Decides once per order: Temporal forgets update ids when a workflow continues as new, this does not. If a rule throws, this
   * order is refused and the state stays unchanged.
   */
  answer(decide: (state: State) => Decided<Step>): Outcome {
    const before = answerBefore(this.owner.state().recent, keyOfOrder())
    if (before) return before
    try {
      const { step, outcome } = decide(this.owner.state())
      this.owner.take(step, inboxKeyOf(keyOfOrder()))
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
