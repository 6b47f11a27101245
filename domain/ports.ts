/** What the rules need from outside, as types. `integrations/` implements them, `main.ts` binds them. */
import type { AppName, ArtifactDigest, CommitSha } from './identifiers.js'
import type { RemoteEnd } from './remote-stage.js'
import type { StageName, StageReport, StageRun } from './stage.js'

export interface RepositoryRef {
  readonly app: AppName
  /** https, ssh or a path on this machine. */
  readonly url: string
  readonly trunk: string
}

export interface Commit {
  readonly sha: CommitSha
  readonly author: string
  readonly email: string
  /** ISO instant of the commit. */
  readonly at: string
  readonly subject: string
}

export type RefResolution =
  | { readonly kind: 'resolved'; readonly commit: Commit; readonly onTrunk: boolean }
  | { readonly kind: 'not-found'; readonly nearest: readonly string[] }
  /** More than one thing is called so; `meanings` names each as nothing else can be. */
  | { readonly kind: 'ambiguous'; readonly meanings: readonly string[] }
  /** The text cannot be a ref at all, e.g. it looks like an option (`--upload-pack=x`). */
  | { readonly kind: 'invalid' }

export interface CommitRange {
  /** Newest first, at most the asked number. */
  readonly commits: readonly Commit[]
  readonly total: number
  readonly authors: number
  readonly files: readonly string[]
}

export interface ConflictSide {
  readonly file: string
  readonly ours: string
  readonly theirs: string
}

export type PickOutcome =
  | {
      readonly kind: 'picked'
      readonly head: CommitSha
      readonly picked: readonly CommitSha[]
      readonly alreadyContained: readonly CommitSha[]
    }
  | { readonly kind: 'already-contained'; readonly commits: readonly CommitSha[] }
  | {
      readonly kind: 'conflict'
      readonly at: CommitSha
      readonly sides: readonly ConflictSide[]
      /** What is on the branch now: `onto` and the picks before the conflict. A person resolves it on top of this. */
      readonly head: CommitSha
      readonly picked: readonly CommitSha[]
      readonly alreadyContained: readonly CommitSha[]
    }

export type TagOutcome = { readonly kind: 'tagged' } | { readonly kind: 'taken'; readonly by: CommitSha }

/**
 * Git, by way of one bare mirror per repository. Every ref and path is data: nothing reaches a shell, and nothing that
 * begins with `-` reaches git as an argument. An unreachable remote throws; the caller retries.
 */
export interface Git {
  /**
   * Fetches, then resolves a branch, tag, abbreviated or full commit; `null` is the head of trunk. 40 hex digits are the
   * commit and nothing else; an abbreviation that is also somebody's branch or tag is ambiguous.
   */
  resolve(repository: RepositoryRef, ref: string | null): Promise<RefResolution>
  /** Commits in `to` and not in `from`; with `from` null, the newest commits of `to`. */
  range(repository: RepositoryRef, from: CommitSha | null, to: CommitSha, limit: number): Promise<CommitRange>
  /** A file's text at a commit, `null` where there is none. */
  fileAt(repository: RepositoryRef, commit: CommitSha, path: string): Promise<string | null>
  /** Fetches, then the head of a branch of the remote, `null` when it has none. */
  branchHead(repository: RepositoryRef, branch: string): Promise<CommitSha | null>
  /** The whole message of a commit. */
  message(repository: RepositoryRef, commit: CommitSha): Promise<string>
  /** The head of every branch of the remote, by one question and without a fetch. */
  heads(repository: RepositoryRef): Promise<ReadonlyMap<string, CommitSha>>
  contains(repository: RepositoryRef, ancestor: CommitSha, descendant: CommitSha): Promise<boolean>
  /** Creates and pushes a tag. The same tag at the same commit is success; at another commit it is `taken`. */
  tag(repository: RepositoryRef, tag: string, commit: CommitSha): Promise<TagOutcome>
  /** Puts exactly this commit's files into an empty folder, without a `.git` that could push. */
  checkout(repository: RepositoryRef, commit: CommitSha, into: string): Promise<void>
  /**
   * Applies commits with `-x` in a clean worktree on `onto` and pushes the result as `branch`; at a conflict it pushes what
   * applied before it, for a person to go on from. Re-running after a crash finds the pushed branch and reports the same
   * outcome.
   */
  cherryPick(
    repository: RepositoryRef,
    order: { readonly onto: CommitSha; readonly branch: string; readonly picks: readonly CommitSha[] },
  ): Promise<PickOutcome>
}

export type PullRequestAnswer =
  /** The commit that brought it to its base branch: of a squash the one commit, of a merge the merge commit. */
  | { readonly kind: 'merged'; readonly commit: CommitSha }
  | { readonly kind: 'not-merged' }
  | { readonly kind: 'unknown' }

export type PullRequestHead =
  /** The branch of the same repository that it would merge. */
  | { readonly kind: 'open'; readonly branch: string }
  /** `at`: when it was closed, as the forge says; a pull request that is closed again says another instant. */
  | { readonly kind: 'closed'; readonly merged: boolean; readonly at: string }
  /** Its commits are in another repository, e.g. `octocat/shop`. */
  | { readonly kind: 'fork'; readonly from: string }
  | { readonly kind: 'unknown' }

/** What a forge knows of pull requests. An unreachable forge throws; the caller retries. */
export interface PullRequests {
  mergedAs(repository: RepositoryRef, number: number): Promise<PullRequestAnswer>
  headOf(repository: RepositoryRef, number: number): Promise<PullRequestHead>
}

export type ArtifactState = 'intact' | 'missing' | 'tampered'

/** Content-addressed archives of what builds made. */
export interface ArtifactStore {
  /** Archives the named paths of a folder; the digest depends on names, modes and bytes only, never on times. */
  put(folder: string, paths: readonly string[]): Promise<ArtifactDigest>
  /** Hashes the stored bytes again. */
  verify(digest: ArtifactDigest): Promise<ArtifactState>
  /** Verifies, then unpacks into an empty folder. Throws when the bytes are not the digest's. */
  unpack(digest: ArtifactDigest, into: string): Promise<void>
  remove(digest: ArtifactDigest): Promise<void>
}

/** One order to a runner. `key` is the idempotency key: the same key never starts a command a second time. */
export interface StageOrder {
  readonly key: string
  readonly app: AppName
  readonly stage: StageName
  readonly run: StageRun
  readonly timeoutMs: number
  /** The folder to run in: a clean checkout of the commit. */
  readonly workspace: string
  /** The folder with the artifact's files; null for a build. */
  readonly artifact: string | null
  /** Everything the command sees, secrets included; never logged. */
  readonly variables: Readonly<Record<string, string>>
  /** Values to blank out of every log line. */
  readonly redact: readonly string[]
}

export interface StageContact {
  /** Called at least once a second while the command lives. */
  heartbeat(): void
  /** New redacted log text and the offset (in characters of the redacted log) it begins at. Repeats are harmless. */
  log(offset: number, text: string): Promise<void>
  /** What is in the log already: an earlier watch of the same key may have written to it. */
  logged(): Promise<string>
  /** Aborted when the stage is to be ended with all its processes. */
  readonly cancelled: AbortSignal
  /** Aborted when this worker goes down: stop watching, leave the command running, and throw. */
  readonly detached: AbortSignal
}

/** Runs stages of one kind. At a known end it returns a report; on lost contact it throws and may be asked again with the same key. */
export interface StageRunner {
  readonly kind: StageRun['kind']
  execute(order: StageOrder, contact: StageContact): Promise<StageReport>
}

/** What is known of the call that a stage was started with, by its key. */
export interface StageCall {
  /** Milliseconds since it was first made. */
  readonly sinceMs: number
  /** Whether the other side said that the stage runs. It is not asked to start it again. */
  readonly accepted: boolean
  /** Where the stage can be looked at and ended; null when the other side named no such place. */
  readonly location: string | null
}

/** The calls of stages that run elsewhere, and the ends that come back by callback. Survives the worker. */
export interface StageCalls {
  /** Before the call: from now on a callback is taken. Of a key that was begun before, what is known of it. */
  begin(key: string): Promise<StageCall>
  accept(key: string, location: string | null): Promise<void>
  /** The end that was called back, null while there is none. */
  endOf(key: string): Promise<RemoteEnd | null>
  /** Of an end that was called back, what may be kept: its log is in the stage's own log by then, redacted. */
  keep(key: string, end: RemoteEnd): Promise<void>
  /** What comes later is ignored. Returns the end that came before, null when there was none. */
  close(key: string): Promise<RemoteEnd | null>
}

/** The secrets of a process, from its environment. */
export interface Secrets {
  /** A secret by its name; null when it is not set. */
  read(name: string): string | null
  /** Every value that nothing may show: of the secrets that the configuration names, and of Slipway's own tokens. */
  all(): readonly string[]
  /** A text with each of them blanked in all its forms, and `more` values that are known only to the caller. */
  blank(text: string, more?: readonly string[]): string
}

/** Readings of time and new ids, so that tests can hold both. */
export interface Clock {
  now(): Date
}
