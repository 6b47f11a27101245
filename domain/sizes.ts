/** How large things are once they are written down, and what of them Temporal carries. */

/** Of a text in UTF-8. */
export function bytesOf(text: string): number {
  let bytes = 0
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    bytes += point < 0x80 ? 1 : point < 0x8_00 ? 2 : point < 0x1_00_00 ? 3 : 4
  }
  return bytes
}

/** Of a value as JSON, in bytes: an escaped character counts as what it is escaped to. */
export const sizeOf = (value: unknown): number => bytesOf(JSON.stringify(value) ?? '')

/** The newest of a list, which may be longer and larger than is kept; the very newest stays however large it is. */
export function newest<Item>(
  all: readonly Item[],
  { most, bytes }: { readonly most: number; readonly bytes: number },
): readonly Item[] {
  const last = all.slice(-most)
  let size = 0
  const from = last.findLastIndex((item) => (size += sizeOf(item)) > bytes)
  return from < 0 ? last : last.slice(Math.min(from + 1, last.length - 1))
}
