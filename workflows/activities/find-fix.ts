/** Finds the fix of a hotfix before it is cut: one that does not exist, or runs already, must use up no version. */
import { type CommitSha, shortCommit } from '../../domain/identifiers.js'
import { LONGEST_TITLE } from '../../domain/order-limits.js'
import { repositoryOf } from '../../domain/pipeline.js'
import type { Git, RepositoryRef } from '../../domain/ports.js'
import { type PickSources, resolvePicks } from './pick-activities.js'
import type { FixToFind, FoundFix } from './pick-types.js'

type FixSources = PickSources & { readonly git: Pick<Git, 'carries' | 'message'> }

/** What remains is found out by the pick: whether it applies cleanly, and whether the same change runs as another commit. */
export async function findFix(
  needs: FixSources,
  { app, asked, override, onto }: FixToFind,
): Promise<FoundFix> {
  const resolved = await resolvePicks(needs, { app, asked, override, branch: null })
  if (resolved.kind === 'refused') return resolved
  const { commits } = resolved
  const repository = repositoryOf(app)
  const [first] = commits
  if (first === undefined || (await isThere(needs, repository, { commits, onto })))
    return { kind: 'refused', refusal: { code: 'already-contained', commits, candidate: shortCommit(onto) } }
  const [subject = ''] = (await needs.git.message(repository, first)).split('\n')
  return { kind: 'found', title: subject.trim().slice(0, LONGEST_TITLE) || first.slice(0, 9) }
}

/** One after another: each is a process, and there may be hundreds of commits. */
async function isThere(
  { git }: FixSources,
  repository: RepositoryRef,
  { commits, onto }: { readonly commits: readonly CommitSha[]; readonly onto: CommitSha },
): Promise<boolean> {
  for (const commit of commits) if (!(await git.carries(repository, commit, onto))) return false
  return true
}
