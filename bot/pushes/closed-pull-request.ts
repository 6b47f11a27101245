/** A pull request that was closed: for the previews of its branch that is as if the branch were gone (S2.15). */
import * as z from 'zod'
import type { PushNotice } from './push-event.js'

const event = z.looseObject({
  action: z.literal('closed'),
  pull_request: z.looseObject({ head: z.looseObject({ ref: z.string().max(250) }) }),
  repository: z.looseObject({ clone_url: z.string().max(2_000) }),
})

const NO_COMMIT = '0'.repeat(40)

/** Null for every other event of a pull request. */
export function closedBranch(body: unknown): PushNotice | null {
  const parsed = event.safeParse(body)
  if (!parsed.success) return null
  const { pull_request: pull, repository } = parsed.data
  return { branch: pull.head.ref, after: NO_COMMIT, addresses: [repository.clone_url] }
}
