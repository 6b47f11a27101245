/** A closed pull request: for the previews of its branch, it is as if the branch were deleted (S2.15). */
import * as z from 'zod'
import type { PushNotice } from './push-event.js'

const name = z.string().max(300)
const event = z.looseObject({
  action: z.literal('closed'),
  pull_request: z.looseObject({
    number: z.int(),
    merged: z.boolean().nullish(),
    closed_at: z.string().max(40).nullish(),
    // The forge sends no repository for a deleted fork.
    head: z.looseObject({ ref: z.string().max(250), repo: z.looseObject({ full_name: name }).nullish() }),
  }),
  repository: z.looseObject({ full_name: name, clone_url: z.string().max(2_000) }),
})

const NO_COMMIT = '0'.repeat(40)

/** Null for every other event of a pull request, and for those from forks, whose branches only share names. */
export function closedBranch(body: unknown): PushNotice | null {
  const parsed = event.safeParse(body)
  if (!parsed.success) return null
  const { pull_request: pull, repository } = parsed.data
  const { number, head, merged, closed_at: closedAt } = pull
  if (head.repo?.full_name !== repository.full_name) return null
  return {
    branch: head.ref,
    after: NO_COMMIT,
    addresses: [repository.clone_url],
    pull: { number, merged: merged ?? false, closedAt: closedAt ?? '' },
  }
}
