/** Classifies Slack errors by how to proceed: retry later, check first, repost, or give up. */
import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api'

export type SlackFault =
  /** Certainly not done; retry after the delay. */
  | { readonly kind: 'rate-limited'; readonly retryAfterMs: number; readonly error: string }
  /** Slack has a problem. A post may have succeeded anyway: check before posting again. */
  | { readonly kind: 'unclear'; readonly error: string }
  /** The message no longer exists. */
  | { readonly kind: 'message-gone'; readonly error: string }
  /** The channel does not accept our messages. */
  | { readonly kind: 'channel-closed'; readonly error: string }
  /** The app's token or scopes are no longer valid: nothing works until a person fixes it. */
  | { readonly kind: 'no-access'; readonly error: string }
  /** Slack refuses permanently. */
  | { readonly kind: 'final'; readonly error: string }

export type SlackResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly fault: SlackFault }

const gone: ReadonlySet<string> = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed'])
const closed: ReadonlySet<string> = new Set([
  'is_archived',
  'is_inactive',
  'channel_not_found',
  'not_in_channel',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
  'restricted_action_non_threadable_channel',
])
const noAccess: ReadonlySet<string> = new Set([
  'invalid_auth',
  'not_authed',
  'token_revoked',
  'token_expired',
  'account_inactive',
  'missing_scope',
  'not_allowed_token_type',
  'org_login_required',
  'ekm_access_denied',
  'no_permission',
])
const passing: ReadonlySet<string> = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'accesslimited',
  'streaming_state_conflict',
])

/** Classifies an error thrown by the client. */
export function slackFault(error: unknown): SlackFault {
  if (error instanceof WebAPIRateLimitedError) {
    return { kind: 'rate-limited', retryAfterMs: error.retryAfter * 1_000, error: 'ratelimited' }
  }
  if (error instanceof WebAPIPlatformError) return platformFault(error.data.error)
  if (error instanceof WebAPIHTTPError && error.statusCode < 500) {
    return { kind: 'final', error: `http ${error.statusCode}` }
  }
  return { kind: 'unclear', error: error instanceof Error ? error.message : 'unknown' }
}

function platformFault(error: string): SlackFault {
  if (error === 'ratelimited' || error === 'rate_limited') {
    return { kind: 'rate-limited', retryAfterMs: 5_000, error }
  }
  if (gone.has(error)) return { kind: 'message-gone', error }
  if (closed.has(error)) return { kind: 'channel-closed', error }
  if (noAccess.has(error)) return { kind: 'no-access', error }
  return passing.has(error) ? { kind: 'unclear', error } : { kind: 'final', error }
}
