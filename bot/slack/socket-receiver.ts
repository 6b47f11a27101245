/** Socket Mode: a receiver of our own, so that its reconnecting shares no options with the calls we make. */
import { SocketModeReceiver } from '@slack/bolt'
import * as z from 'zod'
import { boltLogger } from './bolt-logger.js'
import type { BotLog } from './log.js'

export interface SocketReceiverOptions {
  readonly appToken: string
  /** Replaces Slack's own address; ends in `/api/`. */
  readonly apiUrl: string | null
  readonly log: BotLog
}

export interface SocketReceiver {
  readonly receiver: SocketModeReceiver
  /** Whether Slack has a socket to reach us by. */
  isConnected(): boolean
}

const envelopeSchema = z.object({ envelope_id: z.string().optional() })

export function createSocketReceiver({ appToken, apiUrl, log }: SocketReceiverOptions): SocketReceiver {
  const receiver = new SocketModeReceiver({
    appToken,
    logger: boltLogger(log),
    // Its 100 tries to reconnect are kept: with few, an outage of Slack ends the process.
    installerOptions: { clientOptions: apiUrl === null ? {} : { slackApiUrl: apiUrl } },
    customPropertiesExtractor: (envelope: unknown) => {
      const parsed = envelopeSchema.safeParse(envelope)
      return { envelopeId: parsed.success ? (parsed.data.envelope_id ?? null) : null }
    },
  })
  let connected = false
  receiver.client.on('connected', () => {
    connected = true
  })
  for (const state of ['disconnected', 'reconnecting', 'disconnecting']) {
    receiver.client.on(state, () => {
      connected = false
    })
  }
  return { receiver, isConnected: () => connected }
}
