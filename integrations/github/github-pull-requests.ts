import { parseCommitSha } from '../../domain/identifiers.js'
import type { PullRequestHead, PullRequests, RepositoryRef } from '../../domain/ports.js'
import { type Github, type GithubPlace, isMissing } from './open-github.js'

type Pull = Awaited<ReturnType<GithubPlace['octokit']['rest']['pulls']['get']>>['data']

/** Pull requests of GitHub by number. */
export function createGithubPullRequests(github: Github): PullRequests {
  /** Null if GitHub has no such pull request, or the repository is elsewhere. */
  async function find(repository: RepositoryRef, number: number): Promise<Pull | null> {
    const place = await github.at(repository)
    if (place === null) return null
    const { octokit, owner, repo } = place
    try {
      return (await octokit.rest.pulls.get({ owner, repo, pull_number: number })).data
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }
  return {
    mergedAs: async (repository, number) => {
      const pull = await find(repository, number)
      if (pull === null) return { kind: 'unknown' }
      if (!pull.merged) return { kind: 'not-merged', closed: pull.state === 'closed' }
      const commit = parseCommitSha(pull.merge_commit_sha ?? '')
      const head = parseCommitSha(pull.head.sha)
      if (commit === null || head === null) return { kind: 'unknown' }
      const ref = `refs/pull/${number}/head`
      return { kind: 'merged', pull: { commit, head, commits: pull.commits, ref } }
    },
    labelsOf: async (repository, number) =>
      (await find(repository, number))?.labels.map(({ name }) => name) ?? [],
    headOf: async (repository, number) => {
      const pull = await find(repository, number)
      return pull === null ? { kind: 'unknown' } : headOf(pull)
    },
  }
}

function headOf({ state, merged, closed_at, head, base, user }: Pull): PullRequestHead {
  if (state === 'closed') return { kind: 'closed', merged, at: closed_at ?? '' }
  // GitHub returns no repository once a fork was deleted.
  const from: string | undefined = (head.repo as typeof head.repo | null)?.full_name
  if (from === base.repo.full_name) return { kind: 'open', branch: head.ref }
  return { kind: 'fork', from: from ?? user.login }
}
