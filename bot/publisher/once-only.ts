import type { Message } from '../views/message.js'
import type { Rendered } from './publisher-options.js'

/** A message that is posted once and never updated. */
export const onceOnly = (message: Message, marker: string): Rendered => ({
  ...message,
  hash: 'once',
  marker,
  buttons: [],
  urgency: 0,
})
