/** Unmerged commits: they are neither cut nor picked without an override. */
import type { CommitSha } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { Git } from '../../domain/ports.js'
import type { ReleaseStore } from '../../domain/release-store.js'

interface Needs {
  readonly git: Pick<Git, 'offTrunk'>
  readonly ledger: Pick<ReleaseStore, 'isCandidate'>
}

/** The commits that are neither on trunk nor a candidate: a candidate was cut from trunk, or overridden. */
export async function offTrunk(
  { git, ledger }: Needs,
  { name: app, repository: url, trunk }: Pick<AppDefinition, 'name' | 'repository' | 'trunk'>,
  commits: readonly CommitSha[],
): Promise<readonly CommitSha[]> {
  const strays: CommitSha[] = []
  for (const commit of await git.offTrunk({ app, url, trunk }, commits))
    if (!(await ledger.isCandidate(app, commit))) strays.push(commit)
  return strays
}
