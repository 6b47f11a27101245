import { LogLevel, WebClient } from '@slack/web-api'
import { mapTexts } from '../../domain/map-texts.js'
import type { SlackCall } from './reply.js'

/** Slack's `trigger_id` lives for three seconds; nothing that a person waits for may take longer. */
const TIMEOUT_MS = 2_800

export interface SlackCallOptions {
  readonly token: string
  /** Replaces Slack's own address. */
  readonly apiUrl: string | null
  /** Blanks the secrets in a text. */
  readonly blank: (text: string) => string
}

/** Calls on behalf of a waiting person: each is tried once, and none waits in line behind a rate limit. */
export function createSlackCall({ token, apiUrl, blank }: SlackCallOptions): SlackCall {
  const client = new WebClient(token, {
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: TIMEOUT_MS,
    logLevel: LogLevel.ERROR,
  })
  return (method, args) => client.apiCall(method, mapTexts(args, blank))
}
