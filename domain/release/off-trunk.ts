/** Picks that trunk lacks. They block nothing, and are reported until they are on trunk (G.11). */
import { SLIPWAY } from '../identifiers.js'
import type { MissingChange } from '../ports.js'
import type { OffTrunk, SettledPick } from '../record-details.js'
import { done, type Outcome, refuse } from '../refusal.js'
import { type ActorSnapshot, newestCandidate, type ReleaseState, type TrunkLook } from './state.js'
import { nameOfCandidate, type ReleaseStep, releaseEvent, releaseStep } from './step.js'

const MINUTE = 60_000
const LONGEST_PAUSE_MS = 60 * MINUTE
const MOST_SHOWN = 20

/** A person's statement that a pick is on trunk, or just the request to look again. */
export interface TrunkOrder {
  /** A commit missing from trunk, by its own id or its original's, full or abbreviated; null: look again. */
  readonly commit: string | null
  readonly reason: string | null
  readonly by: ActorSnapshot
}

/** What the repository answered. */
export type TrunkAnswer =
  | { readonly kind: 'looked'; readonly missing: readonly MissingChange[]; readonly total: number }
  | { readonly kind: 'away'; readonly reason: string }

/** When its picks are looked for next; null: it has none, or all are on trunk. ISO instant. */
export function nextLookAt(state: ReleaseState): string | null {
  const newest = newestCandidate(state)
  const lives = state.lifecycle === 'open' || state.lifecycle === 'released'
  if (!lives || newest === null || newest.number === 1) return null
  const { offTrunk: look } = state
  if (look?.candidate !== newest.number || look.released !== (state.lifecycle === 'released'))
    return newest.madeAt
  return look.total === 0 && look.because === null ? null : look.nextAt
}

/** Whether trunk lacks picks of a live release. */
export const isOffTrunk = ({ offTrunk }: Pick<ReleaseState, 'offTrunk'>): boolean =>
  offTrunk !== null && offTrunk.total > 0

export function offTrunkShown({ offTrunk: look }: ReleaseState): OffTrunk | null {
  if (look === null) return null
  const { trunk, commits, total, because, at, settled } = look
  return { trunk, commits, total, because, at, settled }
}

const none = { commits: [], total: 0, settled: [], told: false, tries: 0 } as const

/** Applies an answer about the picks the newest candidate had when it was asked. */
export function applyLook(
  state: ReleaseState,
  asked: { readonly candidate: number; readonly at: string },
  answer: TrunkAnswer,
): ReleaseStep {
  const { candidate, at } = asked
  const before = state.offTrunk ?? none
  // A new candidate restarts the retry intervals.
  const tried = state.offTrunk?.candidate === candidate ? before.tries : 0
  const tries = tried + 1
  const pause = Math.min(MINUTE * 2 ** Math.min(tried, 10), LONGEST_PAUSE_MS)
  const released = state.lifecycle === 'released'
  const look: TrunkLook = {
    ...{ trunk: state.app.trunk, settled: before.settled, told: before.told },
    ...{ candidate, released, at, tries, nextAt: new Date(Date.parse(at) + pause).toISOString() },
    ...(answer.kind === 'away'
      ? { commits: before.commits, total: before.total, because: answer.reason }
      : { ...unsettled(answer, before.settled), because: null }),
  }
  if (answer.kind === 'away') return releaseStep({ ...state, offTrunk: look })
  return told(state, look)
}

function unsettled(
  { missing, total }: Extract<TrunkAnswer, { kind: 'looked' }>,
  settled: readonly SettledPick[],
): Pick<TrunkLook, 'commits' | 'total'> {
  const open = missing.filter(({ sha }) => settled.every(({ commit }) => commit !== sha))
  return { commits: open.slice(0, MOST_SHOWN), total: total - (missing.length - open.length) }
}

/** Once it is released, people are told what trunk lacks, and told again when nothing is missing any more. */
function told(state: ReleaseState, look: TrunkLook): ReleaseStep {
  const { released, total, trunk, commits } = look
  const name = nameOfCandidate(state, look.candidate)
  const about = { at: look.at, actor: SLIPWAY }
  if (released && total > 0 && !look.told) {
    return {
      ...releaseStep({ ...state, offTrunk: { ...look, told: true } }),
      events: [
        releaseEvent(state, { ...about, kind: 'pick.off_trunk', facts: { name, trunk, commits, total } }),
      ],
    }
  }
  if (total === 0 && look.told) {
    return {
      ...releaseStep({ ...state, offTrunk: { ...look, told: false } }),
      events: [releaseEvent(state, { ...about, kind: 'pick.on_trunk', facts: { name, trunk } })],
    }
  }
  return releaseStep({ ...state, offTrunk: look })
}

/** G.11: looks again at once, or records a person's statement that a pick is on trunk in another form. */
export function onTrunk(
  state: ReleaseState,
  { commit, reason, by }: TrunkOrder,
): { readonly step: ReleaseStep; readonly outcome: Outcome } {
  const { offTrunk: look } = state
  const no = (code: 'on-trunk-already' | 'not-off-trunk') => ({
    step: releaseStep(state),
    outcome: refuse(
      code === 'on-trunk-already' ? { code, trunk: state.app.trunk } : { code, commit: commit ?? '' },
    ),
  })
  if (look === null || !isOffTrunk(state)) return no('on-trunk-already')
  if (commit === null) {
    const step = releaseStep({ ...state, offTrunk: { ...look, tries: 0, nextAt: by.at } })
    return { step, outcome: done({ code: 'looking-on-trunk', trunk: look.trunk }) }
  }
  const named = look.commits.filter(({ sha, original }) =>
    [sha, ...(original === null ? [] : [original])].some((one) => one.startsWith(commit.toLowerCase())),
  )
  const [found] = named
  if (found === undefined || named.length > 1) return no('not-off-trunk')
  const { sha, original } = found
  const settled: SettledPick = { commit: sha, original, by: by.user, at: by.at, reason: reason ?? '' }
  const { trunk } = look
  const next = told(state, {
    ...look,
    settled: [...look.settled, settled],
    commits: look.commits.filter((one) => one !== found),
    total: look.total - 1,
    at: by.at,
  })
  const facts = { commit: original ?? sha, trunk, reason: settled.reason }
  return {
    step: {
      ...next,
      events: [
        releaseEvent(state, { kind: 'pick.settled', at: by.at, actor: by.user, facts }),
        ...next.events,
      ],
    },
    outcome: done({ code: 'pick-settled', commit: facts.commit, trunk, left: look.total - 1 }),
  }
}
