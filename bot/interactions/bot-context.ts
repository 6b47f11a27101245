/** The dependencies of every interaction: where orders go, what can be read, and how people are answered. */

import type { Configuration } from '../../domain/configuration.js'
import type { ClosedWindow } from '../../domain/environment/closures.js'
import type { AppName, UserId } from '../../domain/identifiers.js'
import type { ReplyAddress } from '../../domain/intent.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { Refusal } from '../../domain/refusal.js'
import type { WindowAhead } from '../../domain/roadmap.js'
import type { OrderInbox } from '../inbox/record-order.js'
import type { Authorizer } from '../orders/authorize.js'
import type { Reads } from '../orders/reads.js'
import type { BotLog } from '../slack/log.js'
import type { Replier, SlackCall } from '../slack/reply.js'
import { refusalMessage } from '../verbs/refusal-message.js'
import type { CardOptions } from '../views/card/card-options.js'
import type { Message } from '../views/message.js'

export interface BotContext {
  /** The current configuration. */
  readonly configuration: () => Configuration
  readonly inbox: OrderInbox
  readonly reads: Reads
  readonly authorizer: Authorizer
  readonly call: SlackCall
  readonly replier: Replier
  readonly cardOptions: (app: AppName) => CardOptions
  readonly now: () => Date
  /** The environments of an app that are closed by their windows at an ISO instant. */
  readonly windows: (app: AppDefinition, at: string) => ReadonlyMap<string, ClosedWindow>
  /** For each window of an app, the period that is open at an ISO instant, or else the next one. */
  readonly comingWindows: (app: AppDefinition, at: string) => readonly WindowAhead[]
  readonly newErrorId: () => string
  /** Redacts the secrets in a text. */
  readonly redact: (text: string) => string
  readonly log: BotLog
}

/** Who asked, and where the answer goes. */
export interface Asker {
  readonly user: UserId
  readonly reply: ReplyAddress
}

/** Turns a refusal into a message and logs it under the error id that the message shows. */
export function explain(context: BotContext, refusal: Refusal, { user }: Asker): Message {
  const errorId = context.newErrorId()
  context.log.info({ errorId, user, refusal }, 'Refused')
  return refusalMessage(refusal, errorId, context.configuration().command)
}

/** The answer to a button or form that this version does not know. */
export const oldButton: Refusal = { code: 'old-button', decision: null }

/** Guarantees that nothing was started. */
export const notRecorded: Refusal = { code: 'not-recorded' }
