/** Short hashes to detect changed messages and to find them again. */
import { createHash } from 'node:crypto'

/** The first twelve hex digits of a text's SHA-256. */
export const shortHash = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 12)

/** A hash of everything a message shows; the message is sent again when it changes. */
export const revisionOf = (shown: unknown): string => shortHash(JSON.stringify(shown))
