/** Socket Mode: a receiver of our own, so that its reconnection settings are separate from those of our Web API calls. */
import { SocketModeReceiver } from '@slack/bolt'
import * as z from 'zod'
import { boltLogger } from './bolt-logger.js'
import type { BotLog } from './log.js'

export interface SocketReceiverOptions {
  readonly appToken: string
  /** Replaces Slack's default URL; ends in `/api/`. */
  readonly apiUrl: string | null
  readonly log: BotLog
}

export interface SocketReceiver {
  readonly receiver: SocketModeReceiver
  /** Whether the socket to Slack is open. */
  isConnected(): boolean
  /** Why Slack closed the socket and how to fix it, if only a person can; null when nothing is known. */
  problem(): string | null
}

const envelopeSchema = z.object({ envelope_id: z.string().optional() })
const disconnectSchema = z.object({ type: z.literal('disconnect'), reason: z.string() })

/** Slack's disconnect reasons that only a person can fix. All others are normal for a socket. */
const REASONS: ReadonlyMap<string, string> = new Map([
  [
    'too_many_websockets',
    'Slack closed the socket: the app has ten open, the most it may have. Stop a Slipway that uses the same SLACK_APP_TOKEN; what people do in Slack goes to any of them',
  ],
  [
    'link_disabled',
    'Slack closed the socket: Socket Mode was turned off for the app. Turn it on at api.slack.com/apps, or set SLACK_SIGNING_SECRET for HTTP mode and start again',
  ],
])

export function createSocketReceiver({ appToken, apiUrl, log }: SocketReceiverOptions): SocketReceiver {
  const receiver = new SocketModeReceiver({
    appToken,
    logger: boltLogger(log),
    // Keeps the default of 100 reconnection attempts: with few, an outage of Slack ends the process.
    installerOptions: { clientOptions: apiUrl === null ? {} : { slackApiUrl: apiUrl } },
    customPropertiesExtractor: (envelope: unknown) => {
      const parsed = envelopeSchema.safeParse(envelope)
      return { envelopeId: parsed.success ? (parsed.data.envelope_id ?? null) : null }
    },
  })
  let connected = false
  let problem: string | null = null
  receiver.client.on('connected', () => {
    connected = true
    problem = null
  })
  receiver.client.on('ws_message', (data: unknown) => {
    const found = problemOf(data)
    if (found === null) return
    if (found !== problem) log.error({}, found)
    problem = found
  })
  for (const state of ['disconnected', 'reconnecting', 'disconnecting']) {
    receiver.client.on(state, () => {
      connected = false
    })
  }
  return { receiver, isConnected: () => connected, problem: () => problem }
}

function problemOf(data: unknown): string | null {
  try {
    const { reason } = disconnectSchema.parse(JSON.parse(z.string().parse(data)))
    return REASONS.get(reason) ?? null
  } catch {
    return null
  }
}
