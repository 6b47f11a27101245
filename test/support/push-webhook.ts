/** A push as GitHub tells it: signed, each delivery with an id of its own. */
import { createHmac, randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Stack } from './stack.js'

/** Tells of a branch's new head; all zeros for one that was deleted. */
export async function deliverPush(
  { url }: Pick<Stack, 'url'>,
  forge: { readonly secret: string; readonly address: string },
  { branch, after }: { readonly branch: string; readonly after: string },
): Promise<void> {
  const repository = { clone_url: forge.address }
  const ends = { before: '1'.repeat(40), after, deleted: /^0+$/.test(after) }
  const body = JSON.stringify({ ref: `refs/heads/${branch}`, ...ends, repository })
  const response = await fetch(`${url}/webhooks/github`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', forge.secret).update(body).digest('hex')}`,
    },
  })
  expect(response.status).toBeLessThan(300)
}
