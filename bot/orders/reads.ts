/** The queries that answer questions, in one place so that tests can replace the database. */
import type { Kysely } from 'kysely'
import { ensureButtons, findButton } from '../../db/buttons.js'
import { auditOf, auditOfRelease, pushesOfCommits } from '../../db/queries/audit.js'
import { type BuildMatch, buildLog, findBuild } from '../../db/queries/builds.js'
import { deploymentLog } from '../../db/queries/deployment-log.js'
import { readDeployment } from '../../db/queries/deployments.js'
import { readEnvironments } from '../../db/queries/environments.js'
import { type CandidateMatch, findCandidate } from '../../db/queries/find-candidate.js'
import { hasAnswer } from '../../db/queries/has-answer.js'
import { pushOfThread } from '../../db/queries/push-of-thread.js'
import { readNotes } from '../../db/queries/release-notes.js'
import { releaseOfThread } from '../../db/queries/release-of-thread.js'
import {
  findReleaseByVersion,
  findReleases,
  openReleases,
  plannedReleases,
  readRelease,
  readReleases,
} from '../../db/queries/releases.js'
import { runsSince } from '../../db/queries/runs.js'
import { schedulesSince } from '../../db/queries/schedules.js'
import { waitingDeployments } from '../../db/queries/waiting.js'
import { noRoomToBuild } from '../../db/queries/workers.js'
import { slowOrders } from '../../db/slow-orders.js'
import type { Database } from '../../db/tables.js'
import type {
  AppName,
  ChannelId,
  CommitSha,
  DeploymentId,
  EnvironmentName,
  ReleaseId,
  Version,
} from '../../domain/identifiers.js'
import type { RunRow } from '../../domain/metrics.js'
import type { ReleaseNotes } from '../../domain/notes.js'
import { type AppDefinition, repositoryOf } from '../../domain/pipeline.js'
import type {
  ChangedFiles,
  CommitRange,
  Git,
  RepositoryRef,
  ShownCommit,
  TakenOut,
} from '../../domain/ports.js'
import type { ReleaseState } from '../../domain/release/state.js'
import { runsOn } from '../../domain/runs-on.js'
import type { ScheduleRow } from '../../domain/schedule.js'
import type { SlowOrder } from '../../domain/slow-order.js'
import type { TrainLook, TrainState } from '../../domain/train/state.js'
import type { AuditView, DeploymentView, EnvironmentView, ReleaseView } from '../../domain/views.js'
import type { KnownRelease } from '../commands/parsed-command.js'
import { type ButtonTarget, buttonId } from '../views/button-target.js'

export interface Reads {
  /** The stored target of a button, null when there is none. */
  button(id: string): Promise<unknown>
  /** Whether the order with this key has ended; also true when it was never recorded. */
  hasAnswer(key: string): Promise<boolean>
  /** Stores the targets of an answer's buttons before it is shown. */
  storeButtons(targets: readonly ButtonTarget[]): Promise<void>
  releaseOfThread(channel: ChannelId, ts: string): Promise<KnownRelease | null>
  /** What was pushed, if the message is about a push. */
  pushOfThread(
    channel: ChannelId,
    ts: string,
  ): Promise<{ readonly app: AppName; readonly commit: CommitSha } | null>
  candidate(app: AppName, text: string): Promise<CandidateMatch>
  release(id: ReleaseId): Promise<ReleaseView | null>
  /** By version; includes deleted releases. */
  releaseOfVersion(app: AppName, version: Version): Promise<ReleaseView | null>
  /** Null while they are not drafted. */
  notes(id: ReleaseId): Promise<ReleaseNotes | null>
  /** Why a build of the commit does not start, null when it may. */
  noRoomToBuild(app: AppDefinition, commit: CommitSha): Promise<string | null>
  /** The last recorded state of its workflow; null when there is none. */
  releaseState(app: AppName, id: ReleaseId): Promise<ReleaseState | null>
  /** The trains of these apps, as their workflows last recorded them. */
  trains(...apps: readonly AppName[]): Promise<readonly TrainState[]>
  /** What its train would take now; null when git does not answer within seconds. */
  trainLook(app: AppDefinition, departs: string): Promise<TrainLook | null>
  /** At most `limit` of each app, newest first, without deleted ones. */
  releases(apps: readonly AppName[], limit: number): Promise<readonly ReleaseView[]>
  /** Drafts and open releases, newest first. */
  openReleases(...apps: readonly AppName[]): Promise<readonly ReleaseView[]>
  /** Drafts and open releases by planned day, those without one last. */
  plannedReleases(...apps: readonly AppName[]): Promise<readonly ReleaseView[]>
  /** By id, including deleted ones. */
  releasesOf(ids: readonly ReleaseId[]): Promise<readonly ReleaseView[]>
  /** Grouped by app, lowest first. */
  environments(...apps: readonly AppName[]): Promise<readonly EnvironmentView[]>
  deployment(id: DeploymentId): Promise<DeploymentView | null>
  deploymentLog(id: DeploymentId): Promise<string | null>
  /** By full or abbreviated commit. */
  build(app: AppName, commit: string): Promise<BuildMatch>
  buildLog(app: AppName, commit: string): Promise<string | null>
  /** Oldest first. */
  auditOfRelease(id: ReleaseId): Promise<readonly AuditView[]>
  /** Recent audit events about pushes of these commits, oldest first. */
  pushes(app: AppName, commits: readonly CommitSha[]): Promise<readonly AuditView[]>
  /** Newest first; for all environments when it is null. */
  audit(app: AppName, environment: EnvironmentName | null, limit: number): Promise<readonly AuditView[]>
  /** Commits in `to` and not in `from`, read from git; with `from` null, all of `to`. */
  range(app: AppDefinition, between: CommitsBetween): Promise<CommitRange>
  /** The files that differ, read from git. */
  changes(app: AppDefinition, between: CommitsBetween): Promise<ChangedFiles>
  /** What moving from one commit to another would remove, read from git. */
  takenOut(
    app: AppDefinition,
    between: { readonly from: CommitSha; readonly to: CommitSha; readonly most: number },
  ): Promise<TakenOut>
  /** The newest commits of trunk whose change a commit lacks, of those that are the app's; read from git, which fetches. */
  lackedOfTrunk(app: AppDefinition, commit: CommitSha, most: number): Promise<readonly ShownCommit[]>
  /** A file's text at a commit, read from git; null if it does not exist. */
  fileAt(app: AppDefinition, commit: CommitSha, path: string): Promise<string | null>
  /** The deployments that started since an instant, oldest first. */
  runs(app: AppName, since: Date): Promise<readonly RunRow[]>
  /** Releases since an instant, oldest first, and those planned but not yet released. */
  schedules(app: AppName, since: Date): Promise<readonly ScheduleRow[]>
  /** Orders about an app, or about any, that have been retried for a minute without an answer; oldest first. */
  delays(app: AppName | null): Promise<readonly SlowOrder[]>
  /** The releases that wait for people. */
  waiting(apps: readonly AppName[]): Promise<readonly ReleaseId[]>
}

export interface CommitsBetween {
  readonly from: CommitSha | null
  readonly to: CommitSha
  readonly most: number
}

/** Sources beyond the database: commits, and the ids under which workflows record their states. */
export interface Sources
  extends Pick<Git, 'range' | 'changes' | 'takenOut' | 'fileAt' | 'branchHead'>,
    Pick<Reads, 'releaseState' | 'trains' | 'trainLook'> {}

/** The age at which an unanswered order is shown. */
const SLOW_MS = 60_000

/** {@link Reads} from the database and its other sources. */
export function databaseReads(db: Kysely<Database>, sources: Sources): Reads {
  const { range: rangeOf, changes, takenOut, fileAt, releaseState, trains, trainLook } = sources
  return {
    button: (id) => findButton(db, id),
    storeButtons: (targets) =>
      ensureButtons(
        db,
        targets.map((target) => ({ id: buttonId(target), target })),
      ),
    hasAnswer: (key) => hasAnswer(db, key),
    noRoomToBuild: (app, commit) => noRoomToBuild(db, { app: app.name, commit, label: runsOn(app, null) }),
    releaseOfThread: (channel, ts) => releaseOfThread(db, channel, ts),
    pushOfThread: (channel, ts) => pushOfThread(db, channel, ts),
    candidate: (app, text) => findCandidate(db, app, text),
    release: (id) => readRelease(db, id),
    releaseOfVersion: (app, version) => findReleaseByVersion(db, app, version),
    releaseState,
    trains,
    trainLook,
    notes: (id) => readNotes(db, id),
    releases: (apps, limit) => findReleases(db, apps, { limit, offset: 0 }),
    openReleases: (...apps) => openReleases(db, ...apps),
    plannedReleases: (...apps) => plannedReleases(db, ...apps),
    releasesOf: (ids) => readReleases(db, ids),
    environments: (...apps) => readEnvironments(db, ...apps),
    deployment: (id) => readDeployment(db, id),
    deploymentLog: (id) => deploymentLog(db, id),
    build: (app, commit) => findBuild(db, app, commit),
    buildLog: (app, commit) => buildLog(db, app, commit),
    auditOfRelease: (id) => auditOfRelease(db, id),
    pushes: (app, commits) => pushesOfCommits(db, app, commits),
    audit: (app, environment, limit) =>
      auditOf(db, app, { limit, ...(environment === null ? {} : { environment }) }),
    range: (app, { from, to, most }) => rangeOf(repositoryOf(app), from, to, most),
    changes: (app, { from, to, most }) => changes(repositoryOf(app), from, to, most),
    takenOut: (app, { from, to, most }) => takenOut(repositoryOf(app), from, to, most),
    lackedOfTrunk: (app, commit, most) => lackedOfTrunk(sources, repositoryOf(app), { commit, most }),
    fileAt: (app, commit, path) => fileAt(repositoryOf(app), commit, path),
    runs: (app, since) => runsSince(db, app, since),
    schedules: (app, since) => schedulesSince(db, app, since),
    delays: (app) => slowOrders(db, { app, olderThanMs: SLOW_MS }),
    waiting: async (apps) => {
      const waiting = await waitingDeployments(db, apps)
      return [...new Set(waiting.flatMap(({ release }) => release?.id ?? []))]
    },
  }
}

async function lackedOfTrunk(
  { branchHead, takenOut }: Pick<Sources, 'branchHead' | 'takenOut'>,
  repository: RepositoryRef,
  { commit, most }: { readonly commit: CommitSha; readonly most: number },
): Promise<readonly ShownCommit[]> {
  const head = await branchHead(repository, repository.trunk)
  return head === null ? [] : (await takenOut(repository, head, commit, most)).commits
}
