import type { ForgeCommit } from '../../domain/authorship.js'
import { type CommitSha, parseCommitSha } from '../../domain/identifiers.js'
import type { PullRequestHead, PullRequests, RepositoryRef } from '../../domain/ports.js'
import { mergedPulls } from './github-changes.js'
import { hostOf } from './github-repository.js'
import { type Github, type GithubPlace, isMissing } from './open-github.js'

type Pull = Awaited<ReturnType<GithubPlace['octokit']['rest']['pulls']['get']>>['data']

/** A commit is in one pull request, seldom in several. */
const MOST_PULLS = 5

/** Pull requests of GitHub by number, and by the commits that they brought. */
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
  /** The one that a commit names, if it became that commit; else the one that GitHub finds for it, unless that is unclear. */
  async function pullOf(repository: RepositoryRef, { commit, pull }: ForgeCommit): Promise<Pull | null> {
    const named = pull === null ? null : await find(repository, pull)
    if (named !== null && became(named, commit)) return named
    const place = await github.at(repository)
    const numbers = place === null ? [] : await mergedPulls(place, commit)
    const found = await Promise.all(numbers.slice(0, MOST_PULLS).map((number) => find(repository, number)))
    const merged = found.filter((one) => one !== null)
    return merged.find((one) => became(one, commit)) ?? (merged.length === 1 ? (merged[0] ?? null) : null)
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
    mergerOf: async (repository, commit) => {
      const merger = (await pullOf(repository, commit))?.merged_by ?? null
      return merger && `${merger.id}+${merger.login}@users.noreply.${hostOf(repository.url)}`.toLowerCase()
    },
    headOf: async (repository, number) => {
      const pull = await find(repository, number)
      return pull === null ? { kind: 'unknown' } : headOf(pull)
    },
  }
}

const became = ({ merged, merge_commit_sha }: Pull, commit: CommitSha): boolean =>
  merged && merge_commit_sha === commit

function headOf({ state, merged, closed_at, head, base, user }: Pull): PullRequestHead {
  if (state === 'closed') return { kind: 'closed', merged, at: closed_at ?? '' }
  // GitHub returns no repository once a fork was deleted.
  const from: string | undefined = (head.repo as typeof head.repo | null)?.full_name
  if (from === base.repo.full_name) return { kind: 'open', branch: head.ref }
  return { kind: 'fork', from: from ?? user.login }
}
