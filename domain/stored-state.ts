/** What the states of all workflows share: they are recorded whole, and a workflow goes on from what was recorded. */
import type { Outcome } from './refusal.js'

/** A workflow's state as it is recorded. Plain JSON. */
export interface StoredState<Shape extends number = number> {
  /** The version of its shape. It rises when the shape changes; `upgrade` reads every earlier one. */
  readonly stateVersion: Shape
  /** Rises with every start that goes on from the record; what an earlier run still writes is refused. */
  readonly run: number
  /** Rises with every recorded change. */
  readonly seq: number
}

/** The key of an order that was answered, and its answer. */
export type Answer = readonly [string, Outcome]

/** How many answers a workflow remembers. */
const REMEMBERED = 200

/** What a workflow answered to this order before, null when it does not know it. */
export function answerBefore(recent: readonly Answer[], key: string): Outcome | null {
  return recent.find(([known]) => known === key)?.[1] ?? null
}

/** The answers with one more; the oldest are forgotten. A key that is there has the new answer. */
export function withAnswer(recent: readonly Answer[], key: string, outcome: Outcome): readonly Answer[] {
  return [...recent.filter(([known]) => known !== key), [key, outcome] as const].slice(-REMEMBERED)
}
