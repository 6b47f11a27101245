/** The number that a command may hand on, so that what it changes refuses commands of before (S5.13). */

const EPOCH = Date.UTC(2026, 0, 1)

/** Rises with every use, also when the last one is not known any more: it never stands behind the seconds since 2026. */
export function nextFence(last: number, at: string): number {
  return Math.max(last + 1, Math.floor((Date.parse(at) - EPOCH) / 1_000))
}
