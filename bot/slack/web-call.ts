import { LogLevel, WebClient } from '@slack/web-api'
import { mapTexts } from '../../domain/map-texts.js'
import type { SlackCall } from './reply.js'

/** Slack's `trigger_id` expires after three seconds; no call that a person waits for may take longer. */
const TIMEOUT_MS = 2_800

export interface SlackCallOptions {
  readonly token: string
  /** Replaces Slack's default URL. */
  readonly apiUrl: string | null
  /** Redacts the secrets in a text. */
  readonly redact: (text: string) => string
}

/** Calls for a waiting person: each is tried once, and none queues behind a rate limit. */
export function createSlackCall({ token, apiUrl, redact }: SlackCallOptions): SlackCall {
  const client = new WebClient(token, {
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: TIMEOUT_MS,
    logLevel: LogLevel.ERROR,
  })
  return (method, args) => client.apiCall(method, mapTexts(args, redact))
}
