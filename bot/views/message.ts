import type { KnownBlock } from '@slack/types'
import type { ButtonTarget } from './button-target.js'

/** A message in Slack. */
export interface Message {
  /** A full sentence, for notifications and screen readers. */
  readonly text: string
  readonly blocks: KnownBlock[]
  /** The same content in blocks that every workspace accepts, if `blocks` has one that some workspaces do not support yet. */
  readonly plainer?: KnownBlock[]
}

/** A message with buttons that the publisher does not manage. */
export interface MessageWithButtons extends Message {
  /** The targets of its buttons; to be stored before the message is shown. */
  readonly buttons: readonly ButtonTarget[]
}
