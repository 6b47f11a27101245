/** Serialized sizes, and how much of them Temporal carries. */

/** The size of a text in UTF-8. */
export function bytesOf(text: string): number {
  let bytes = 0
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    const isHalf = unit >= 0xd8_00 && unit <= 0xdf_ff
    bytes += unit < 0x80 ? 1 : unit < 0x8_00 || isHalf ? 2 : 3
  }
  return bytes
}

/** The size of a value as JSON, in bytes: an escaped character counts with its escape sequence. */
export const sizeOf = (value: unknown): number => bytesOf(JSON.stringify(value) ?? '')

/** The newest items of a list that may exceed the limits on number and size; the very newest is kept regardless of its size. */
export function newest<Item>(
  all: readonly Item[],
  { most, bytes }: { readonly most: number; readonly bytes: number },
): readonly Item[] {
  const last = all.slice(-most)
  let size = 0
  const from = last.findLastIndex((item) => (size += sizeOf(item)) > bytes)
  return from < 0 ? last : last.slice(Math.min(from + 1, last.length - 1))
}
