import type { CommitSha } from '../../domain/identifiers.js'
import type { Mirror } from './mirror.js'
import { parentsOf } from './read-commits.js'
import { isAncestor } from './resolve-ref.js'
import { isTakenBack } from './same-patch.js'

/** See `Git.carries`. */
export async function carries(mirror: Mirror, commit: CommitSha, line: CommitSha): Promise<boolean> {
  for (const one of [commit, line]) await mirror.requireCommit(one)
  if (!(await isAncestor(mirror, commit, line))) return false
  const [parent = null] = await parentsOf(mirror, commit)
  return !(await isTakenBack(mirror, { from: parent, to: commit }, line))
}
