/** How Slack reaches the bot: Socket Mode, or requests that the HTTP server hands in. */
import type { BotContext } from '../bot/bot-context.js'
import { createHttpReceiver } from '../bot/http-receiver.js'
import { createSlackApp, type SlackAppOptions } from '../bot/slack-app.js'
import { createSocketReceiver } from '../bot/socket-receiver.js'
import type { BotParts } from './bot.js'

export interface Ears {
  readonly app: ReturnType<typeof createSlackApp>
  readonly isConnected: () => boolean
  /** In HTTP mode: answers Slack's requests. */
  readonly handle: ReturnType<typeof createHttpReceiver>['handle'] | null
}

/** Nothing is taken before `app.start`. */
export function openEars(
  { settings, log }: BotParts,
  bot: BotContext,
  listeners: Pick<SlackAppOptions, 'onIdentity' | 'onAcknowledged' | 'onHomeOpened'>,
): Ears {
  const { slack } = settings
  const shared = { bot, botToken: slack.botToken, ...listeners }
  if (slack.kind === 'socket') {
    const { receiver, isConnected } = createSocketReceiver({
      appToken: slack.appToken,
      apiUrl: slack.apiUrl,
      log,
    })
    return { app: createSlackApp({ ...shared, receiver }), isConnected, handle: null }
  }
  const receiver = createHttpReceiver({ signingSecret: slack.signingSecret, now: Date.now, log })
  const app = createSlackApp({ ...shared, receiver })
  return { app, isConnected: () => app.identity() !== null, handle: receiver.handle }
}
