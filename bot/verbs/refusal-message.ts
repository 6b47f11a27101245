/** Formats every refusal. */
import type { Refusal, RefusalCode, RefusalFacts } from '../../domain/refusal.js'
import { context, section } from '../views/blocks.js'
import { code, forNotification } from '../views/escape.js'
import { marks } from '../views/marks.js'
import type { Message } from '../views/message.js'
import type { RefusalTexts, RefusalWords, Surroundings } from '../views/refusals/refusal-words.js'
import { refusalTextOf } from './table.js'

/** What was not done, why, and what to do next; the id identifies the refusal in the log and the audit trail. */
export function refusalMessage(refusal: Refusal, errorId: string, command: string): Message {
  const { didNot, because, next } = refusalWords(refusal, command)
  return {
    text: forNotification(`I did not ${didNot}. ${because} ${next}`),
    blocks: [
      section(`${marks.refused} *I did not ${didNot}.*\n${because}\n*Next* ${next}`),
      context(`Refused: ${refusal.code} · err ${code(errorId, 60)}`),
    ],
  }
}

/** Only the three parts, for a modal or a Home view. */
export function refusalWords(refusal: Refusal, command: string): RefusalWords {
  return wordsOf(refusal.code, refusal, { command, wordsOf: (other) => refusalWords(other, command) })
}

/** Pairs a code with its own facts. The union guarantees this, but the compiler cannot follow it through an index. */
function wordsOf<Code extends RefusalCode>(
  of: Code,
  facts: RefusalFacts[Code],
  around: Surroundings,
): RefusalWords {
  const text: RefusalTexts<RefusalCode>[Code] = refusalTextOf(of)
  return text(facts, around)
}
