/** What answers to questions are read from, and the kinds of answers. */
import type { ClosedWindow } from '../../../domain/environment/closures.js'
import type { AppName, UserId } from '../../../domain/identifiers.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import type { Refusal } from '../../../domain/refusal.js'
import type { WindowAhead } from '../../../domain/roadmap.js'
import type { SlowOrder } from '../../../domain/slow-order.js'
import type { Verb } from '../../../domain/verbs.js'
import type { Authorizer } from '../../orders/authorize.js'
import type { MayPress } from '../../orders/pressable.js'
import type { Reads } from '../../orders/reads.js'
import type { CardOptions } from '../../views/card/card-options.js'
import type { Message } from '../../views/message.js'
import type { ExampleNames } from '../../views/read/examples.js'
import type { Delay } from '../../views/slow-order-message.js'

export interface Reading {
  readonly reads: Reads
  readonly command: string
  readonly apps: readonly AppName[]
  readonly cardOptions: (app: AppName) => CardOptions
  readonly asker: UserId
  readonly quorum: Authorizer['quorum']
  /** Whether the asker may press a button, for answers that only they see. */
  readonly mayPress: MayPress
  /** What a verb does and how it is typed, with examples that use existing names. */
  readonly usage: (verb: Verb, names: ExampleNames & { readonly about: string | null }) => Message
  /** Describes an order without an answer for people. */
  readonly delay: (order: SlowOrder) => Delay
  readonly now: () => Date
  /** The environments of an app that are closed by their windows at an ISO instant. */
  readonly windows: (app: AppDefinition, at: string) => ReadonlyMap<string, ClosedWindow>
  /** For each window of an app, the period that is open at an ISO instant, or else the next one. */
  readonly comingWindows: (app: AppDefinition, at: string) => readonly WindowAhead[]
}

/** A file that accompanies an answer. */
export interface Picture {
  readonly name: string
  readonly title: string
  /** What it shows, in words, for people who cannot see it. */
  readonly alt: string
  readonly bytes: Uint8Array
}

export type ReadAnswer =
  | {
      readonly kind: 'shown'
      readonly message: Message
      /** Draws the picture for the message; the message is complete without it. */
      readonly picture?: () => Promise<Picture>
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
