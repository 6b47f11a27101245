/** The check runs and commit statuses of a commit, all pages of both. */
import type { SeenCheck } from '../../domain/forge/checks.js'
import type { CommitSha } from '../../domain/identifiers.js'
import type { GithubPlace } from './open-github.js'

export async function checksOfCommit(
  { octokit, owner, repo }: GithubPlace,
  commit: CommitSha,
): Promise<readonly SeenCheck[]> {
  const of = { owner, repo, ref: commit, per_page: 100 }
  // `all` and not `latest`: one rule of our own decides which run is the newest.
  const runs = await octokit.paginate(octokit.rest.checks.listForRef, { ...of, filter: 'all' })
  const statuses = await octokit.paginate(octokit.rest.repos.listCommitStatusesForRef, of)
  return [
    ...runs.map((run) => ({
      name: run.name,
      by: `app ${run.app?.id ?? 'unknown'}`,
      id: run.id,
      result: resultOfRun(run),
      word: run.conclusion ?? run.status,
    })),
    ...statuses.map(({ context, id, state }) => ({
      ...{ name: context, by: 'status', id, result: resultOfStatus(state), word: state },
    })),
  ]
}

/** Skipped and neutral do not count as success: nothing was tested. */
function resultOfRun({
  status,
  conclusion,
}: {
  readonly status: string
  readonly conclusion: string | null
}): SeenCheck['result'] {
  if (status !== 'completed') return 'pending'
  return conclusion === 'success' ? 'success' : 'failure'
}

function resultOfStatus(state: string): SeenCheck['result'] {
  return state === 'success' || state === 'pending' ? state : 'failure'
}
