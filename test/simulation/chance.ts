/** Seeded randomness: the same seed gives the same story. */
export interface Chance {
  /** A whole number from 0 to below `below`. */
  below(below: number): number
  /** True once in so many times on average. */
  onceIn(times: number): boolean
  /** Undefined for an empty list. */
  oneOf<Value>(values: readonly Value[]): Value | undefined
}

/** Mulberry32: small, fast, and good enough for shuffling. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    const mixed = Math.imul(state ^ (state >>> 15), state | 1)
    const more = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61))
    return ((more ^ (more >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    below,
    onceIn: (times) => below(times) === 0,
    oneOf: (values) => values[below(values.length)],
  }
}
