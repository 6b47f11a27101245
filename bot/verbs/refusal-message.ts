/** The one text of every refusal. */
import type { Refusal, RefusalCode, RefusalFacts } from '../../domain/refusal.js'
import { context, section } from '../views/blocks.js'
import { code, forNotification } from '../views/escape.js'
import { marks } from '../views/marks.js'
import type { Message } from '../views/message.js'
import type { RefusalTexts, RefusalWords, Surroundings } from '../views/refusals/refusal-words.js'
import { refusalTextOf } from './table.js'

/** What was not done, why, what to do next; the id finds the same refusal in the log and the audit trail. */
export function refusalMessage(refusal: Refusal, errorId: string, command: string): Message {
  const { didNot, because, next } = refusalWords(refusal, { command })
  return {
    text: forNotification(`I did not ${didNot}. ${because} ${next}`),
    blocks: [
      section(`${marks.refused} *I did not ${didNot}.*\n${because}\n*Next* ${next}`),
      context(`Refused: ${refusal.code} · err ${code(errorId, 60)}`),
    ],
  }
}

/** The three parts alone, for a modal or a Home view. */
export function refusalWords(refusal: Refusal, around: Surroundings): RefusalWords {
  return wordsOf(refusal.code, refusal, around)
}

/** Joins a code with its own facts, which the union guarantees and the compiler cannot follow through an index. */
function wordsOf<Code extends RefusalCode>(
  of: Code,
  facts: RefusalFacts[Code],
  around: Surroundings,
): RefusalWords {
  const text: RefusalTexts<RefusalCode>[Code] = refusalTextOf(of)
  return text(facts, around)
}
