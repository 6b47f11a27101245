/** The first state of a release: one candidate, nothing deployed, no link (S1.2, S5.3). */
import type { CommitAuthors } from '../authorship.js'
import type { CommitSummary } from '../change.js'
import type { AuditEvent } from '../events.js'
import {
  type ChannelId,
  type CommitSha,
  type DeploymentId,
  type EnvironmentName,
  type ReleaseId,
  type UserId,
  type Version,
} from '../identifiers.js'
import type { AppDefinition } from '../pipeline.js'
import type { OverriddenRule } from '../reasons.js'
import { done, type Outcome } from '../refusal.js'
import { withPhase } from './record.js'
import { type ActorSnapshot, type OverrideNote, RELEASE_STATE, type ReleaseState } from './state.js'
import { nameOfCandidate, type ReleaseStep, releaseEvent, releaseStep } from './step.js'
import { nameOf, wantTag } from './tags.js'

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
  readonly authors: readonly CommitAuthors[]
  /** The rules that an override set aside, and its reason. */
  readonly overrode: readonly OverriddenRule[]
  readonly override: string | null
  /** The deployment of `rc.1` to the first environment. Null: it is only built, because a pick onto it follows at once. */
  readonly firstDeployment: DeploymentId | null
  /** See {@link ReleaseState.upTo}. */
  readonly upTo?: EnvironmentName
  /** The person at whose request Slipway cuts it on its own; absent: nobody but the actor. */
  readonly requestedBy?: UserId
  readonly by: ActorSnapshot
}

type Planned = Pick<
  ReleaseState,
  'plannedAt' | 'scope' | 'references' | 'after' | 'ticks' | 'phases' | 'run' | 'seq' | 'recent'
>

function plannedIn(draft: ReleaseState | null): Partial<Planned> {
  if (draft === null) return {}
  const { plannedAt, scope, references, after, ticks, phases, run, seq, recent } = draft
  return { plannedAt, scope, references, after, ticks, phases, run, seq, recent }
}

/** The person who requested a release: their approval does not count for it (four eyes). */
export const askedBy = ({ requestedBy, by }: Pick<Cut, 'requestedBy' | 'by'>): UserId =>
  requestedBy ?? by.user

/** A draft that is cut keeps what was planned. */
export function cutRelease(cut: Cut, draft: ReleaseState | null = null): ReleaseStep {
  const { at } = cut.by
  const cutState: ReleaseState = withPhase(
    {
      ...emptyRelease(cut),
      ...plannedIn(draft),
      candidates: [
        {
          number: 1,
          commit: cut.commit,
          state: 'building',
          artifactDigest: null,
          artifactReference: null,
          picked: [],
          gained: null,
          madeAt: at,
          authors: cut.authors,
          firstDeployment: cut.firstDeployment,
        },
      ],
      commits: cut.commits,
      ...(cut.upTo === undefined ? {} : { upTo: cut.upTo }),
      overrides: overridesOf(cut.overrode, { reason: cut.override, by: cut.by }),
    },
    at,
  )
  const state = wantTag(cutState, { candidate: 1, ofVersion: false, says: `Cut by ${nameOf(cut.by)}`, at })
  const { commit, title, type } = cut
  const bound = cut.app.environments.at(-1)?.name ?? null
  return {
    ...releaseStep(state),
    events: [
      releaseEvent(state, {
        kind: 'candidate.cut',
        at,
        actor: askedBy(cut),
        facts: { name: nameOfCandidate(state, 1), commit, title, type, config: cut.app.configHash, bound },
      }),
      ...state.overrides.map((override) => overrideEvent(state, override)),
    ],
    effects: [{ kind: 'build', candidate: 1 }],
  }
}

/** What an override of a cut or a pick set aside, for the record. */
export const overridesOf = (
  overrode: readonly OverriddenRule[],
  { reason, by }: { readonly reason: string | null; readonly by: ActorSnapshot },
): readonly OverrideNote[] => overrode.map((rule) => ({ rule, by: by.user, reason: reason ?? '', at: by.at }))

/** Reported where everybody sees it. */
export function overrideEvent(state: ReleaseState, { rule, reason, at, by }: OverrideNote): AuditEvent {
  return releaseEvent(state, { kind: 'gate.overridden', facts: { name: null, rule, reason }, at, actor: by })
}

/** The answer to the person who cut it. */
export function cutAnswer(state: ReleaseState): Outcome {
  return done({
    code: 'cut',
    version: state.version ?? '',
    candidate: nameOfCandidate(state, 1),
    commit: state.candidates[0]?.commit ?? '',
    environment: state.app.environments[0]?.name ?? null,
  })
}

type Named = Pick<Cut, 'id' | 'app' | 'channel' | 'title' | 'description' | 'type' | 'requestedBy' | 'by'> &
  Pick<ReleaseState, 'version'>

/** No candidate, nothing deployed, no link (S1.2). */
export function emptyRelease(of: Named): ReleaseState {
  return {
    stateVersion: RELEASE_STATE,
    run: 1,
    seq: 0,
    id: of.id,
    app: of.app,
    version: of.version,
    title: of.title,
    description: of.description,
    type: of.type,
    hotfix: of.type === 'hotfix',
    channel: of.channel,
    requestedBy: askedBy(of),
    lifecycle: 'open',
    plannedAt: null,
    scope: '',
    references: [],
    after: [],
    releasedAt: null,
    rolledBack: false,
    candidates: [],
    deployments: [],
    linked: [],
    ticks: [],
    overrides: [],
    phases: [],
    conflict: null,
    branch: null,
    tags: [],
    offTrunk: null,
    busy: null,
    commits: null,
    activeAt: null,
    stalledAt: null,
    recent: [],
  }
}
