/** The form of every refusal: what was not done, why with the current facts, and what to do next. */
import type { Refusal, RefusalCode, RefusalFacts } from '../../../domain/refusal.js'
import { code, outside } from '../escape.js'

export interface RefusalWords {
  /** Follows "I did not", e.g. `delete it`. Has no full stop. */
  readonly didNot: string
  /** A sentence or more, with the facts. */
  readonly because: string
  /** What to do next, with a command to copy if there is one. */
  readonly next: string
}

/** Additional data for a text besides the facts. */
export interface Surroundings {
  /** The slash command's name, with its slash. */
  readonly command: string
  /** The words of a refusal that is a fact of another one. */
  readonly wordsOf: (refusal: Refusal) => RefusalWords
}

/** One text for each code in a group; together the groups must cover every code. */
export type RefusalTexts<Codes extends RefusalCode> = {
  readonly [Code in Codes]: (facts: RefusalFacts[Code], around: Surroundings) => RefusalWords
}

/** A command to copy. */
export const copyable = (text: string): string => code(text, 140)

/** `Did you mean a, b or c?`, or the alternative text when nothing is similar. */
export function nearestOr(nearest: readonly string[], otherwise: string): string {
  const shown = nearest.slice(0, 3).map((one) => code(one, 60))
  return shown.length === 0 ? otherwise : `Did you mean ${oneOf(shown)}?`
}

/** `a`, `a or b`, `a, b or c`. */
function oneOf(texts: readonly string[]): string {
  const last = texts.at(-1) ?? ''
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} or ${last}`
}

/** At most `most` outside texts, and how many more there are. */
export function listed(texts: readonly string[], most = 5): string {
  const shown = texts.slice(0, most).map((text) => outside(text, 60))
  return texts.length > most ? `${shown.join(', ')} and ${texts.length - most} more` : shown.join(', ')
}
