/** The checklist: who ticked what for which candidate, and what is still blocked by it (S4.5, S4.6). */
import type { UserId } from '../identifiers.js'
import { nearest } from '../nearest.js'
import { type ChecklistItem, isBeforeCut } from '../pipeline.js'
import type { Refusal } from '../refusal.js'
import { askerOf, policyOf } from './policy.js'
import {
  type ActorSnapshot,
  newestCandidate,
  type ReleaseDeployment,
  type ReleaseState,
  type Tick,
} from './state.js'
import { nameOfCandidate, type ReleaseStep, releaseEvent, releaseStep } from './step.js'

export interface TickOrder {
  readonly item: string
  readonly done: boolean
  /** Null: the candidate that waits for it, else the newest. */
  readonly candidate: number | null
  readonly by: ActorSnapshot
}

export type TickDecision =
  | { readonly kind: 'tick'; readonly item: ChecklistItem; readonly candidate: number }
  | { readonly kind: 'refuse'; readonly refusal: Refusal }

const refuse = (refusal: Refusal): TickDecision => ({ kind: 'refuse', refusal })

/** An item is ticked by people with its role, but not by the person who requested the deployment that it guards. */
export function decideTick(state: ReleaseState, order: TickOrder): TickDecision {
  if (state.lifecycle !== 'open' && state.lifecycle !== 'draft')
    return refuse({ code: 'release-ended', state: state.lifecycle })
  const items = itemsOf(state)
  const item = items.find((one) => one.item === order.item)
  if (!item) {
    const names = items.map((one) => one.item)
    return refuse({ code: 'unknown-item', text: order.item, items: nearest(order.item, names) })
  }
  if (isBeforeCut(item) !== (state.lifecycle === 'draft'))
    return refuse({ code: 'item-later', item: item.item, before: item.before })
  if (!order.by.roles.includes(item.role))
    return refuse({ code: 'item-role', item: item.item, role: item.role })
  const candidate = isBeforeCut(item) ? BEFORE_ANY : (order.candidate ?? judgedCandidate(state, item))
  const guarded = state.deployments.findLast(
    (one) => one.state === 'prepared' && one.environment === item.before && one.candidate === candidate,
  )
  if (order.done && guarded && !counts(item, order.by.user, askerOf(state, guarded))) {
    return refuse({ code: 'own-sign-off', item: item.item, environment: item.before })
  }
  return { kind: 'tick', item, candidate }
}

/** Records the person and the time; the same person ticking again changes nothing. */
export function applyTick(
  state: ReleaseState,
  order: TickOrder,
  { item, candidate }: Extract<TickDecision, { kind: 'tick' }>,
): ReleaseStep {
  const { user, at } = order.by
  const others = state.ticks.filter((tick) => !isOf(tick, item, candidate))
  const own = state.ticks.filter((tick) => isOf(tick, item, candidate))
  if (order.done && own.some((tick) => tick.by === user)) return releaseStep(state)
  if (!order.done && own.length === 0) return releaseStep(state)
  const ticks = order.done ? [...state.ticks, { item: item.item, by: user, at, candidate }] : others
  return {
    ...releaseStep({ ...state, ticks }),
    events: [
      releaseEvent(
        state,
        {
          kind: order.done ? 'checklist.ticked' : 'checklist.unticked',
          facts: {
            item: item.item,
            role: item.role,
            name: isBeforeCut(item) ? state.title : nameOfCandidate(state, candidate),
          },
          at,
          actor: user,
        },
        isBeforeCut(item) ? null : item.before,
      ),
    ],
  }
}

/** The items that still keep a deployment from starting. A tick is for one candidate: the next is checked again. */
export function openItems(
  state: ReleaseState,
  deployment: Pick<ReleaseDeployment, 'environment' | 'candidate' | 'requestedBy'>,
): readonly Pick<ChecklistItem, 'item' | 'role'>[] {
  return itemsOf(state)
    .filter((item) => item.before === deployment.environment)
    .filter((item) => {
      const ticks = state.ticks.filter((tick) => isOf(tick, item, deployment.candidate))
      return !ticks.some((tick) => counts(item, tick.by, askerOf(state, deployment)))
    })
    .map(({ item, role }) => ({ item, role }))
}

/** For each item the tick that people are shown: that of the candidate that waits for it, else of the newest. */
export function shownTicks(state: ReleaseState): readonly (ChecklistItem & { readonly tick: Tick | null })[] {
  return itemsOf(state).map((item) => {
    const candidate = judgedCandidate(state, item)
    return { ...item, tick: state.ticks.findLast((tick) => isOf(tick, item, candidate)) ?? null }
  })
}

/** S4.18: the items before the cut that are not ticked, as seen by a person who wants to cut the draft. */
export function unticked(state: ReleaseState, cutter: UserId): readonly string[] {
  return itemsOf(state)
    .filter(isBeforeCut)
    .filter(
      (item) => !state.ticks.some((tick) => isOf(tick, item, BEFORE_ANY) && counts(item, tick.by, cutter)),
    )
    .map(({ item }) => item)
}

/** A type's checklist items before the cut; with any, a release must be planned before it is cut. */
export const planningItems = (of: Pick<ReleaseState, 'app' | 'type'>): readonly string[] =>
  itemsOf(of)
    .filter(isBeforeCut)
    .map(({ item }) => item)

/** The release's checklist under the policy of its type. */
const itemsOf = (state: Pick<ReleaseState, 'app' | 'type'>): readonly ChecklistItem[] =>
  policyOf(state).checklist ? state.app.checklist : []

/** The person who deploys may not sign off, unless the configuration allows it. */
const counts = (item: ChecklistItem, user: UserId, asker: UserId): boolean => !item.fourEyes || user !== asker

const isOf = (tick: Tick, item: ChecklistItem, candidate: number): boolean =>
  tick.item === item.item && tick.candidate === candidate

/** Ticks before the cut apply to the release, not to a candidate. */
const BEFORE_ANY = 0

function judgedCandidate(state: ReleaseState, item: ChecklistItem): number {
  if (isBeforeCut(item)) return BEFORE_ANY
  const waits = state.deployments.findLast(
    (one) => one.state === 'prepared' && one.environment === item.before,
  )
  return waits?.candidate ?? newestCandidate(state)?.number ?? 1
}
