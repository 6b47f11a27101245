/** Finds out the bot's identity in its workspace. If Slack is unavailable at startup, it retries until it succeeds. */
import * as z from 'zod'
import type { BotLog } from './log.js'
import type { SlackCall } from './reply.js'

export interface SlackIdentity {
  readonly botId: string
  readonly botUserId: string
  readonly teamId: string
}

const answerSchema = z.object({
  user_id: z.string(),
  bot_id: z.string().optional(),
  team_id: z.string(),
})

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000
/** Errors that do not go away by waiting. */
const hopeless = /invalid_auth|not_authed|account_inactive|token_revoked|token_expired/

export interface Identifying {
  readonly call: SlackCall
  readonly log: BotLog
  readonly signal: AbortSignal
}

/** Resolves once Slack has returned our identity; throws when the token is invalid, or when the signal aborts the wait. */
export async function identify({ call, log, signal }: Identifying): Promise<SlackIdentity> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      const { user_id, bot_id, team_id } = answerSchema.parse(await call('auth.test', {}))
      return { botUserId: user_id, botId: bot_id ?? user_id, teamId: team_id }
    } catch (error) {
      if (hopeless.test(String(error))) throw error
      log.warn({ err: error, pauseMs }, 'Slack did not say who the bot is; asking again')
    }
    await pause(pauseMs, signal)
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  await new Promise<void>((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer)
      reject(signal.reason instanceof Error ? signal.reason : new Error('stopped'))
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end)
      resolve()
    }, ms)
    signal.addEventListener('abort', end, { once: true })
  })
}
