/** GitHub as the {@link Forge} of `domain/forge`: what Slipway reports there. */
import { ForgeFault } from '../../domain/forge/fault.js'
import type { Forge } from '../../domain/forge/reports.js'
import { commentOnce, mergedPulls, publishOnce } from './github-changes.js'
import { checksOfCommit } from './github-checks.js'
import { showOnGithub } from './github-deployments.js'
import { asForge } from './github-faults.js'
import type { Github, GithubPlace } from './open-github.js'

export function createGithubForge(github: Github): Forge {
  const on = <Result>(url: string, work: (place: GithubPlace) => Promise<Result>): Promise<Result> =>
    asForge(async () => {
      const place = await github.at({ url })
      if (place === null) throw new ForgeFault(notHere)
      return work(place)
    })
  return {
    has: github.has,
    setStatus: (url, { commit, context, state, description, url: target }) =>
      on(url, async ({ octokit, owner, repo }) => {
        await octokit.rest.repos.createCommitStatus({
          ...{ owner, repo, sha: commit, context, state, description },
          ...(target === null ? {} : { target_url: target }),
        })
      }),
    showDeployment: (url, deployment) => on(url, (place) => showOnGithub(place, deployment)),
    publishRelease: (url, release) => on(url, (place) => publishOnce(place, release)),
    pullsOf: (url, commit) => on(url, (place) => mergedPulls(place, commit)),
    comment: (url, comment) => on(url, (place) => commentOnce(place, comment)),
    checksOf: (url, commit) => on(url, (place) => checksOfCommit(place, commit)),
  }
}

const notHere = {
  status: 404,
  message: 'The repository is not on the GitHub that Slipway is signed in to',
  retryAfterS: null,
  remaining: null,
  resetsAtMs: null,
}
