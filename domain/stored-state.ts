/** What the states of all workflows share: they are recorded whole, and a workflow resumes from its record. */
import type { Outcome } from './refusal.js'
import { newest } from './sizes.js'

/** A workflow's state as recorded. Plain JSON. */
export interface StoredState<Shape extends number = number> {
  /** The version of its shape. It increases when the shape changes; `upgrade` reads every earlier one. */
  readonly stateVersion: Shape
  /** Increases with every start from the record; late writes of an earlier run are refused. */
  readonly run: number
  /** Increases with every recorded change. */
  readonly seq: number
}

/** The key of an order that was answered, and its answer. */
export type Answer = readonly [string, Outcome]

/** The answers a workflow remembers. They bridge a continue-as-new: within a run Temporal deduplicates. */
const REMEMBERED = { most: 50, bytes: 16 * 1_024 }

/** A workflow's earlier answer to this order, null when it remembers none. */
export function answerBefore(recent: readonly Answer[], key: string): Outcome | null {
  return recent.find(([known]) => known === key)?.[1] ?? null
}

/** The answers with one added; the oldest are dropped. For an existing key the new answer replaces the old. */
export function withAnswer(recent: readonly Answer[], key: string, outcome: Outcome): readonly Answer[] {
  return newest([...recent.filter(([known]) => known !== key), [key, outcome] as const], REMEMBERED)
}
