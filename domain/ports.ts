/** What the rules need from outside, as types. `integrations/` implements them, `main.ts` binds them. */
import type { CommitAuthors } from './authorship.js'
import type { LeftOut, StageCheckout } from './checkout.js'
import type { AppName, ArtifactDigest, CommitSha, Version } from './identifiers.js'
import type { ImageLookup, ImageReference } from './image.js'
import type { RemoteEnd } from './remote-stage.js'
import type { StageName, StageReport, StageRun } from './stage.js'
import type { Bump } from './version.js'

export interface RepositoryRef {
  readonly app: AppName
  /** https, ssh or a path on this machine. */
  readonly url: string
  readonly trunk: string
  /** Git pathspecs of what is the app's; empty or missing: everything. */
  readonly paths?: readonly string[]
  /** More of them, which start work of the app without being its own. */
  readonly alsoWhen?: readonly string[]
  /** Whether checkouts have the files that Git LFS keeps elsewhere; missing: they have their pointers. */
  readonly lfs?: true
  /** Whether checkouts have the submodules' files; missing: their folders are empty. */
  readonly submodules?: true
  /** A ref beside branches and tags by which a commit that is on none of them can be fetched. */
  readonly ref?: string
}

export interface Commit {
  readonly sha: CommitSha
  readonly author: string
  readonly email: string
  /** ISO instant of the commit. */
  readonly at: string
  readonly subject: string
}

/** A commit as lists show it. */
export type ShownCommit = Pick<Commit, 'sha' | 'subject' | 'author'>

export type RefResolution =
  | { readonly kind: 'resolved'; readonly commit: Commit; readonly onTrunk: boolean }
  | { readonly kind: 'not-found'; readonly nearest: readonly string[] }
  /** More than one thing is called so; `meanings` names each as nothing else can be. */
  | { readonly kind: 'ambiguous'; readonly meanings: readonly string[] }
  /** The text cannot be a ref at all, e.g. it looks like an option (`--upload-pack=x`). */
  | { readonly kind: 'invalid' }

/** A commit of a range. */
export interface RangeCommit extends Commit {
  /** The pull request that it is, by what a merge button wrote; null: none that can be told. */
  readonly pull: number | null
  /** What it was picked from; null when it was not picked. */
  readonly original: CommitSha | null
}

/** What one commit has and another has not. People go by the `.mailmap` of the newer one. */
export interface CommitRange {
  /** Newest first, at most the asked number. */
  readonly commits: readonly RangeCommit[]
  /** Of the whole range. */
  readonly total: number
  /** How many of the newest were read for what follows: all, unless the history is very long. */
  readonly read: number
  /** Authors and co-authors, each once. */
  readonly authors: number
  /** Their names, of the newest commits first. */
  readonly people: readonly string[]
  /** The pull requests that it is made of, newest first. */
  readonly pulls: readonly number[]
}

export interface ChangedFile {
  readonly path: string
  readonly renamedFrom: string | null
  /** Lines; null: the file is binary. */
  readonly added: number | null
  readonly deleted: number | null
}

export interface ChangedFiles {
  /** At most the asked number; empty where there is nothing to compare with. */
  readonly files: readonly ChangedFile[]
  /** Without a beginning: all files there are. */
  readonly total: number
  /** Lines, in all of them. */
  readonly added: number
  readonly deleted: number
}

/** Commits that are lost on the way to another commit. */
export interface TakenOut {
  readonly total: number
  /** Newest first, at most the asked number. */
  readonly commits: readonly ShownCommit[]
}

export interface ConflictSide {
  readonly file: string
  readonly ours: string
  readonly theirs: string
}

/** Commits to put onto another, and the branch of the remote that then has them. */
export interface PickToMake {
  readonly onto: CommitSha
  readonly branch: string
  readonly picks: readonly CommitSha[]
}

/** A merge that was picked as what it changed against its first parent. */
export interface PickedMerge {
  readonly commit: CommitSha
  readonly against: CommitSha
}

/** The merges among picked commits: all are counted, the first are named. */
export interface PickedMerges {
  readonly total: number
  /** At most {@link NAMED_MERGES}. */
  readonly named: readonly PickedMerge[]
}

/** More than any message shows. */
const NAMED_MERGES = 20

export const noMerges: PickedMerges = { total: 0, named: [] }

export const pickedMerges = (...merges: readonly PickedMerge[]): PickedMerges => ({
  total: merges.length,
  named: merges.slice(0, NAMED_MERGES),
})

/** Those of one pick and of what went on after its conflict. */
export const bothMerges = (first: PickedMerges, then: PickedMerges): PickedMerges => ({
  total: first.total + then.total,
  named: [...first.named, ...then.named].slice(0, NAMED_MERGES),
})

export type PickOutcome =
  | {
      readonly kind: 'picked'
      readonly head: CommitSha
      readonly picked: readonly CommitSha[]
      readonly alreadyContained: readonly CommitSha[]
      readonly merges: PickedMerges
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
      readonly merges: PickedMerges
    }
  /** Somebody put commits on the branch that these picks do not continue; nothing was pushed. */
  | { readonly kind: 'moved' }

/** A name that the remote can take. */
export type BranchChoice =
  | { readonly kind: 'free'; readonly branch: string }
  /** A branch of the remote is in its way, and in the way of the same name without slashes. */
  | { readonly kind: 'blocked'; readonly by: string }

export type FoundOnBranch =
  | { readonly kind: 'nothing' }
  /** The branch does not continue what was there. */
  | { readonly kind: 'moved' }
  | {
      readonly kind: 'found'
      readonly head: CommitSha
      /** The commits that say they are the pick, or make the very same change. */
      readonly carriedBy: readonly CommitSha[]
      /** What else was put on the branch, oldest first, at most 20. */
      readonly others: readonly Commit[]
      readonly otherCount: number
    }

/** A merged pull request, as its forge tells of it. */
export interface MergedPull {
  /** The merge, the squash, or the last commit of a rebase. */
  readonly commit: CommitSha
  /** The newest commit of its own branch. */
  readonly head: CommitSha
  /** How many commits its own branch had. */
  readonly commits: number
  /** The ref under which the forge keeps `head`, e.g. `refs/pull/17/head`. */
  readonly ref: string
}

export type PullCommits =
  /** Everything it brought, oldest first. */
  | { readonly kind: 'whole'; readonly commits: readonly CommitSha[] }
  /** Which commits of its base branch are it cannot be told; these may be some of them. */
  | { readonly kind: 'unclear'; readonly found: readonly CommitSha[] }

/** A merge of the trunk into somebody's own work, as `git pull` makes it. */
export interface BackwardsMerge {
  readonly commit: CommitSha
  /** Its first parent: the person's own work. */
  readonly own: CommitSha
  /** Its second parent: what the trunk was. */
  readonly trunk: CommitSha
}

/** One change as release notes tell it: a pull request, or a commit of trunk's own. */
export interface NotedChange {
  /** Without what conventional commits put before it; its scope stays. */
  readonly title: string
  /** Of a conventional commit, e.g. `feat`. */
  readonly type: string | null
  readonly scope: string | null
  readonly breaking: boolean
  readonly pull: number | null
  /** Of its pull request; empty where nobody asked the forge. */
  readonly labels: readonly string[]
  /** Names, by `.mailmap`. */
  readonly authors: readonly string[]
  /** What its message names that looks like `SHOP-7`. */
  readonly tickets: readonly string[]
}

export interface NotedChanges {
  /** Newest first, at most the asked number. */
  readonly changes: readonly NotedChange[]
  readonly total: number
}

/** Commits whose changes are looked for elsewhere. */
export interface MissingOrder {
  /** Null: `to` alone. */
  readonly from: CommitSha | null
  readonly to: CommitSha
  /** Where they are looked for; null: the trunk, which is fetched. */
  readonly within: CommitSha | null
  /** Commits that people confirmed to be the resolution of a pick, and that pick. */
  readonly resolutions: ReadonlyMap<CommitSha, CommitSha>
}

/** A commit whose change is not there. */
export interface MissingChange extends ShownCommit {
  /** What it was picked from; null when nothing says so. */
  readonly original: CommitSha | null
}

export interface TagToMake {
  readonly name: string
  readonly commit: CommitSha
  /** What an annotated tag says: a line, an empty line, and more. */
  readonly message: string
  /** ISO instant: the tag says that it was made then. */
  readonly at: string
}

export type TagOutcome =
  | { readonly kind: 'tagged' }
  | { readonly kind: 'taken'; readonly by: CommitSha }
  /** The remote does not let us. */
  | { readonly kind: 'refused'; readonly reason: string }

/** A tag of the remote that fits an app's pattern. */
export interface TaggedVersion {
  readonly tag: string
  readonly version: Version
  /** Of a candidate's tag, `v1.2.0-rc.3`: the number; null for the version's own. */
  readonly candidate: number | null
  readonly commit: CommitSha
}

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
  /** Commits in `to` and not in `from`, those that are of the app; with `from` null, all of `to`. */
  range(repository: RepositoryRef, from: CommitSha | null, to: CommitSha, limit: number): Promise<CommitRange>
  /** The files of the app that differ between two commits. */
  changes(
    repository: RepositoryRef,
    from: CommitSha | null,
    to: CommitSha,
    limit: number,
  ): Promise<ChangedFiles>
  /** Whether what `to` has and `from` has not touches the app, or what else starts work of it. */
  touches(repository: RepositoryRef, from: CommitSha, to: CommitSha): Promise<boolean>
  /**
   * What going from one commit to another would take out: commits that `from` has and `to` has not, newest first, at most
   * `limit`. Merges, and commits whose very change is in `to` as another commit, e.g. as a pick, are none.
   */
  takenOut(repository: RepositoryRef, from: CommitSha, to: CommitSha, limit: number): Promise<TakenOut>
  /** Who wrote the commits that `to` has and `from` has not, newest first; with `from` null, those of `to`. */
  authors(
    repository: RepositoryRef,
    from: CommitSha | null,
    to: CommitSha,
    limit: number,
  ): Promise<readonly CommitAuthors[]>
  /** A file's text at a commit, `null` where there is none. */
  fileAt(repository: RepositoryRef, commit: CommitSha, path: string): Promise<string | null>
  /** Fetches, then the head of a branch of the remote, `null` when it has none. */
  branchHead(repository: RepositoryRef, branch: string): Promise<CommitSha | null>
  /** The whole message of a commit. */
  message(repository: RepositoryRef, commit: CommitSha): Promise<string>
  /** The head of every branch of the remote, by one question and without a fetch. */
  heads(repository: RepositoryRef): Promise<ReadonlyMap<string, CommitSha>>
  contains(repository: RepositoryRef, ancestor: CommitSha, descendant: CommitSha): Promise<boolean>
  /**
   * The commits of a span whose change is not in another line of commits: neither they nor what they were picked from,
   * nor the same patch, nor a commit that says it was picked from either. Merges are left out; oldest first.
   */
  missing(repository: RepositoryRef, order: MissingOrder): Promise<readonly MissingChange[]>
  /** Those of some commits that trunk, as of the last fetch, does not contain. */
  offTrunk(repository: RepositoryRef, commits: readonly CommitSha[]): Promise<readonly CommitSha[]>
  /** Makes and pushes an annotated tag. One at the same commit is success; at another commit the name is `taken`. */
  tag(repository: RepositoryRef, tag: TagToMake): Promise<TagOutcome>
  /** The tags, as of the last fetch, that a pattern such as `v{version}` gives to versions and their candidates. */
  tagged(repository: RepositoryRef, pattern: string): Promise<readonly TaggedVersion[]>
  /** The newest tag of a version, as of the last fetch, that a commit contains; null: there is none. */
  tagBefore(
    repository: RepositoryRef,
    pattern: string,
    commit: CommitSha,
  ): Promise<{ readonly tag: string; readonly commit: CommitSha } | null>
  /** What `to` has and `from` has not, change by change along first parents, as notes tell it; of the app's paths. */
  noted(
    repository: RepositoryRef,
    from: CommitSha | null,
    to: CommitSha,
    limit: number,
  ): Promise<NotedChanges>
  /** What the commits that `to` has and `from` has not ask of the next version, as conventional commits. */
  bump(repository: RepositoryRef, from: CommitSha, to: CommitSha): Promise<Bump>
  /**
   * Puts exactly this commit's files into an empty folder, without a `.git` that could push. Resolves with what it has and
   * the repository's settings leave out.
   */
  checkout(repository: RepositoryRef, commit: CommitSha, into: string): Promise<readonly LeftOut[]>
  /**
   * Applies commits with `-x` in a clean worktree on `onto` and pushes the result as `branch`; at a conflict it pushes what
   * applied before it, for a person to go on from. Re-running after a crash finds the pushed branch and reports the same
   * outcome. `done` hears how many have been dealt with.
   */
  cherryPick(
    repository: RepositoryRef,
    order: PickToMake,
    done?: (count: number) => void,
  ): Promise<PickOutcome>
  /** Fetches, then finds a name for a branch: the wanted one, or without its slashes where another branch is in its way. */
  pickBranch(repository: RepositoryRef, wanted: string): Promise<BranchChoice>
  /** Fetches, then looks at what was put on a branch since `after`, and which of it is the pick. */
  onBranch(
    repository: RepositoryRef,
    order: { readonly branch: string; readonly after: CommitSha; readonly pick: CommitSha },
  ): Promise<FoundOnBranch>
  /** The commits of its base branch that a merged pull request is, whichever way it was merged. */
  pullCommits(repository: RepositoryRef, pull: MergedPull): Promise<PullCommits>
  /** Fetches, then the commits of trunk whose subject says that they are a pull request, newest first. */
  trunkPull(repository: RepositoryRef, number: number): Promise<readonly Commit[]>
  /** The commits that `to` has and `from` has not, oldest first; a merge stands for all it brought. */
  rangeCommits(
    repository: RepositoryRef,
    range: { readonly from: CommitSha; readonly to: CommitSha },
  ): Promise<readonly CommitSha[]>
  /** Those of some commits that merge the trunk into somebody's own work: picked, they would bring in the trunk. */
  backwardsMerges(
    repository: RepositoryRef,
    commits: readonly CommitSha[],
  ): Promise<readonly BackwardsMerge[]>
}

export type PullRequestAnswer =
  | { readonly kind: 'merged'; readonly pull: MergedPull }
  | { readonly kind: 'not-merged'; readonly closed: boolean }
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
  /** Empty when there is no such pull request. */
  labelsOf(repository: RepositoryRef, number: number): Promise<readonly string[]>
}

/** Registries of images. */
export interface Images {
  /**
   * By its tag, else by its digest. Tries more than once, and throws nothing. Null: the configuration does not name its
   * registry, which is not asked.
   */
  lookUp(image: ImageReference): Promise<ImageLookup | null>
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
  /** Missing or null: the workspace is the stage's own. */
  readonly checkout?: StageCheckout | null
  /** What the log begins by saying. */
  readonly leftOut?: readonly LeftOut[]
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
