import { parseCommitSha } from '../../domain/identifiers.js'
import type { PullRequests } from '../../domain/ports.js'
import { type Github, isMissing } from './open-github.js'

/** Pull requests of GitHub by number. */
export function createGithubPullRequests(github: Github): PullRequests {
  return {
    mergedAs: async (repository, number) => {
      const place = await github.at(repository)
      if (place === null) return { kind: 'unknown' }
      const { octokit, owner, repo } = place
      try {
        const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: number })
        if (!data.merged) return { kind: 'not-merged' }
        const commit = parseCommitSha(data.merge_commit_sha ?? '')
        return commit === null ? { kind: 'unknown' } : { kind: 'merged', commit }
      } catch (error) {
        if (isMissing(error)) return { kind: 'unknown' }
        throw error
      }
    },
  }
}
