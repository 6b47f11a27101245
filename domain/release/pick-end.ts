/** How a cherry-pick ended: the next candidate, a conflict, or nothing new. */
import type { AuditEvent, ConfirmedCommits, PickConflict, UnconfirmedCommits } from '../change.js'
import { type CommitSha, candidateName, SLIPWAY, shortCommit } from '../identifiers.js'
import { done, type Outcome, refuse } from '../refusal.js'
import type { PickOrder } from './effect-orders.js'
import type { PickResult } from './picking.js'
import { type Candidate, newestCandidate, type ReleaseState } from './state.js'
import { candidateChange, nameOfCandidate, type ReleaseStep, releaseEvent, releaseStep } from './step.js'
import { nameOf, wantTag } from './tags.js'

export interface PickEnd {
  readonly step: ReleaseStep
  readonly outcome: Outcome
}

/** What git answered, taken over: a candidate, a conflict, a question, or nothing new. */
export function endPick(before: ReleaseState, order: PickOrder, result: PickResult, at: string): PickEnd {
  const state: ReleaseState = { ...before, picking: null }
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
          says: `${shortCommit(at)} was skipped and nothing else was to be picked: ${newest} stays the newest candidate.`,
          data: { commit: at },
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
    gained: { commits: result.gained, merges: result.merges, confirmed: result.confirmed },
    madeAt: result.when,
    authors: [...new Set([...(newest?.authors ?? []), ...result.authors])],
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

/** What was picked, and each time somebody let in more. */
function pickEvents(
  state: ReleaseState,
  order: PickOrder,
  made: Made & { readonly when: string; readonly name: string },
): readonly AuditEvent[] {
  const { name } = made
  const onto = nameOfCandidate(state, newestCandidate(state)?.number ?? 1)
  return [
    releaseEvent(state, {
      kind: 'candidate.picked',
      at: made.when,
      actor: order.by.user,
      says: sayPicked(name, onto, made),
      data: { candidate: name, commit: made.head, picked: made.picked.join(' ') },
      tell: 'broadcast',
    }),
    ...made.confirmed.map((confirmed) =>
      releaseEvent(state, {
        kind: 'pick.confirmed',
        at: confirmed.when,
        actor: confirmed.by,
        says: sayConfirmed(name, confirmed),
        data: {
          candidate: name,
          commits: confirmed.commits.map(({ sha }) => sha).join(' '),
          total: confirmed.total,
          note: confirmed.note,
        },
        tell: 'broadcast',
      }),
    ),
  ]
}

type Made = Extract<PickResult, { kind: 'picked' }>

/** What is in the next candidate, by name as far as a line has room, else by number. */
function sayPicked(name: string, onto: string, { picked, alreadyContained, merges }: Made): string {
  const sides = merges.map(
    ({ commit, against }) => `${shortCommit(commit)} as it changed ${shortCommit(against)}`,
  )
  return [
    `${name} picks ${listed(picked.map(shortCommit))} onto ${onto}.`,
    ...(sides.length === 0 ? [] : [`Merges are taken against their first parent: ${listed(sides)}.`]),
    ...(alreadyContained.length === 0
      ? []
      : [`Already contained: ${listed(alreadyContained.map(shortCommit))}.`]),
  ].join(' ')
}

function sayConfirmed(name: string, { commits, total, carried, at }: ConfirmedCommits): string {
  const shown = commits.map(({ sha, subject }) => `${shortCommit(sha)} “${subject}”`)
  const what = listed(shown, total)
  return carried
    ? `${name} also has ${what}: it was on the branch with the resolution of ${shortCommit(at)}, and was confirmed.`
    : `${name} has ${what} as the resolution of ${shortCommit(at)}, which was confirmed: none of it names that commit.`
}

const MOST_NAMED = 10

/** At most ten of some names, and how many more there are of all. */
function listed(names: readonly string[], total = names.length): string {
  const shown = names.slice(0, MOST_NAMED)
  return total > shown.length ? `${shown.join(', ')} and ${total - shown.length} more` : shown.join(', ')
}

/** Nothing was made: the person looks at what came besides, and confirms it or takes it off the branch. */
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
  const files = sides.map(({ file, ours, theirs }) => `${file} (${ours} here, ${theirs} there)`)
  return {
    step: {
      ...releaseStep({ ...state, branch, conflict }),
      events: [
        releaseEvent(state, {
          kind: 'pick.conflict',
          at: result.when,
          actor: order.by.user,
          says: `Picking ${shortCommit(at)} onto ${branch} stopped at a conflict in ${files.join(', ')}. No candidate was made. Resolve it on ${branch} and continue, or skip this commit.`,
          data: { commit: at, branch, files: sides.map(({ file }) => file).join(' ') },
          tell: 'broadcast',
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
          says: `The pick failed: ${reason}`,
          tell: 'broadcast',
        }),
      ],
    },
    outcome: refuse({ code: 'repository-unreachable', detail: reason }),
  }
}
