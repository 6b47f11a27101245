import { createHash } from 'node:crypto'

/** sha256 of a text, 64 hex digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

/** JSON with sorted keys, so that equal values give the same text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (isGroup(part) ? sortKeys(part) : part))
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function sortKeys(group: Readonly<Record<string, unknown>>): Record<string, unknown> {
  // By code unit, never by locale, because hashes are compared between machines.
  return Object.fromEntries(Object.entries(group).toSorted(([one], [other]) => (one < other ? -1 : 1)))
}
