/** The first state of a release: one candidate, nothing deployed, no link (S1.2, S5.3). */
import type { AuditEvent, CommitSummary } from '../change.js'
import type { ChannelId, CommitSha, ReleaseId, Version } from '../identifiers.js'
import type { AppDefinition } from '../pipeline.js'
import { done, type Outcome } from '../refusal.js'
import { withPhase } from './record.js'
import type { Evidence, OverrideNote, ReleaseState } from './state.js'
import { nameOfCandidate, type ReleaseStep, releaseEvent, releaseStep } from './step.js'

export interface Cut {
  readonly id: ReleaseId
  readonly app: AppDefinition
  readonly channel: ChannelId
  readonly title: string
  readonly description: string
  readonly type: string
  readonly version: Version
  readonly commit: CommitSha
  readonly commits: CommitSummary
  readonly authors: readonly string[]
  /** The rules that an override set aside, and its reason. */
  readonly overrode: readonly string[]
  readonly override: string | null
  readonly by: Evidence
}

export function cutRelease(cut: Cut): ReleaseStep {
  const { user, at } = cut.by
  const state: ReleaseState = withPhase(
    {
      ...blank(cut),
      candidates: [
        {
          number: 1,
          commit: cut.commit,
          state: 'building',
          artifactDigest: null,
          artifactReference: null,
          picked: [],
          authors: cut.authors,
        },
      ],
      commits: cut.commits,
      overrides: cut.overrode.map((rule) => ({ rule, by: user, reason: cut.override ?? '', at })),
    },
    at,
  )
  const last = cut.app.environments.at(-1)?.name
  return {
    ...releaseStep(state),
    events: [
      releaseEvent(state, {
        kind: 'candidate.cut',
        at,
        actor: user,
        says: `${nameOfCandidate(state, 1)} was cut at ${cut.commit}${last ? `, bound for ${last}` : ''}.`,
        data: { commit: cut.commit, title: cut.title, type: cut.type, config: cut.app.configHash },
      }),
      ...state.overrides.map((override) => overrideEvent(state, override)),
    ],
    effects: [{ kind: 'build', candidate: 1 }],
  }
}

const overrideEvent = (state: ReleaseState, override: OverrideNote): AuditEvent =>
  releaseEvent(state, {
    kind: 'gate.overridden',
    at: override.at,
    actor: override.by,
    says: `A rule of the cut was overridden: ${override.rule}. Reason: ${override.reason}`,
    data: { rule: override.rule, reason: override.reason },
    tell: 'broadcast',
  })

function blank(cut: Cut): ReleaseState {
  return {
    id: cut.id,
    app: cut.app,
    version: cut.version,
    title: cut.title,
    description: cut.description,
    type: cut.type,
    hotfix: cut.type === 'hotfix',
    channel: cut.channel,
    requestedBy: cut.by.user,
    lifecycle: 'open',
    plannedAt: null,
    scope: '',
    externalLinks: [],
    releasedAt: null,
    rolledBack: false,
    candidates: [],
    deployments: [],
    linked: [],
    ticks: [],
    overrides: [],
    phases: [],
    conflict: null,
    commits: null,
    seq: 0,
  }
}

/** What the person who cut is told. */
export function cutAnswer(state: ReleaseState): Outcome {
  return done({
    code: 'cut',
    version: state.version ?? '',
    candidate: nameOfCandidate(state, 1),
    commit: state.candidates[0]?.commit ?? '',
    environment: state.app.environments[0]?.name ?? null,
  })
}
