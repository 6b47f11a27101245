/** Counts work in progress, so that stopping can wait for it. */
export interface InFlight {
  /** Runs the work and counts it. */
  track<Value>(work: () => Promise<Value>): Promise<Value>
  /** True once nothing is in progress, false when that took longer. */
  drained(mostMs: number): Promise<boolean>
}

export function createInFlight(): InFlight {
  let count = 0
  const waiting = new Set<() => void>()
  return {
    track: async (work) => {
      count += 1
      try {
        return await work()
      } finally {
        count -= 1
        if (count === 0) for (const tell of waiting) tell()
      }
    },
    drained: async (mostMs) => {
      if (count === 0) return true
      return new Promise((resolve) => {
        const end = (empty: boolean): void => {
          clearTimeout(timer)
          waiting.delete(onEmpty)
          resolve(empty)
        }
        const onEmpty = (): void => end(true)
        const timer = setTimeout(end, mostMs, false)
        waiting.add(onEmpty)
      })
    },
  }
}
