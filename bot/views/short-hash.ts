/** Short hashes: what of a message changed, and where one is found again. */
import { createHash } from 'node:crypto'

/** The first twelve hex digits of a text's SHA-256. */
export const shortHash = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 12)

/** Of all that a message shows: it is sent anew when this changed. */
export const revisionOf = (shown: unknown): string => shortHash(JSON.stringify(shown))
