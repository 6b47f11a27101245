/** Lone halves of a surrogate pair, which a log cut at any character leaves behind. */
const loneSurrogate = /\p{Surrogate}/gu

/**
 * Text as PostgreSQL can keep it: it refuses NUL, and JSON with half a character. Each is replaced by one character,
 * so offsets stay right.
 */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').replace(loneSurrogate, '\uFFFD')
}

/** A value for a JSON column. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? storableText(part) : part))
}
