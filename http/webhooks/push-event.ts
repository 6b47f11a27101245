/** Parses a push notification of any forge. It comes from outside: everything is validated, nothing is trusted. */
import * as z from 'zod'
import type { ClosedPullRequest } from '../../domain/intent.js'

export interface PushNotice {
  readonly branch: string
  /** Full commit id; all zeros for a deleted branch. */
  readonly after: string
  /** The addresses of the repository in the notice; empty when there are none. */
  readonly addresses: readonly string[]
  /** Set when the notice is about a closed pull request of that branch. */
  readonly pull?: ClosedPullRequest
}

const address = z.string().max(2_000)
const repository = z.looseObject({
  clone_url: address.optional(),
  ssh_url: address.optional(),
  git_url: address.optional(),
  html_url: address.optional(),
  git_http_url: address.optional(),
  git_ssh_url: address.optional(),
  url: address.optional(),
})
const notice = z.looseObject({
  ref: z.string().max(500),
  after: z.string().max(64),
  repository: z.union([address, repository]).optional(),
})

const BRANCH = 'refs/heads/'

/** Null when it is not a push to a branch, e.g. for a tag. */
export function readPush(body: unknown): PushNotice | null {
  const parsed = notice.safeParse(body)
  if (!parsed.success || !parsed.data.ref.startsWith(BRANCH)) return null
  const { ref, after, repository: named } = parsed.data
  return { branch: ref.slice(BRANCH.length), after, addresses: addressesOf(named) }
}

function addressesOf(named: z.output<typeof notice>['repository']): readonly string[] {
  if (named === undefined) return []
  if (typeof named === 'string') return [named]
  const { clone_url, ssh_url, git_url, html_url, git_http_url, git_ssh_url, url } = named
  const all = [clone_url, ssh_url, git_url, html_url, git_http_url, git_ssh_url, url]
  return all.filter((one) => one !== undefined)
}

export const isDeletion = (after: string): boolean => /^0{40,64}$/.test(after)
