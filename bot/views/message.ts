import type { KnownBlock } from '@slack/types'
import type { ButtonTarget } from './button-target.js'

/** What is shown in Slack. */
export interface Message {
  /** A full sentence: the notification, and what a screen reader reads. */
  readonly text: string
  readonly blocks: KnownBlock[]
  /** The same in blocks that every workspace takes, where `blocks` has one that not every workspace does yet. */
  readonly plainer?: KnownBlock[]
}

/** A message with buttons that are not the board's. */
export interface MessageWithButtons extends Message {
  /** What a press must find: to be stored before the message is shown. */
  readonly buttons: readonly ButtonTarget[]
}
