/** How a cherry-pick ended: the next candidate, a conflict, or nothing new. */
import { eachOnce, MOST_AUTHORS } from '../authorship.js'
import type { PickConflict, UnconfirmedCommits } from '../change.js'
import type { AuditEvent } from '../events.js'
import { type CommitSha, candidateName, SLIPWAY } from '../identifiers.js'
import { done, type Outcome, refuse } from '../refusal.js'
import { overrideEvent, overridesOf } from './cut.js'
import type { PickOrder } from './effect-orders.js'
import type { PickResult } from './picking.js'
import { type Candidate, newestCandidate, pickUnderWay, type ReleaseState } from './state.js'
import { candidateChange, nameOfCandidate, type ReleaseStep, releaseEvent, releaseStep } from './step.js'
import { nameOf, wantTag } from './tags.js'

export interface PickEnd {
  readonly step: ReleaseStep
  readonly outcome: Outcome
}

/** Applies git's answer: a candidate, a conflict, a question, or nothing new. */
export function endPick(before: ReleaseState, order: PickOrder, result: PickResult, at: string): PickEnd {
  // It was released, abandoned or deleted while git worked: what was picked stays on the branch.
  if (before.lifecycle !== 'open' && result.kind !== 'refused')
    return {
      step: releaseStep({ ...before, busy: null }),
      outcome: refuse({ code: 'release-ended', state: before.lifecycle }),
    }
  const overrode = 'overrode' in result ? result.overrode : []
  const overrides = overridesOf(overrode, { reason: order.override, by: order.by })
  const state: ReleaseState = { ...before, busy: null, overrides: [...before.overrides, ...overrides] }
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
    case 'unconfirmed':
      return unconfirmed(state, result.found)
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
    gained: {
      commits: result.gained,
      contents: result.contents,
      merges: result.merges,
      confirmed: result.confirmed,
    },
    madeAt: result.when,
    authors: eachOnce([...result.authors, ...(newest?.authors ?? [])], MOST_AUTHORS),
    firstDeployment: order.deploymentId,
  }
  const name = state.version === null ? `rc.${number}` : candidateName(state.version, number)
  const candidates = [...state.candidates, candidate]
  const made: ReleaseState = { ...state, branch: result.branch, conflict: null, candidates }
  const says = `Picked by ${nameOf(order.by)}`
  const next = wantTag(made, { candidate: number, ofVersion: false, says, at: result.when })
  const changed = candidateChange(next, state, number)
  return {
    step: {
      ...releaseStep(next),
      candidates: changed,
      effects: [{ kind: 'build', candidate: number }],
      events: pickEvents(state, order, { ...result, name }),
    },
    outcome: done({
      code: 'picked',
      candidate: name,
      picked: result.picked,
      contained: result.alreadyContained,
      merges: result.merges,
      confirmed: result.confirmed.reduce((sum, { total }) => sum + total, 0),
    }),
  }
}

type Made = Extract<PickResult, { kind: 'picked' }>

/** What was picked, and each confirmation of further commits. */
function pickEvents(
  state: ReleaseState,
  order: PickOrder,
  made: Made & { readonly when: string; readonly name: string },
): readonly AuditEvent[] {
  const { name, head: commit, picked, alreadyContained: contained, merges } = made
  const onto = nameOfCandidate(state, newestCandidate(state)?.number ?? 1)
  return [
    releaseEvent(state, {
      kind: 'candidate.picked',
      at: made.when,
      actor: order.by.user,
      facts: { name, commit, onto, picked, contained, merges },
    }),
    ...made.confirmed.map(({ when, by, ...confirmed }) =>
      releaseEvent(state, {
        kind: 'pick.confirmed',
        at: when,
        actor: by,
        facts: { name, ...confirmed },
      }),
    ),
  ]
}

/** No candidate was made: the person reviews the additional commits, and confirms them or removes them from the branch. */
function unconfirmed(state: ReleaseState, found: UnconfirmedCommits): PickEnd {
  const { conflict } = state
  if (conflict === null)
    return { step: releaseStep(state), outcome: refuse({ code: 'no-conflict', step: 'continue' }) }
  const { at: commit, branch } = conflict
  return {
    step: releaseStep({ ...state, conflict: { ...conflict, unconfirmed: found } }),
    outcome: refuse({
      code: 'pick-unconfirmed',
      ...{ commit, branch },
      ...{ carried: found.carried, commits: found.commits, total: found.total },
      again: { app: state.app.name, releaseId: state.id },
    }),
  }
}

function conflicted(
  state: ReleaseState,
  order: PickOrder,
  result: Extract<PickResult, { kind: 'conflict' }> & { readonly when: string },
): PickEnd {
  const { at, sides, head, picks, picked, merges, confirmed, branch } = result
  const conflict: PickConflict = {
    ...{ at, sides, head, picked, merges, confirmed, branch, picks },
    unconfirmed: null,
  }
  return {
    step: {
      ...releaseStep({ ...state, branch, conflict }),
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

/** After a failure without an answer: the release takes orders again. */
export function pickFailed(before: ReleaseState, reason: string): PickEnd {
  return {
    step: {
      ...releaseStep({ ...before, busy: null }),
      events: [
        releaseEvent(before, {
          kind: 'pick.failed',
          at: pickUnderWay(before)?.at ?? '',
          actor: SLIPWAY,
          facts: { message: reason },
        }),
      ],
    },
    outcome: refuse({ code: 'repository-unreachable', detail: reason }),
  }
}
