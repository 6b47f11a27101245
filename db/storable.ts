/** Unpaired surrogates, which are left when a log is cut at an arbitrary character. */
const loneSurrogate = /\p{Surrogate}/gu

/**
 * Text that PostgreSQL can store: it refuses NUL, and JSON with an unpaired surrogate. Each is replaced by one character, so
 * offsets stay right.
 */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').replace(loneSurrogate, '\uFFFD')
}

/** A value for a JSON column. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? storableText(part) : part))
}
