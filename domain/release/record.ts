/** The release as people see it, derived from its workflow's state. */
import type { BoundEnvironment, ReleaseRecord } from '../change.js'
import { findEnvironment, isLastLevel } from '../pipeline.js'
import type { Phase } from '../states.js'
import { shownTicks } from './checklist.js'
import { approvalFacts } from './decide.js'
import { gatesOf } from './gates.js'
import { offTrunkShown } from './off-trunk.js'
import { acceptanceIn, gateFor, passesFreeze } from './policy.js'
import { promotable } from './promotion.js'
import { markActive } from './staleness.js'
import { newestCandidate, type PhaseTime, pickUnderWay, type ReleaseState } from './state.js'
import { tagStanding } from './tags.js'

export function releaseRecord(state: ReleaseState): ReleaseRecord {
  const { id, lifecycle, title, description, plannedAt, releasedAt, rolledBack, seq } = state
  return {
    id,
    lifecycle,
    title,
    description,
    plannedAt,
    releasedAt,
    rolledBack,
    seq,
    phase: state.phases.at(-1)?.phase ?? 'planning',
    detail: {
      scope: state.scope,
      links: state.references,
      after: state.after,
      hotfix: state.hotfix,
      phases: state.phases,
      checklist: checklistOf(state),
      overrides: state.overrides,
      conflict: state.conflict,
      commits: state.commits,
      tags: state.tags.map(tagStanding),
      offTrunk: offTrunkShown(state),
      picking: progressOf(state),
      passesFreeze: passesFreeze(state),
      bound: boundFor(state),
      prepared: state.deployments
        .filter((one) => one.state === 'prepared')
        .map((one) => ({
          deploymentId: one.id,
          gates: gatesOf(state, one),
          approval: approvalFacts(state, one),
          again: one.again,
        })),
      promotable: promotable(state),
    },
  }
}

function progressOf(state: ReleaseState): ReleaseRecord['detail']['picking'] {
  const { by, progress } = pickUnderWay(state) ?? {}
  return by === undefined || !progress ? null : { by, ...progress }
}

/** The environments of the release's own snapshot, lowest first. */
export const boundFor = (state: Pick<ReleaseState, 'app' | 'type'>): readonly BoundEnvironment[] =>
  state.app.environments.map((target) => ({
    name: target.name,
    level: target.level,
    last: isLastLevel(state.app, target),
    approve: gateFor(state, target),
    accept: target.accept,
    acceptance: acceptanceIn(state, target, null),
  }))

function checklistOf(state: ReleaseState): ReleaseRecord['detail']['checklist'] {
  return shownTicks(state).map(({ item, role, before, tick }) => ({
    ...{ item, role, before },
    tickedBy: tick?.by ?? null,
    tickedAt: tick?.at ?? null,
  }))
}

/** The phase a release is in (S4.7): that of its deployment that has got furthest. */
export function phaseOf(state: ReleaseState): Phase {
  if (state.lifecycle === 'draft') return 'planning'
  const toUsers = state.deployments.filter((one) => {
    const environment = findEnvironment(state.app, one.environment)
    return (
      environment !== null &&
      isLastLevel(state.app, environment) &&
      one.state !== 'rejected' &&
      one.state !== 'aborted'
    )
  })
  if (toUsers.some((one) => one.state !== 'prepared')) return 'deploying'
  if (toUsers.length > 0) return 'preparing'
  const newest = newestCandidate(state)
  return newest === null || newest.state === 'building' || newest.state === 'build_failed'
    ? 'building'
    : 'testing'
}

/** The state as it is about to be recorded. */
export const asWritten = (state: ReleaseState, at: string): ReleaseState =>
  markActive(withPhase({ ...state, seq: state.seq + 1 }, at), at)

/** Records when a phase was entered and left. The end of a release leaves its last phase, and no later event enters another. */
export function withPhase(state: ReleaseState, at: string): ReleaseState {
  const phase = phaseOf(state)
  const last = state.phases.at(-1)
  const over = state.lifecycle !== 'draft' && state.lifecycle !== 'open'
  if (!over && last?.phase === phase) return state
  const end = state.releasedAt ?? at
  const left = state.phases.map(
    (one): PhaseTime => (one.leftAt === null ? { ...one, leftAt: over ? end : at } : one),
  )
  return { ...state, phases: over ? left : [...left, { phase, enteredAt: at, leftAt: null }] }
}
