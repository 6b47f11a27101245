/** A pick that is missing on trunk, as part of a sentence. */
import { shortCommit } from '../../../domain/identifiers.js'
import type { MissingChange } from '../../../domain/ports.js'
import type { Markup } from '../markup.js'

export const missingWords = ({ sha, original, subject }: MissingChange, m: Markup): string =>
  `${m.code(shortCommit(original ?? sha))} “${m.text(subject, 80)}”`
