/** The response shapes of the read API: names and values that other tools rely on. Pure. */
import { eventSentence } from '../bot/views/events/event-words.js'
import { plain } from '../bot/views/markup.js'
import { deploymentNoteWords } from '../bot/views/words/failure-words.js'
import { holdReason } from '../bot/views/words/gate-words.js'
import type {
  FreezeState,
  HoldState,
  LockState,
  OffTrunk,
  ReleaseDetail,
  TagStanding,
} from '../domain/change.js'
import type { EventKind } from '../domain/events.js'
import type { Gate } from '../domain/reasons.js'
import type { HostWait } from '../domain/runs-on.js'
import { type Schedule, scheduleOf } from '../domain/schedule.js'
import type { AuditView, BuildView, DeploymentView, EnvironmentView, ReleaseView } from '../domain/views.js'

export interface ApiEnvironment {
  readonly name: string
  readonly position: number
  readonly mode: string
  readonly state: string
  readonly setupRequired: boolean
  /** The last deployment that completed; a failed patch does not change it. */
  readonly current: {
    readonly deployment: string
    readonly version: string | null
    readonly candidate: string | null
    readonly commit: string
    readonly artifactDigest: string | null
    readonly since: string
    readonly acceptedBy: string | null
  } | null
  readonly lock: LockState | null
  readonly hold: HoldState | null
  readonly freeze: FreezeState | null
  readonly expiresAt: string | null
  /** The deployment that a rollback returns to; null when there is none. */
  readonly rollbackTo: string | null
}

export function apiEnvironment(view: EnvironmentView): ApiEnvironment {
  const { name, position, mode, state, setupRequired, current, lock, freeze, expiresAt } = view
  const hold = view.hold && { ...view.hold, reason: holdReason(view.hold, plain, 500) }
  return {
    ...{ name, position, mode, state, setupRequired },
    current: current === null ? null : apiCurrent(current),
    ...{ lock, hold, freeze, expiresAt },
    rollbackTo: view.rollbackTo?.id ?? null,
  }
}

function apiCurrent(current: DeploymentView): NonNullable<ApiEnvironment['current']> {
  const { id, version, candidate, commit, artifactDigest, state, decidedBy } = current
  return {
    deployment: id,
    ...{ version, candidate, commit, artifactDigest },
    since: current.finishedAt ?? current.startedAt ?? current.preparedAt,
    acceptedBy: state === 'accepted' ? decidedBy : null,
  }
}

/** `state`: pushed, pending, taken or refused; `because` says why it is not pushed. */
export type ApiTag = Pick<TagStanding, 'name' | 'state' | 'because' | 'since'>

function apiTag({ detail }: ReleaseView, isIt: (tag: TagStanding) => boolean): ApiTag | null {
  const found = detail.tags.findLast(isIt)
  if (!found) return null
  const { name, state, because, since } = found
  return { name, state, because, since }
}

export interface ApiRelease {
  readonly id: string
  readonly version: string | null
  readonly title: string
  readonly description: string
  readonly type: string
  readonly phase: string
  readonly state: string
  readonly deletable: boolean
  readonly blockedBy: readonly string[]
  readonly candidates: readonly {
    readonly name: string
    readonly commit: string
    readonly state: string
    readonly artifactDigest: string | null
    /** What its build waits for; null: nothing worth mentioning. */
    readonly waits: HostWait | null
    /** The state of its tag in the repository; null while it has none. */
    readonly tag: ApiTag | null
  }[]
  /** The tag of the version itself; null until it is released. */
  readonly tag: ApiTag | null
  /** Picks missing on trunk, the first 20 of `total`; null until there was one to check. */
  readonly offTrunk: OffTrunk | null
  /** The commits it was cut with, as on its card; null for a draft. */
  readonly commits: ReleaseDetail['commits']
  readonly links: readonly {
    readonly from: string
    readonly to: string
    readonly at: string
    readonly by: string
  }[]
  readonly deployments: readonly {
    readonly id: string
    readonly number: number
    readonly environment: string
    readonly kind: string
    readonly state: string
    readonly candidate: string | null
  }[]
  readonly plannedAt: string | null
  readonly releasedAt: string | null
  /** When each phase was entered and left, oldest first. */
  readonly phases: ReleaseDetail['phases']
  /** Planned against actual, and how long it took (S4.15). */
  readonly schedule: Schedule
  /** The open gates of each prepared deployment. */
  readonly gates: readonly { readonly deployment: string; readonly open: readonly Gate[] }[]
  /** Where each good candidate may be promoted, even if the environment is closed now. */
  readonly promotable: readonly { readonly candidate: string; readonly environment: string }[]
}

/** Days are in `timezone`, the app's. */
export function apiRelease(view: ReleaseView, timezone: string): ApiRelease {
  const { id, version, title, description, type, phase, state, deletable, blockedBy } = view
  return {
    ...{ id, version, title, description, type, phase, state, deletable, blockedBy },
    candidates: view.candidates.map(({ number, name, commit, state: of, artifactDigest, waits }) => ({
      ...{ name, commit, artifactDigest, waits },
      state: of,
      tag: apiTag(view, (tag) => !tag.ofVersion && tag.candidate === number),
    })),
    tag: apiTag(view, ({ ofVersion }) => ofVersion),
    offTrunk: view.detail.offTrunk,
    commits: view.detail.commits,
    links: view.links.map(({ from, to, at, by }) => ({ from, to, at, by })),
    deployments: view.deployments.map(({ id: of, number, environment, kind, state: at, candidate }) => ({
      id: of,
      ...{ number, environment, kind, candidate },
      state: at,
    })),
    plannedAt: view.plannedAt,
    releasedAt: view.releasedAt,
    phases: view.detail.phases,
    schedule: scheduleOf({ ...view, phases: view.detail.phases }, timezone),
    gates: view.detail.prepared.map(({ deploymentId, gates }) => ({ deployment: deploymentId, open: gates })),
    promotable: view.detail.promotable.flatMap(({ candidate, environment }) =>
      view.candidates
        .filter(({ number }) => number === candidate)
        .map(({ name }) => ({ candidate: name, environment })),
    ),
  }
}

export interface ApiEvent {
  readonly id: string
  readonly at: string
  readonly actor: string
  readonly kind: EventKind
  /** The facts of the kind; instants are ISO, people are ids. */
  readonly facts: AuditView['facts']
  /** Kind and facts as a sentence. */
  readonly says: string
  readonly environment: string | null
  readonly deployment: string | null
}

export function apiEvent(event: AuditView): ApiEvent {
  const { id, at, actor, kind, facts, environment, deploymentId } = event
  const says = eventSentence(event, plain)
  return { id, at, actor, kind, facts, says, environment, deployment: deploymentId }
}

export interface ApiDeployment {
  readonly id: string
  readonly number: number
  readonly environment: string
  readonly kind: string
  readonly state: string
  readonly version: string | null
  readonly candidate: string | null
  readonly commit: string
  readonly artifactDigest: string | null
  readonly requestedBy: string
  readonly preparedAt: string
  readonly startedAt: string | null
  readonly finishedAt: string | null
  readonly attempt: number
  readonly failedStage: string | null
  /** What it waits for while it runs; null: nothing worth mentioning. */
  readonly waits: HostWait | null
  /** Why it is in its state: as facts and in words. */
  readonly why: DeploymentView['note']
  readonly note: string | null
  readonly decidedBy: string | null
  readonly decidedAt: string | null
  readonly needs: number
  readonly approvals: DeploymentView['approvals']
  readonly override: string | null
  readonly stages: readonly {
    readonly key: string
    readonly stage: string
    readonly attempt: number
    readonly run: number
    /** Null while it runs. */
    readonly outcome: string | null
    readonly exitCode: number | null
    readonly startedAt: string
    readonly finishedAt: string | null
  }[]
}

export function apiDeployment(view: DeploymentView): ApiDeployment {
  const { id, number, environment, kind, state, version, candidate, commit, artifactDigest } = view
  const { requestedBy, preparedAt, startedAt, finishedAt, attempt, failedStage, note, waits } = view
  const { decidedBy, decidedAt, needs, approvals, override } = view
  return {
    ...{ id, number, environment, kind, state, version, candidate, commit, artifactDigest },
    ...{ requestedBy, preparedAt, startedAt, finishedAt, attempt, failedStage, waits },
    why: note,
    note: note && deploymentNoteWords(note, plain),
    ...{ decidedBy, decidedAt, needs, approvals, override },
    stages: view.stages.map(({ key, stage, attempt: of, run, verdict, exitCode, ...times }) => ({
      ...{ key, stage, run, exitCode },
      attempt: of,
      outcome: verdict,
      startedAt: times.startedAt,
      finishedAt: times.finishedAt,
    })),
  }
}

export interface ApiBuild {
  readonly commit: string
  readonly state: BuildView['state']
  readonly run: number
  readonly artifactDigest: string | null
  readonly artifactReference: string | null
  readonly startedAt: string
  readonly finishedAt: string | null
  /** The branch whose push requested it; null for a cut, or when it was long ago. */
  readonly branch: string | null
  /** For a failed one: what failed, and the lines of its log around the failure. */
  readonly failure: { readonly tests: BuildView['failedTests']; readonly excerpt: string } | null
  readonly candidates: readonly { readonly name: string; readonly requestedBy: string }[]
  readonly deployments: BuildView['deployments']
}

export function apiBuild(view: BuildView): ApiBuild {
  const { commit, state, run, artifactDigest, artifactReference, startedAt, finishedAt, branch } = view
  return {
    ...{ commit, state, run, artifactDigest, artifactReference, startedAt, finishedAt, branch },
    failure: state === 'failed' ? { tests: view.failedTests, excerpt: view.tail } : null,
    candidates: view.candidates.map(({ name, requestedBy }) => ({ name, requestedBy })),
    deployments: view.deployments,
  }
}
