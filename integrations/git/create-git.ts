import type { Git, RepositoryRef } from '../../domain/ports.js'
import { carries } from './carries.js'
import { checkoutInto, objectAt, readFileAt } from './checkout.js'
import { cherryPickOnto } from './cherry-pick.js'
import { readAuthors } from './commit-authors.js'
import { readChanges, readRange, touchesAny } from './commit-range.js'
import { conventionalBump } from './conventional-bump.js'
import { findOnBranch } from './find-resolution.js'
import { createRunGit, type GitSettings } from './git-command.js'
import { createMirrors } from './mirror.js'
import { missingChanges } from './missing-changes.js'
import { notedChanges } from './noted-changes.js'
import { freeBranch } from './pick-branch.js'
import { commitsOfPull, commitsOfRange, mergesOfTrunk, pullOnTrunk } from './pick-sources.js'
import { pushTag } from './push-tag.js'
import { readMessage } from './read-commits.js'
import { isRefText } from './ref-text.js'
import { remoteHeads } from './remote-heads.js'
import { branchCommit, commitsOffTrunk, findRef, isAncestor, resolveRef } from './resolve-ref.js'
import { tagBefore, taggedVersions } from './tagged-versions.js'
import { readTakenOut } from './taken-out.js'

/** See {@link createGit}. */
export interface GitOptions extends GitSettings {
  /** Where mirrors are kept; several processes of one machine may share it. */
  readonly folder: string
}

const pathsOf = ({ paths = [] }: RepositoryRef): readonly string[] => paths

/** What starts work of an app: its own paths and `alsoWhen`; without paths everything. */
const watchedOf = ({ paths = [], alsoWhen = [] }: RepositoryRef): readonly (readonly string[])[] =>
  paths.length === 0 || alsoWhen.length === 0 ? [paths] : [paths, alsoWhen]

/**
 * `Git` by the `git` binary (2.32 or newer). Methods throw `GitError` when git fails here, and its subclasses: `GitAwayError`
 * if a remote is unreachable, `GitRefusedError` if it refuses, `GitOrderError` if a retry cannot help (an invalid address,
 * a commit that the repository does not have).
 */
export function createGit(options: GitOptions): Git {
  const run = createRunGit(options)
  const mirrors = createMirrors(run, options)
  const mirrorOf = (repository: RepositoryRef) => mirrors.of(repository.url)
  return {
    resolve: async (repository, ref) => resolveRef(mirrorOf(repository), repository, ref),
    update: async (repository) => mirrorOf(repository).fetch(),
    find: async (repository, ref) => findRef(mirrorOf(repository), repository, ref),
    range: async (repository, from, to, limit) =>
      readRange(mirrorOf(repository), { from, to, paths: pathsOf(repository) }, limit),
    changes: async (repository, from, to, limit) =>
      readChanges(mirrorOf(repository), { from, to, paths: pathsOf(repository) }, limit),
    touches: async (repository, from, to) =>
      touchesAny(mirrorOf(repository), { from, to }, watchedOf(repository)),
    authors: async (repository, from, to, limit) =>
      readAuthors(mirrorOf(repository), {
        ...{ from, to, paths: pathsOf(repository), limit },
        ...{ trunk: repository.trunk, own: options.committer.email },
      }),
    takenOut: async (repository, from, to, limit) =>
      readTakenOut(mirrorOf(repository), { from, to, paths: pathsOf(repository) }, limit),
    objectAt: async (repository, commit, path) => objectAt(mirrorOf(repository), commit, path),
    fileAt: async (repository, commit, path) => readFileAt(mirrorOf(repository), commit, path),
    branchHead: async (repository, branch) => {
      if (!isRefText(branch)) return null
      const mirror = mirrorOf(repository)
      await mirror.fetch()
      return branchCommit(mirror, branch)
    },
    message: async (repository, commit) => readMessage(mirrorOf(repository), commit),
    heads: async (repository) => remoteHeads(run, repository.url),
    contains: async (repository, ancestor, descendant) => {
      const mirror = mirrorOf(repository)
      await mirror.requireCommit(ancestor)
      await mirror.requireCommit(descendant)
      return isAncestor(mirror, ancestor, descendant)
    },
    carries: async (repository, commit, line) => carries(mirrorOf(repository), commit, line),
    missing: async (repository, order) => missingChanges(mirrorOf(repository), repository, order),
    offTrunk: async (repository, commits) => commitsOffTrunk(mirrorOf(repository), repository, commits),
    tag: async (repository, order) => pushTag(run, mirrorOf(repository), order),
    noted: async (repository, from, to, limit) =>
      notedChanges(mirrorOf(repository), { from, to, paths: pathsOf(repository) }, limit),
    bump: async (repository, from, to) =>
      conventionalBump(mirrorOf(repository), { from, to, paths: pathsOf(repository) }),
    tagBefore: async (repository, pattern, commit) => tagBefore(mirrorOf(repository), pattern, commit),
    tagged: async (repository, pattern) => taggedVersions(mirrorOf(repository), pattern),
    checkout: async (repository, commit, into) =>
      checkoutInto(mirrors, mirrorOf(repository), { ...repository, commit }, into),
    cherryPick: async (repository, order, done = () => undefined) =>
      cherryPickOnto(run, mirrorOf(repository), { order, done }),
    pickBranch: async (repository, wanted) => freeBranch(mirrorOf(repository), wanted),
    onBranch: async (repository, order) => findOnBranch(mirrorOf(repository), order),
    pullCommits: async (repository, pull) => commitsOfPull(mirrorOf(repository), pull),
    trunkPull: async (repository, number) => pullOnTrunk(mirrorOf(repository), repository, number),
    rangeCommits: async (repository, range) => commitsOfRange(mirrorOf(repository), range),
    backwardsMerges: async (repository, commits) => mergesOfTrunk(mirrorOf(repository), repository, commits),
  }
}
