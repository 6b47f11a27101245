/** The interfaces the rules need from outside. `integrations/` implements them, `main.ts` binds them. */
import type { AuthorsInGit, ForgeCommit } from './authorship.js'
import type { LeftOut, StageCheckout } from './checkout.js'
import type { AppName, ArtifactDigest, CommitSha, Version } from './identifiers.js'
import type { ImageLookup, ImageReference } from './image.js'
import type { StageName, StageReport, StageRun } from './stage.js'
import type { Bump } from './version.js'

export interface RepositoryRef {
  readonly app: AppName
  /** https, ssh or a path on this machine. */
  readonly url: string
  readonly trunk: string
  /** Git pathspecs of the app's files; empty or missing: everything. */
  readonly paths?: readonly string[]
  /** More pathspecs, whose changes start work for the app without being part of it. */
  readonly alsoWhen?: readonly string[]
  /** Whether checkouts have the files that Git LFS stores elsewhere; missing: they have only the pointers. */
  readonly lfs?: true
  /** Whether checkouts have the submodules' files; missing: their folders are empty. */
  readonly submodules?: true
  /** A ref other than branches and tags from which a commit that is on none of them can be fetched. */
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

/** The fields of a commit shown in lists. */
export type ShownCommit = Pick<Commit, 'sha' | 'subject' | 'author'>

export type RefResolution =
  | { readonly kind: 'resolved'; readonly commit: Commit; readonly onTrunk: boolean }
  | { readonly kind: 'not-found'; readonly nearest: readonly string[] }
  /** Several things have this name; `meanings` gives an unambiguous name for each. */
  | { readonly kind: 'ambiguous'; readonly meanings: readonly string[] }
  /** The text cannot be a ref at all, e.g. it looks like an option (`--upload-pack=x`). */
  | { readonly kind: 'invalid' }

/** A commit of a range. */
export interface RangeCommit extends Commit {
  /** The pull request it belongs to, judged by what a merge button writes; null: none can be identified. */
  readonly pull: number | null
  /** What it was picked from; null when it was not picked. */
  readonly original: CommitSha | null
}

/** What one commit has and another lacks. People are named by the `.mailmap` of the newer one. */
export interface CommitRange {
  /** Newest first, at most the requested number. */
  readonly commits: readonly RangeCommit[]
  /** Count for the whole range. */
  readonly total: number
  /** How many of the newest were read for the fields below: all, unless the history is very long. */
  readonly read: number
  /** Number of distinct authors and co-authors. */
  readonly authors: number
  /** Their names, those of the newest commits first. */
  readonly people: readonly string[]
  /** The pull requests it contains, newest first. */
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
  /** At most the requested number; empty when there is nothing to compare with. */
  readonly files: readonly ChangedFile[]
  /** Without a base commit: the number of all files. */
  readonly total: number
  /** Lines, over all files. */
  readonly added: number
  readonly deleted: number
}

/** Commits that are lost when going to another commit. */
export interface TakenOut {
  readonly total: number
  /** Newest first, at most the requested number. */
  readonly commits: readonly ShownCommit[]
}

export interface ConflictSide {
  readonly file: string
  readonly ours: string
  readonly theirs: string
}

/** Commits to cherry-pick onto another, and the remote branch that receives them. */
export interface PickToMake {
  readonly onto: CommitSha
  readonly branch: string
  readonly picks: readonly CommitSha[]
}

/** A merge that was picked as its changes against its first parent. */
export interface PickedMerge {
  readonly commit: CommitSha
  readonly against: CommitSha
}

/** The merges among picked commits: all are counted, only the first are named. */
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

/** The merges of one pick together with those picked after its conflict. */
export const bothMerges = (first: PickedMerges, then: PickedMerges): PickedMerges => ({
  total: first.total + then.total,
  named: [...first.named, ...then.named].slice(0, NAMED_MERGES),
})

/** What became of the picks so far. */
interface Applied {
  readonly picked: readonly CommitSha[]
  readonly alreadyContained: readonly CommitSha[]
  readonly merges: PickedMerges
}

export type PickOutcome =
  | ({ readonly kind: 'picked'; readonly head: CommitSha } & Applied)
  | { readonly kind: 'already-contained'; readonly commits: readonly CommitSha[] }
  | ({
      readonly kind: 'conflict'
      readonly at: CommitSha
      readonly sides: readonly ConflictSide[]
      /** The head of the branch: `onto` and the picks before the conflict. A person resolves the conflict on top of this. */
      readonly head: CommitSha
    } & Applied)
  /** The branch has commits from someone that these picks do not continue; nothing was pushed. */
  | { readonly kind: 'moved' }

/** A branch name that the remote accepts. */
export type BranchChoice =
  | { readonly kind: 'free'; readonly branch: string }
  /** A branch of the remote conflicts with it, and also with the same name without slashes. */
  | { readonly kind: 'blocked'; readonly by: string }

export type FoundOnBranch =
  | { readonly kind: 'nothing' }
  /** The branch does not continue what was there. */
  | { readonly kind: 'moved' }
  | {
      readonly kind: 'found'
      readonly head: CommitSha
      /** The commits that say they are the pick, or that make exactly the same change. */
      readonly carriedBy: readonly CommitSha[]
      /** What else was put on the branch, oldest first, at most 20. */
      readonly others: readonly Commit[]
      readonly otherCount: number
    }

/** A merged pull request, as reported by its forge. */
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
  /** All commits it brought, oldest first. */
  | { readonly kind: 'whole'; readonly commits: readonly CommitSha[] }
  /** Which commits of its base branch belong to it cannot be determined; these may be some of them. */
  | { readonly kind: 'unclear'; readonly found: readonly CommitSha[] }

/** A merge of trunk into a person's own work, as `git pull` makes it. */
export interface BackwardsMerge {
  readonly commit: CommitSha
  /** Its first parent: the person's own work. */
  readonly own: CommitSha
  /** Its second parent: the head of trunk at that time. */
  readonly trunk: CommitSha
}

/** One change as listed in release notes: a pull request, or a commit made directly on trunk. */
export interface NotedChange {
  /** Without the prefix of conventional commits; the scope is kept. */
  readonly title: string
  /** For a conventional commit, e.g. `feat`. */
  readonly type: string | null
  readonly scope: string | null
  readonly breaking: boolean
  readonly pull: number | null
  /** Of its pull request; empty if the forge was not asked. */
  readonly labels: readonly string[]
  /** Names, resolved by `.mailmap`. */
  readonly authors: readonly string[]
  /** Ticket keys like `SHOP-7` in its message. */
  readonly tickets: readonly string[]
}

export interface NotedChanges {
  /** Newest first, at most the requested number. */
  readonly changes: readonly NotedChange[]
  readonly total: number
}

/** Commits whose changes are searched for elsewhere. */
export interface MissingOrder {
  /** Null: `to` alone. */
  readonly from: CommitSha | null
  readonly to: CommitSha
  /** Where to search; null: trunk, which is fetched. */
  readonly within: CommitSha | null
  /** Commits that people confirmed as the resolution of a pick, with that pick. */
  readonly resolutions: ReadonlyMap<CommitSha, CommitSha>
}

/** A commit whose change was not found. */
export interface MissingChange extends ShownCommit {
  /** What it was picked from; null when unknown. */
  readonly original: CommitSha | null
}

export interface TagToMake {
  readonly name: string
  readonly commit: CommitSha
  /** The message of an annotated tag: a line, an empty line, and more. */
  readonly message: string
  /** ISO instant, recorded as the tag's date. */
  readonly at: string
}

export type TagOutcome =
  | { readonly kind: 'tagged' }
  | { readonly kind: 'taken'; readonly by: CommitSha }
  /** The remote does not allow it. */
  | { readonly kind: 'refused'; readonly reason: string }

/** A tag in the remote that matches an app's pattern. */
export interface TaggedVersion {
  readonly tag: string
  readonly version: Version
  /** For a candidate's tag, `v1.2.0-rc.3`: its number; null for the version's own tag. */
  readonly candidate: number | null
  readonly commit: CommitSha
}

/**
 * Git, using one bare mirror per repository. Every ref and path is data: nothing reaches a shell, and nothing that begins with
 * `-` reaches git as an argument. Throws if the remote is unreachable; the caller retries.
 */
export interface Git {
  /**
   * Fetches, then resolves a branch, tag, abbreviated or full commit; `null` is the head of trunk. 40 hex digits always mean the
   * commit; an abbreviation that is also a branch or tag is ambiguous.
   */
  resolve(repository: RepositoryRef, ref: string | null): Promise<RefResolution>
  /** Fetches, for the methods that see the remote as of the last fetch. */
  update(repository: RepositoryRef): Promise<void>
  /** Like {@link resolve}, as of the last fetch. */
  find(repository: RepositoryRef, ref: string): Promise<RefResolution>
  /** The app's commits in `to` and not in `from`; with `from` null, all of `to`. */
  range(repository: RepositoryRef, from: CommitSha | null, to: CommitSha, limit: number): Promise<CommitRange>
  /** The app's files that differ between two commits. */
  changes(
    repository: RepositoryRef,
    from: CommitSha | null,
    to: CommitSha,
    limit: number,
  ): Promise<ChangedFiles>
  /** Whether the commits in `to` but not in `from` touch the app, or the other paths that start work for it. */
  touches(repository: RepositoryRef, from: CommitSha, to: CommitSha): Promise<boolean>
  /**
   * What going from one commit to another would take out: the app's commits in `from` but not in `to`, newest first, at most `limit`.
   * Merges do not count, nor do commits whose exact change is in `to` as another commit, e.g. as a pick.
   */
  takenOut(repository: RepositoryRef, from: CommitSha, to: CommitSha, limit: number): Promise<TakenOut>
  /** Who wrote the commits in `to` but not in `from`, newest first; with `from` null, all of `to`. */
  authors(
    repository: RepositoryRef,
    from: CommitSha | null,
    to: CommitSha,
    limit: number,
  ): Promise<readonly AuthorsInGit[]>
  /** The id of a file's content at a commit, `null` if it does not exist: equal contents have equal ids. */
  objectAt(repository: RepositoryRef, commit: CommitSha, path: string): Promise<string | null>
  /** A file's text at a commit, `null` if it does not exist. */
  fileAt(repository: RepositoryRef, commit: CommitSha, path: string): Promise<string | null>
  /** Fetches, then returns the head of a remote branch, `null` if there is none. */
  branchHead(repository: RepositoryRef, branch: string): Promise<CommitSha | null>
  /** The full message of a commit. */
  message(repository: RepositoryRef, commit: CommitSha): Promise<string>
  /** The heads of all remote branches, in one request and without a fetch. */
  heads(repository: RepositoryRef): Promise<ReadonlyMap<string, CommitSha>>
  contains(repository: RepositoryRef, ancestor: CommitSha, descendant: CommitSha): Promise<boolean>
  /** Whether a line of commits contains the commit and has not taken its change back since. */
  carries(repository: RepositoryRef, commit: CommitSha, line: CommitSha): Promise<boolean>
  /**
   * The commits of a range whose change is missing from another line of commits: it has neither them nor what they were picked
   * from, nor the same patch, nor a commit that says it was picked from either. Merges are left out; oldest first.
   */
  missing(repository: RepositoryRef, order: MissingOrder): Promise<readonly MissingChange[]>
  /** The given commits that trunk, as of the last fetch, does not contain. */
  offTrunk(repository: RepositoryRef, commits: readonly CommitSha[]): Promise<readonly CommitSha[]>
  /** Creates and pushes an annotated tag. If it exists at the same commit, that is success; at another, the name is `taken`. */
  tag(repository: RepositoryRef, tag: TagToMake): Promise<TagOutcome>
  /** The tags, as of the last fetch, that match a pattern such as `v{version}`, for versions and their candidates. */
  tagged(repository: RepositoryRef, pattern: string): Promise<readonly TaggedVersion[]>
  /** The newest version tag, as of the last fetch, that a commit contains; null: none. */
  tagBefore(
    repository: RepositoryRef,
    pattern: string,
    commit: CommitSha,
  ): Promise<{ readonly tag: string; readonly commit: CommitSha } | null>
  /** The changes in `to` but not in `from`, along first parents, as listed in release notes; limited to the app's paths. */
  noted(
    repository: RepositoryRef,
    from: CommitSha | null,
    to: CommitSha,
    limit: number,
  ): Promise<NotedChanges>
  /** The version bump that the app's commits in `to` but not in `from` call for, read as conventional commits. */
  bump(repository: RepositoryRef, from: CommitSha, to: CommitSha): Promise<Bump>
  /**
   * Puts exactly this commit's files into an empty folder, without a `.git` that could push. Resolves with what the commit has
   * but the repository's settings leave out.
   */
  checkout(repository: RepositoryRef, commit: CommitSha, into: string): Promise<readonly LeftOut[]>
  /**
   * Applies commits with `-x` in a clean worktree on `onto` and pushes the result as `branch`. On a conflict it pushes the
   * commits applied so far, for a person to continue from. Re-running after a crash finds the pushed branch and reports the same
   * outcome. `done` is called with the number of commits processed.
   */
  cherryPick(
    repository: RepositoryRef,
    order: PickToMake,
    done?: (count: number) => void,
  ): Promise<PickOutcome>
  /** Fetches, then finds a branch name: the wanted one, or the same without slashes if another branch conflicts with it. */
  pickBranch(repository: RepositoryRef, wanted: string): Promise<BranchChoice>
  /** Fetches, then reports what was added to a branch since `after`, and which of it is the pick. */
  onBranch(
    repository: RepositoryRef,
    order: { readonly branch: string; readonly after: CommitSha; readonly pick: CommitSha },
  ): Promise<FoundOnBranch>
  /** The commits of its base branch that a merged pull request consists of, for any way of merging. */
  pullCommits(repository: RepositoryRef, pull: MergedPull): Promise<PullCommits>
  /** The commits of trunk, as of the last fetch, whose subject names that pull request, newest first. */
  trunkPull(repository: RepositoryRef, number: number): Promise<readonly Commit[]>
  /** The commits in `to` but not in `from`, oldest first; a merge stands for everything it brought. */
  rangeCommits(
    repository: RepositoryRef,
    range: { readonly from: CommitSha; readonly to: CommitSha },
  ): Promise<readonly CommitSha[]>
  /** The given commits that merge trunk into someone's own work: picking one would bring in trunk. */
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
  /** The branch of the same repository that it proposes to merge. */
  | { readonly kind: 'open'; readonly branch: string }
  /** `at`: when it was closed, according to the forge; closing it again gives another instant. */
  | { readonly kind: 'closed'; readonly merged: boolean; readonly at: string }
  /** Its commits are in another repository, e.g. `octocat/shop`. */
  | { readonly kind: 'fork'; readonly from: string }
  | { readonly kind: 'unknown' }

/** What a forge knows about pull requests. Throws if the forge is unreachable; the caller retries. */
export interface PullRequests {
  mergedAs(repository: RepositoryRef, number: number): Promise<PullRequestAnswer>
  headOf(repository: RepositoryRef, number: number): Promise<PullRequestHead>
  /** Empty when there is no such pull request. */
  labelsOf(repository: RepositoryRef, number: number): Promise<readonly string[]>
  /** The no-reply address of whoever merged the pull request that brought this commit; null when that cannot be said. */
  mergerOf(repository: RepositoryRef, commit: ForgeCommit): Promise<string | null>
}

/** Image registries. */
export interface Images {
  /**
   * Looks up the tag, else the digest. Retries, and never throws. Null: the registry is not in the configuration, so it is not
   * asked.
   */
  lookUp(image: ImageReference): Promise<ImageLookup | null>
}

export type ArtifactState = 'intact' | 'missing' | 'tampered'

/** Content-addressed archives of build output. */
export interface ArtifactStore {
  /** Archives the given paths of a folder; the digest depends on names, modes and bytes only, never on times. */
  put(folder: string, paths: readonly string[]): Promise<ArtifactDigest>
  /** Hashes the stored bytes again. */
  verify(digest: ArtifactDigest): Promise<ArtifactState>
  /** Verifies, then unpacks into an empty folder. Throws when the bytes do not match the digest. */
  unpack(digest: ArtifactDigest, into: string): Promise<void>
  remove(digest: ArtifactDigest): Promise<void>
}

/** One order to a runner. `key` is the idempotency key: the same key never starts a command twice. */
export interface StageOrder {
  readonly key: string
  readonly app: AppName
  readonly stage: StageName
  readonly run: StageRun
  readonly timeoutMs: number
  /** The folder to run in: a clean checkout of the commit. */
  readonly workspace: string
  /** Missing or null: the workspace belongs to this stage alone. */
  readonly checkout?: StageCheckout | null
  /** Reported at the start of the log. */
  readonly leftOut?: readonly LeftOut[]
  /** The folder with the artifact's files; null for a build. */
  readonly artifact: string | null
  /** Everything the command sees, secrets included; never logged. */
  readonly variables: Readonly<Record<string, string>>
  /** Values to redact from every log line. */
  readonly redact: readonly string[]
}

export interface StageContact {
  /** Called at least once a second while the command runs. */
  heartbeat(): void
  /** New redacted log text and its start offset (in characters of the redacted log). Repeats are harmless. */
  log(offset: number, text: string): Promise<void>
  /** The log so far: an earlier watch of the same key may have written to it. */
  logged(): Promise<string>
  /** Aborted when the stage must be ended with all its processes. */
  readonly cancelled: AbortSignal
  /** Aborted when this worker shuts down: stop watching, leave the command running, and throw. */
  readonly detached: AbortSignal
}

/** Says that a stage is about to be executed here, so that what takes time is begun. Promises nothing, and never fails. */
export type Foresee = (stage: Pick<StageOrder, 'app' | 'run'>) => void

/** Runs stages of one kind. Returns a report at a known end; throws on lost contact and may be called again with the same key. */
export interface StageRunner {
  readonly kind: StageRun['kind']
  readonly foresee?: Foresee
  execute(order: StageOrder, contact: StageContact): Promise<StageReport>
}

/** The secrets of a process, from its environment. */
export interface Secrets {
  /** A secret by its name; null when it is not set. */
  read(name: string): string | null
  /** Every value that must never be shown: the secrets named in the configuration, and Slipway's own tokens. */
  all(): readonly string[]
  /** A text with each of them redacted in all its forms, as well as the `more` values that only the caller knows. */
  redact(text: string, more?: readonly string[]): string
}

/** Current time and new ids, so that tests can control both. */
export interface Clock {
  now(): Date
}
