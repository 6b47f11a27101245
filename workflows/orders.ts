/** How a workflow takes orders: the same way for every verb, by a table of rules. */
import { currentUpdateInfo, defineUpdate, setHandler } from '@temporalio/workflow'
import { inboxKeyOf } from '../domain/evidence.js'
import { type Outcome, refuse } from '../domain/refusal.js'
import { answerBefore, withAnswer } from '../domain/stored-state.js'
import { faultOf } from './faults.js'
import type { EarlyOrders } from './going-on.js'
import type { Answering, Decision, Draft, KeptState } from './kept-state.js'

/** The resulting step, and the answer to the person. */
interface Decided<Step> {
  readonly step: Step
  readonly outcome: Outcome
}
type Rule<State, Step> = (state: State) => Decided<Step>
type Rules<State, Step, Table> = {
  readonly [Verb in keyof Table]: (state: State, order: Table[Verb]) => Decided<Step>
}

export class Orders<State extends Answering, Step extends Decision<State>> {
  private readonly kept: KeptState<State, Step>
  readonly early: EarlyOrders

  constructor(kept: KeptState<State, Step>, early: EarlyOrders) {
    this.kept = kept
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
      const handler = (order: Table[typeof verb]): Promise<Outcome> => {
        const begun = this.ask(verb, order, (state) => rule(state, order))
        return end ? this.finish(begun, end) : begun
      }
      setHandler(defineUpdate<Outcome, [Table[typeof verb]]>(verb), handler)
      this.early.add(verb, handler)
    }
  }

  /**
   * Decides once per order: Temporal forgets update ids when a workflow continues as new, this does not. What PostgreSQL does not
   * confirm as given to Slipway is not an order: no state shows it, and its answer is not remembered, as it could displace others.
   * If a rule throws, this order is refused and the state stays unchanged.
   */
  async ask(verb: string, order: unknown, rule: Rule<State, Step>): Promise<Outcome> {
    const key = keyOfOrder()
    try {
      const outcome = await this.kept.propose({ verb, key, order }, (draft) => decide(draft, key, rule))
      return outcome ?? refuse({ code: 'forged-order', verb })
    } catch (error) {
      return this.remember(key, refuse({ code: 'fault', errorId: faultOf(error, key) }))
    }
  }

  private async finish(
    ordered: Promise<Outcome>,
    end: (begun: Outcome) => Promise<Outcome>,
  ): Promise<Outcome> {
    const key = keyOfOrder()
    const begun = await ordered
    if (begun.kind === 'refused') return begun
    const outcome = await end(begun)
    return this.remember(key, outcome)
  }

  private async remember(key: string, outcome: Outcome): Promise<Outcome> {
    await this.kept.change(() => {
      this.kept.set(answered(this.kept.state, key, outcome), { dirty: false })
    })
    return outcome
  }
}

function decide<State extends Answering, Step extends Decision<State>>(
  draft: Draft<State, Step>,
  key: string,
  rule: Rule<State, Step>,
): Outcome {
  const before = answerBefore(draft.state.recent, key)
  if (before) return before
  const { step, outcome } = rule(draft.state)
  draft.take(step, inboxKeyOf(key))
  draft.state = answered(draft.state, key, outcome)
  return outcome
}

const answered = <State extends Answering>(state: State, key: string, outcome: Outcome): State => ({
  ...state,
  recent: withAnswer(state.recent, key, outcome),
})

/** The key of the order that is being answered. */
export const keyOfOrder = (): string => currentUpdateInfo()?.id ?? ''
