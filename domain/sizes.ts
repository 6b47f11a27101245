/** How large things are once they are written down, and what of them Temporal carries. */

/** Of a text in UTF-8. */
export function bytesOf(text: string): number {
  let bytes = 0
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    const isHalf = unit >= 0xd8_00 && unit <= 0xdf_ff
    bytes += unit < 0x80 ? 1 : unit < 0x8_00 || isHalf ? 2 : 3
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
