/** What every interaction needs: where orders go, what can be read, and how people are answered. */

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
import type { SlackCall, Teller } from '../slack/reply.js'
import { refusalMessage } from '../verbs/refusal-message.js'
import type { CardOptions } from '../views/card/card-options.js'
import type { Message } from '../views/message.js'

export interface BotContext {
  /** The present configuration. */
  readonly configuration: () => Configuration
  readonly inbox: OrderInbox
  readonly reads: Reads
  readonly authorizer: Authorizer
  readonly call: SlackCall
  readonly teller: Teller
  readonly cardOptions: (app: AppName) => CardOptions
  readonly now: () => Date
  /** The environments of an app that their windows close at an ISO instant. */
  readonly windows: (app: AppDefinition, at: string) => ReadonlyMap<string, ClosedWindow>
  /** Of each window of an app the time it is open at an ISO instant, else the next one. */
  readonly comingWindows: (app: AppDefinition, at: string) => readonly WindowAhead[]
  readonly newErrorId: () => string
  /** Blanks the secrets in a text. */
  readonly blank: (text: string) => string
  readonly log: BotLog
}

/** Who asked, and where the answer goes. */
export interface Asker {
  readonly user: UserId
  readonly reply: ReplyAddress
}

/** A refusal as a message, in the log under the id that it shows. */
export function explain(context: BotContext, refusal: Refusal, { user }: Asker): Message {
  const errorId = context.newErrorId()
  context.log.info({ errorId, user, refusal }, 'Refused')
  return refusalMessage(refusal, errorId, context.configuration().command)
}

/** The answer to a button or form that this version does not know. */
export const oldButton: Refusal = { code: 'old-button', decision: null }

/** Promises that nothing was started. */
export const notRecorded: Refusal = { code: 'not-recorded' }
