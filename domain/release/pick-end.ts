/** How a cherry-pick ended: the next candidate, a conflict, or nothing new. */
import type { PickConflict } from '../change.js'
import { type CommitSha, candidateName, SLIPWAY } from '../identifiers.js'
import { done, type Outcome, refuse } from '../refusal.js'
import { overrideEvent, overridesOf } from './cut.js'
import { type PickOrder } from './effect-orders.js'
import { type PickResult, releaseBranch } from './picking.js'
import { type Candidate, newestCandidate, type ReleaseState } from './state.js'
import { candidateChange, nameOfCandidate, type ReleaseStep, releaseEvent, releaseStep } from './step.js'

export interface PickEnd {
  readonly step: ReleaseStep
  readonly outcome: Outcome
}

/** What git answered, taken over: a candidate, a conflict, or nothing new. */
export function endPick(before: ReleaseState, order: PickOrder, result: PickResult, at: string): PickEnd {
  const overrode = 'overrode' in result ? result.overrode : []
  const overrides = overridesOf(overrode, { reason: order.override, by: order.by })
  const state: ReleaseState = { ...before, picking: null, overrides: [...before.overrides, ...overrides] }
  const { step, outcome } = decided(state, order, result, at)
  const events = overrides.map((override) => overrideEvent(state, override))
  return { step: { ...step, events: [...step.events, ...events] }, outcome }
}

function decided(state: ReleaseState, order: PickOrder, result: PickResult, at: string): PickEnd {
  switch (result.kind) {
    case 'refused':
      return { step: releaseStep(state), outcome: refuse(result.refusal) }
    case 'already-contained':
      return nothingNew(state, order, result.commits)
    case 'conflict':
      return conflicted(state, order, { ...result, when: at })
    case 'picked':
      return result.picked.length === 0
        ? nothingNew(state, order, result.alreadyContained)
        : newCandidate(state, order, { ...result, when: at })
  }
}

function nothingNew(state: ReleaseState, order: PickOrder, commits: readonly CommitSha[]): PickEnd {
  const newest = nameOfCandidate(state, newestCandidate(state)?.number ?? 1)
  if (state.conflict === null) {
    return {
      step: releaseStep(state),
      outcome: refuse({ code: 'already-contained', commits, candidate: newest }),
    }
  }
  const { at } = state.conflict
  return {
    step: {
      ...releaseStep({ ...state, conflict: null }),
      events: [
        releaseEvent(state, {
          kind: 'pick.skipped',
          at: order.by.at,
          actor: order.by.user,
          facts: { commit: at, newest },
        }),
      ],
    },
    outcome: done({ code: 'pick-ended', commit: at, candidate: newest }),
  }
}

function newCandidate(
  state: ReleaseState,
  order: PickOrder,
  result: Extract<PickResult, { kind: 'picked' }> & { readonly when: string },
): PickEnd {
  const newest = newestCandidate(state)
  const number = (newest?.number ?? 0) + 1
  const candidate: Candidate = {
    number,
    commit: result.head,
    state: 'building',
    artifactDigest: null,
    artifactReference: null,
    picked: result.picked,
    authors: [...new Set([...(newest?.authors ?? []), ...result.authors])],
    firstDeployment: order.deploymentId,
  }
  const name = state.version === null ? `rc.${number}` : candidateName(state.version, number)
  const next: ReleaseState = { ...state, conflict: null, candidates: [...state.candidates, candidate] }
  const { head: commit, picked, alreadyContained: contained } = result
  const onto = nameOfCandidate(state, newest?.number ?? 1)
  return {
    step: {
      ...releaseStep(next),
      candidates: candidateChange(next, state, number),
      effects: [{ kind: 'build', candidate: number }],
      events: [
        releaseEvent(state, {
          kind: 'candidate.picked',
          at: result.when,
          actor: order.by.user,
          facts: { name, commit, onto, picked, contained },
        }),
      ],
    },
    outcome: done({
      code: 'picked',
      candidate: name,
      picked: result.picked,
      contained: result.alreadyContained,
    }),
  }
}

function conflicted(
  state: ReleaseState,
  order: PickOrder,
  result: Extract<PickResult, { kind: 'conflict' }> & { readonly when: string },
): PickEnd {
  const branch = state.version === null ? '' : releaseBranch(state.version)
  const { at, sides, head, picks, authors } = result
  const conflict: PickConflict = { at, sides, head, picked: result.picked, branch, picks, authors }
  return {
    step: {
      ...releaseStep({ ...state, conflict }),
      events: [
        releaseEvent(state, {
          kind: 'pick.conflict',
          at: result.when,
          actor: order.by.user,
          facts: { commit: at, branch, sides },
        }),
      ],
    },
    outcome: refuse({ code: 'pick-conflict', commit: at, branch, sides }),
  }
}

/** For a failure that is nobody's answer: the release takes orders again. */
export function pickFailed(before: ReleaseState, reason: string): PickEnd {
  return {
    step: {
      ...releaseStep({ ...before, picking: null }),
      events: [
        releaseEvent(before, {
          kind: 'pick.failed',
          at: before.picking?.at ?? '',
          actor: SLIPWAY,
          facts: { message: reason },
        }),
      ],
    },
    outcome: refuse({ code: 'repository-unreachable', detail: reason }),
  }
}
