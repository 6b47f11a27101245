/** The orders a release takes: one table of what each decides, based on the state at that moment. */
import type { TickOrder } from './checklist.js'
import type { Decide } from './decide.js'
import type { EditOrder } from './editing.js'
import type { CutDraftOrder, PickOrder } from './effect-orders.js'
import * as rules from './handle.js'
import { onTrunk, type TrunkOrder } from './off-trunk.js'
import type { PromoteOrder } from './promotion.js'
import { ROOM_FOR_PICKS, withRoom } from './room.js'
import type { ActorSnapshot, ReleaseState } from './state.js'

interface CandidateOrder {
  readonly candidate: number
  readonly by: ActorSnapshot
}

/** By the name of their update; each is answered with an `Outcome`. */
export interface ReleaseOrders {
  readonly promote: PromoteOrder
  readonly approve: Decide
  readonly accept: Decide
  readonly reject: Decide
  readonly rebuild: CandidateOrder
  readonly tick: TickOrder
  readonly 'tag-again': ActorSnapshot
  readonly 'on-trunk': TrunkOrder
  readonly edit: EditOrder
  readonly delete: ActorSnapshot
  readonly abandon: ActorSnapshot
  /** Answered when git has finished: a candidate, a conflict, or nothing new. */
  readonly pick: PickOrder
  /** Answered when the draft has its version, or the reason why it has none. */
  readonly 'cut-draft': CutDraftOrder
}

type Rule<Order> = (state: ReleaseState, order: Order) => rules.AnsweredRelease

/** `pick` and `cut-draft` only begin here and end with git's answer. Orders that end something need no room. */
export const releaseRules: { readonly [Verb in keyof ReleaseOrders]: Rule<ReleaseOrders[Verb]> } = {
  promote: withRoom(rules.promote),
  approve: withRoom(rules.approve),
  accept: rules.accept,
  reject: rules.reject,
  rebuild: rules.rebuild,
  tick: withRoom(rules.tick),
  'tag-again': rules.tagAgain,
  'on-trunk': withRoom(onTrunk),
  edit: withRoom(rules.edit),
  delete: rules.remove,
  abandon: rules.abandon,
  pick: withRoom(rules.pick, ROOM_FOR_PICKS),
  'cut-draft': rules.cutDraft,
}
