import type { KnownBlock } from '@slack/types'

/** What is shown in Slack. */
export interface Message {
  /** A full sentence: the notification, and what a screen reader reads. */
  readonly text: string
  readonly blocks: KnownBlock[]
}
