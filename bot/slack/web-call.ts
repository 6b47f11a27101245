import { LogLevel, WebClient } from '@slack/web-api'
import type { SlackCall } from './reply.js'

/** Slack's `trigger_id` lives for three seconds; nothing that a person waits for may take longer. */
const TIMEOUT_MS = 2_800

/** Calls on behalf of a waiting person: each is tried once, and none waits in line behind a rate limit. */
export function createSlackCall(token: string, apiUrl: string | null): SlackCall {
  const client = new WebClient(token, {
    ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: TIMEOUT_MS,
    logLevel: LogLevel.ERROR,
  })
  return (method, args) => client.apiCall(method, args)
}
