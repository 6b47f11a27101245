/** The answer to an order that was executed. */
import type { Done, DoneCode, DoneFacts } from '../../domain/done.js'
import { section } from '../views/blocks.js'
import { forNotification } from '../views/escape.js'
import type { Message } from '../views/message.js'
import { doneTextOf } from './table.js'

/** The private answer to the person who gave the order. */
export function doneMessage(done: Done, command: string): Message {
  const text = textOf(done.code, done, command)
  return { text: forNotification(text), blocks: [section(text)] }
}

/** Pairs a code with its own facts, as {@link Done} guarantees. */
function textOf<Code extends DoneCode>(of: Code, facts: DoneFacts[Code], command: string): string {
  return doneTextOf(of)(facts, command)
}
