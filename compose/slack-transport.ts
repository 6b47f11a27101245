/** How Slack reaches the bot: Socket Mode, or requests passed on by the HTTP server. */
import type { BotContext } from '../bot/interactions/bot-context.js'
import { createHttpReceiver } from '../bot/slack/http-receiver.js'
import { createSocketReceiver } from '../bot/slack/socket-receiver.js'
import { createSlackApp, type SlackAppOptions } from '../bot/slack-app.js'
import type { BotParts } from './bot-parts.js'

export interface SlackTransport {
  readonly app: ReturnType<typeof createSlackApp>
  readonly isConnected: () => boolean
  /** Why Slack cannot reach us, if only a person can fix it; null when nothing is known. */
  readonly problem: () => string | null
  /** In HTTP mode: answers Slack's requests. */
  readonly handle: ReturnType<typeof createHttpReceiver>['handle'] | null
}

/** Nothing is accepted before `app.start`. */
export function openSlackTransport(
  { settings, log }: BotParts,
  bot: BotContext,
  listeners: Pick<SlackAppOptions, 'onIdentity' | 'onAcknowledged' | 'onHomeOpened' | 'onChannelOpened'>,
): SlackTransport {
  const { slack } = settings
  const shared = { bot, botToken: slack.botToken, ...listeners }
  if (slack.kind === 'socket') {
    const { receiver, isConnected, problem } = createSocketReceiver({
      appToken: slack.appToken,
      apiUrl: slack.apiUrl,
      log,
    })
    return { app: createSlackApp({ ...shared, receiver }), isConnected, problem, handle: null }
  }
  const receiver = createHttpReceiver({ signingSecret: slack.signingSecret, now: Date.now, log })
  const app = createSlackApp({ ...shared, receiver })
  const isConnected = () => app.identity() !== null
  return { app, isConnected, problem: () => null, handle: receiver.handle }
}
