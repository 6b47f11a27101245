/** A fencing number that commands may pass on, so that their targets can refuse earlier commands (S5.13). */

const EPOCH = Date.UTC(2026, 0, 1)

/** Increases with every use, even if the last value was lost: it is never lower than the seconds since 2026. */
export function nextFence(last: number, at: string): number {
  return Math.max(last + 1, Math.floor((Date.parse(at) - EPOCH) / 1_000))
}
