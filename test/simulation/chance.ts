/** Chance from a seed: the same seed is the same story. */
export interface Chance {
  /** A whole number from 0 to below `below`. */
  below(below: number): number
  /** True once in so many times. */
  onceIn(times: number): boolean
  /** Undefined of nothing. */
  oneOf<Value>(values: readonly Value[]): Value | undefined
}

/** Mulberry32: small, quick, and good enough to shuffle with. */
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
