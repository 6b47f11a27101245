/** What the states of all workflows share: they are recorded whole, and a workflow goes on from what was recorded. */
import type { Outcome } from './refusal.js'
import { newest } from './sizes.js'

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

/** The answers a workflow remembers. They bridge a continue-as-new: within a run Temporal knows them itself. */
const REMEMBERED = { most: 50, bytes: 16 * 1_024 }

/** What a workflow answered to this order before, null when it does not know it. */
export function answerBefore(recent: readonly Answer[], key: string): Outcome | null {
  return recent.find(([known]) => known === key)?.[1] ?? null
}

/** The answers with one more; the oldest are forgotten. A key that is there has the new answer. */
export function withAnswer(recent: readonly Answer[], key: string, outcome: Outcome): readonly Answer[] {
  return newest([...recent.filter(([known]) => known !== key), [key, outcome] as const], REMEMBERED)
}
