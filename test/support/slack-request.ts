/** Slack's own requests in HTTP mode, signed as Slack signs them, or deliberately wrong. */
import { createHmac } from 'node:crypto'
import { demoWorkspace } from '../../local/demo-people.js'
import { alice, SHOP } from './channel.js'

export interface SignedRequest {
  readonly method: 'POST'
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

export interface Signing {
  readonly secondsOff?: number
  readonly secret?: string
  readonly trigger?: string
  readonly text?: string
}

/** A command as Slack sends it. */
export function signedCommand({
  secondsOff = 0,
  secret = demoWorkspace.app.signingSecret,
  ...given
}: Signing): SignedRequest {
  const body = new URLSearchParams({
    command: '/release',
    text: given.text ?? 'cut shop "By hand"',
    user_id: alice,
    channel_id: SHOP,
    team_id: 'T01ACME',
    trigger_id: given.trigger ?? 'T-1',
  }).toString()
  const timestamp = String(Math.floor(Date.now() / 1_000) + secondsOff)
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')
  return {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    },
  }
}
