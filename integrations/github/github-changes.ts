/** Releases, comments and the pull requests of commits on GitHub. Each is looked up before it is created. */
import type { ReleaseToPublish } from '../../domain/forge/reports.js'
import type { CommitSha } from '../../domain/identifiers.js'
import { type GithubPlace, isMissing } from './open-github.js'

const PAGE = 100

/** A release whose creation was not answered is found by its tag. */
export async function publishOnce(place: GithubPlace, release: ReleaseToPublish): Promise<void> {
  const { octokit, owner, repo } = place
  const { tag, commit, name, body } = release
  if (await hasRelease(place, tag)) return
  await octokit.rest.repos.createRelease({
    ...{ owner, repo, tag_name: tag, target_commitish: commit, name, body },
  })
}

async function hasRelease({ octokit, owner, repo }: GithubPlace, tag: string): Promise<boolean> {
  const found = await octokit.rest.repos.getReleaseByTag({ owner, repo, tag }).catch(orMissing)
  return found !== null
}

/** Those that were merged into this repository; none for a commit that GitHub does not know. */
export async function mergedPulls(place: GithubPlace, commit: CommitSha): Promise<readonly number[]> {
  const { octokit, owner, repo } = place
  const found = await octokit.rest.repos
    .listPullRequestsAssociatedWithCommit({ owner, repo, commit_sha: commit, per_page: PAGE })
    .catch(orMissing)
  return (found?.data ?? [])
    .filter(({ merged_at }) => merged_at !== null && merged_at !== undefined)
    .map(({ number }) => number)
}

/** Looks for the marker in all comments first. */
export async function commentOnce(
  place: GithubPlace,
  { pull, marker, body }: { readonly pull: number; readonly marker: string; readonly body: string },
): Promise<void> {
  const { octokit, owner, repo } = place
  const on = { owner, repo, issue_number: pull }
  const comments = await octokit.paginate(octokit.rest.issues.listComments, { ...on, per_page: PAGE })
  if (comments.some((comment) => comment.body?.includes(marker) === true)) return
  await octokit.rest.issues.createComment({ ...on, body })
}

function orMissing(error: unknown): null {
  if (isMissing(error)) return null
  throw error
}
