/** A release that is only planned: its texts may still change, it has no version and no candidate (S1.1, S4.2). */
import type { WaitsFor } from '../change.js'
import type { ChannelId, ReleaseId } from '../identifiers.js'
import type { AppDefinition } from '../pipeline.js'
import type { OverriddenRule } from '../reasons.js'
import { done, type Outcome, type Refusal, refuse } from '../refusal.js'
import { planningItems, unticked } from './checklist.js'
import { type Cut, cutAnswer, cutRelease, emptyRelease } from './cut.js'
import type { CutDraftOrder } from './effect-orders.js'
import { withPhase } from './record.js'
import { type ActorSnapshot, isBeingCut, type ReleaseState } from './state.js'
import { type ReleaseStep, releaseStep } from './step.js'

export interface Draft {
  readonly id: ReleaseId
  readonly app: AppDefinition
  readonly channel: ChannelId
  readonly title: string
  readonly description: string
  readonly type: string
  readonly plan: DraftPlan
  readonly by: ActorSnapshot
}

/** When it should go out, what it should contain, and what it is linked to elsewhere. */
export interface DraftPlan {
  readonly plannedAt: string | null
  readonly scope: string
  readonly links: readonly string[]
  readonly after: readonly WaitsFor[]
}

/** The audit line of a draft is written by the transaction that creates it. */
export function draftRelease(draft: Draft): ReleaseStep {
  const { plannedAt, scope, links, after } = draft.plan
  const state: ReleaseState = {
    ...emptyRelease({ ...draft, version: null }),
    lifecycle: 'draft',
    ...{ plannedAt, scope, references: links, after },
  }
  return releaseStep(withPhase(state, draft.by.at))
}

export const draftAnswer = (state: ReleaseState): Outcome => done({ code: 'drafted', title: state.title })

/** Null when the draft may be cut now: its planning items are ticked, or an override sets them aside (S4.18). */
export function refuseCutDraft(
  state: ReleaseState,
  { override, by }: Pick<CutDraftOrder, 'override' | 'by'>,
): Refusal | null {
  if (isBeingCut(state)) return { code: 'nothing-to-decide', state: 'being_cut' }
  if (state.lifecycle !== 'draft') return { code: 'not-a-draft', state: state.lifecycle }
  const items = unticked(state, by.user)
  return items.length === 0 || override !== null ? null : { code: 'checklist-open', items, drafted: true }
}

/** Null when a release may be cut without having been planned. */
export function refuseUnplanned(
  of: Pick<ReleaseState, 'app' | 'type'>,
  override: string | null,
): Refusal | null {
  const items = planningItems(of)
  return items.length === 0 || override !== null ? null : { code: 'checklist-open', items, drafted: false }
}

/** The planning items that an override of a cut sets aside. */
export const unplannedRules = (items: readonly string[]): readonly OverriddenRule[] =>
  items.length === 0 ? [] : [{ kind: 'not-planned', items }]

export interface DraftCutEnd {
  readonly step: ReleaseStep
  readonly outcome: Outcome
}

/** The result of the cut. Plan, scope, links and the time spent in planning stay with the release. */
export function endCutDraft(
  draft: ReleaseState,
  order: CutDraftOrder,
  cut: Pick<Cut, 'version' | 'commit' | 'commits' | 'authors' | 'overrode'> | { readonly refusal: Refusal },
): DraftCutEnd {
  if ('refusal' in cut) {
    return { step: releaseStep({ ...draft, busy: null }), outcome: refuse(cut.refusal) }
  }
  const { id, channel, description, type } = draft
  const { app, override, firstDeployment, by } = order
  const title = order.title ?? draft.title
  const overrode = [...unplannedRules(unticked(draft, by.user)), ...cut.overrode]
  const step = cutRelease(
    { id, app, channel, title, description, type, ...cut, overrode, override, firstDeployment, by },
    draft,
  )
  return { step, outcome: cutAnswer(step.state) }
}
