/** Webhooks as GitHub sends them: signed, each delivery with its own id. */
import { createHmac, randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Stack } from './stack.js'

/** Reports a branch's new head; all zeros for a deleted one. */
export async function deliverPush(
  stack: Pick<Stack, 'url'>,
  forge: { readonly secret: string; readonly address: string },
  { branch, after }: { readonly branch: string; readonly after: string },
): Promise<void> {
  const repository = { clone_url: forge.address }
  const ends = { before: '1'.repeat(40), after, deleted: /^0+$/.test(after) }
  const body = { ref: `refs/heads/${branch}`, ...ends, repository }
  await deliverToGithubHook(stack, forge.secret, { event: 'push', body })
}

/** Reports any event, and expects that it is accepted. */
export async function deliverToGithubHook(
  { url }: Pick<Stack, 'url'>,
  secret: string,
  { event, body }: { readonly event: string; readonly body: object },
): Promise<void> {
  const text = JSON.stringify(body)
  const response = await fetch(`${url}/webhooks/github`, {
    method: 'POST',
    body: text,
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`,
    },
  })
  expect(response.status).toBeLessThan(300)
}
