/** What may be changed in a release: its texts while it is a draft, its plan and its links until it ends (S1.1, S4.2). */
import type { WaitsFor } from '../change.js'
import type { EventFacts } from '../events.js'
import type { Refusal } from '../refusal.js'
import { type ActorSnapshot, isBeingCut, type ReleaseState } from './state.js'
import { type ReleaseStep, releaseEvent, releaseStep } from './step.js'

/** Null leaves a field unchanged. */
export interface EditOrder {
  readonly title: string | null
  readonly description: string | null
  readonly plannedAt: string | null
  readonly scope: string | null
  /** Added to the existing ones. */
  readonly links: readonly string[]
  /** Replaces the list of releases it waits for. */
  readonly after: readonly WaitsFor[] | null
  readonly by: ActorSnapshot
}

/** Null when the edit is allowed. */
export function refuseEdit(state: ReleaseState, order: EditOrder): Refusal | null {
  if (state.lifecycle !== 'draft' && state.lifecycle !== 'open') {
    return { code: 'release-ended', state: state.lifecycle }
  }
  const words = order.title !== null || order.description !== null
  if (words && (state.lifecycle !== 'draft' || isBeingCut(state))) {
    return { code: 'not-a-draft', state: isBeingCut(state) ? 'being_cut' : state.lifecycle }
  }
  return order.title !== null && order.title.trim() === '' ? { code: 'title-missing' } : null
}

/** The audit trail records what changed, and the previous value. */
export function applyEdit(state: ReleaseState, order: EditOrder): ReleaseStep {
  const { user, at } = order.by
  const next: ReleaseState = {
    ...state,
    title: order.title?.trim() ?? state.title,
    description: order.description ?? state.description,
    plannedAt: order.plannedAt ?? state.plannedAt,
    scope: order.scope ?? state.scope,
    references: [...new Set([...state.references, ...order.links])],
    after: order.after ?? state.after,
  }
  const changed = changes(state, next)
  if (changed.length === 0) return releaseStep(state)
  return {
    ...releaseStep(next),
    events: [
      releaseEvent(state, {
        kind: 'release.edited',
        at,
        actor: user,
        facts: { changes: changed },
      }),
    ],
  }
}

const namesOf = ({ after }: ReleaseState): string => after.map(({ name }) => name).join(', ')

function changes(was: ReleaseState, is: ReleaseState): EventFacts['release.edited']['changes'] {
  const fields = [
    { field: 'title', before: was.title, after: is.title },
    { field: 'description', before: was.description, after: is.description },
    { field: 'planned', before: was.plannedAt ?? '', after: is.plannedAt ?? '' },
    { field: 'scope', before: was.scope, after: is.scope },
    { field: 'links', before: was.references.join(' '), after: is.references.join(' ') },
    { field: 'after', before: namesOf(was), after: namesOf(is) },
  ] as const
  return fields.filter(({ before, after }) => before !== after)
}
