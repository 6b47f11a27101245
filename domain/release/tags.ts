/** The tags of a release: one for each candidate, and the final one once it is released (S4.3). They never block it. */
import type { AuditEvent, Said } from '../events.js'
import { SLIPWAY, type Version } from '../identifiers.js'
import type { AppDefinition } from '../pipeline.js'
import type { TagOutcome } from '../ports.js'
import type { TagStanding } from '../record-details.js'
import type { ActorSnapshot, ReleaseState, ReleaseTag } from './state.js'
import { nameOfCandidate, type ReleaseStep, releaseEvent, releaseStep } from './step.js'

const MINUTE = 60_000
/** If the remote has not answered for this long, the channel is notified. */
const TOLD_AFTER_MS = 10 * MINUTE
const LONGEST_PAUSE_MS = 10 * MINUTE

type TagPattern = Pick<AppDefinition, 'tag'>

/** `v1.2.0`, following the app's pattern. */
export const versionTag = ({ tag }: TagPattern, version: Version | string): string =>
  tag.replace('{version}', version)

/** `v1.2.0-rc.3`. */
export const candidateTag = (app: TagPattern, version: Version, candidate: number): string =>
  `${versionTag(app, version)}-rc.${candidate}`

/** The branch of a release's picks: its cut and every pick after it. */
export const wantedBranch = (
  { tag, pickBranch }: Pick<AppDefinition, 'tag' | 'pickBranch'>,
  version: Version,
): string =>
  // By a function: a tag may contain `$&`, which a text would replace.
  pickBranch.replace('{tag}', () => versionTag({ tag }, version)).replace('{version}', version)

/** A person's name where a mention is not possible. */
export const nameOf = ({ user, name }: Pick<ActorSnapshot, 'user' | 'name'>): string =>
  user === SLIPWAY ? 'Slipway' : (name ?? user)

interface WantedTag {
  readonly candidate: number
  readonly ofVersion: boolean
  /** Who did what, e.g. `Cut by Alice`. */
  readonly says: string
  /** ISO instant. */
  readonly at: string
}

/** Adds a tag to push. A tag carries the date of its candidate: of the cut, or of the pick. */
export function wantTag(
  state: ReleaseState,
  { candidate: number, ofVersion, says, at }: WantedTag,
): ReleaseState {
  const candidate = state.candidates.find((one) => one.number === number)
  if (!candidate || state.version === null) return state
  const name = ofVersion
    ? versionTag(state.app, state.version)
    : candidateTag(state.app, state.version, number)
  if (state.tags.some((tag) => tag.name === name)) return state
  const title = state.title.replace(/\s+/g, ' ').trim()
  const shown = ofVersion ? state.version : nameOfCandidate(state, number)
  const tag: ReleaseTag = {
    name,
    candidate: number,
    ofVersion,
    commit: candidate.commit,
    state: 'pending',
    because: null,
    since: at,
    message: `${state.app.name} ${shown}${title === '' ? '' : `: ${title}`}\n\n${says.replace(/\s+/g, ' ')}.\n`,
    dated: candidate.madeAt,
    tries: 0,
    told: false,
    nextAt: at,
  }
  return { ...state, tags: [...state.tags, tag] }
}

/** The public view of a tag. */
export function tagStanding({ name, candidate, ofVersion, state, because, since }: ReleaseTag): TagStanding {
  return { name, candidate, ofVersion, state, because, since }
}

/** The tags that are due to be pushed; none for a deleted release. */
export function dueTags(state: ReleaseState, now: string): readonly ReleaseTag[] {
  if (state.lifecycle === 'deleted') return []
  return state.tags.filter((tag) => tag.state === 'pending' && tag.nextAt <= now)
}

/** When the next one is due, null when none waits. ISO instant. */
export function nextTagAt(state: ReleaseState): string | null {
  if (state.lifecycle === 'deleted') return null
  const waiting = state.tags.flatMap((tag) => (tag.state === 'pending' ? [tag.nextAt] : []))
  return waiting.toSorted()[0] ?? null
}

/** The remote's answer; `away` when there was none. */
export type TagAnswer = TagOutcome | { readonly kind: 'away'; readonly reason: string }

/** Applies the result of a push. */
export function applyTag(state: ReleaseState, name: string, answer: TagAnswer, at: string): ReleaseStep {
  const tag = state.tags.find((one) => one.name === name)
  if (tag?.state !== 'pending') return releaseStep(state)
  const changed = (change: Partial<ReleaseTag>): ReleaseState => ({
    ...state,
    tags: state.tags.map((one) => (one.name === name ? { ...one, ...change } : one)),
  })
  if (answer.kind === 'away') return waitLonger(changed, state, { tag, reason: answer.reason, at })
  const settled = { since: at, tries: 0, told: false }
  const about = { tag: tag.name, commit: tag.commit }
  switch (answer.kind) {
    case 'tagged': {
      const facts = { name: nameOfCandidate(state, tag.candidate), ...about }
      return {
        ...releaseStep(changed({ ...settled, state: 'pushed', because: null })),
        events: [tagEvent(state, at, { kind: 'tag.pushed', facts })],
      }
    }
    case 'taken':
      return {
        ...releaseStep(changed({ ...settled, state: 'taken', because: answer.by })),
        events: [tagEvent(state, at, { kind: 'tag.taken', facts: { ...about, takenBy: answer.by } })],
      }
    case 'refused':
      return {
        ...releaseStep(changed({ ...settled, state: 'refused', because: answer.reason })),
        events: [tagEvent(state, at, { kind: 'tag.refused', facts: { ...about, message: answer.reason } })],
      }
  }
}

/** Whether all that happened is that a candidate got its tag while it is being built: that can be written with the next change. */
export const isBesideBuild = ({ tags, candidates }: ReleaseState, { events }: ReleaseStep): boolean =>
  events.length > 0 &&
  events.every(({ kind, facts }) => {
    const tag = kind === 'tag.pushed' ? tags.find(({ name }) => name === facts.tag) : undefined
    return candidates.some(({ number, state }) => number === tag?.candidate && state === 'building')
  })

/** Retries at growing intervals, without giving up. The channel is notified once. */
function waitLonger(
  changed: (change: Partial<ReleaseTag>) => ReleaseState,
  state: ReleaseState,
  { tag, reason, at }: { readonly tag: ReleaseTag; readonly reason: string; readonly at: string },
): ReleaseStep {
  const pause = Math.min(MINUTE * 2 ** tag.tries, LONGEST_PAUSE_MS)
  const nextAt = new Date(Date.parse(at) + pause).toISOString()
  const tells = !tag.told && Date.parse(at) - Date.parse(tag.since) >= TOLD_AFTER_MS
  return {
    ...releaseStep(changed({ tries: tag.tries + 1, because: reason, nextAt, told: tag.told || tells })),
    events: tells
      ? [
          tagEvent(state, at, {
            kind: 'tag.waits',
            facts: { tag: tag.name, commit: tag.commit, message: reason },
          }),
        ]
      : [],
  }
}

const tagEvent = (state: ReleaseState, at: string, said: Said): AuditEvent =>
  releaseEvent(state, { ...said, at, actor: SLIPWAY })

/** The names of the tags that are missing from the remote; empty when none is. */
export const missingTags = (tags: readonly TagStanding[]): readonly string[] =>
  tags.filter(({ state }) => state !== 'pushed').map(({ name }) => name)

/** Retries all unpushed tags at once. */
export function retryTags(state: ReleaseState, by: Pick<ActorSnapshot, 'user' | 'at'>): ReleaseStep {
  const names = missingTags(state.tags)
  return {
    ...releaseStep({
      ...state,
      tags: state.tags.map((tag) =>
        tag.state === 'pushed'
          ? tag
          : { ...tag, state: 'pending', tries: 0, told: false, nextAt: by.at, since: by.at, because: null },
      ),
    }),
    events: [
      releaseEvent(state, {
        kind: 'tag.retried',
        at: by.at,
        actor: by.user,
        facts: { tags: names },
      }),
    ],
  }
}
