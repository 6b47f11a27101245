/** How many `chat.update` calls a bot makes, from its metrics. */

export interface Updates {
  readonly total: number
  /** The most in any minute. */
  readonly most: number
}

interface Sample {
  readonly at: number
  readonly count: number
}

const EVERY_MS = 1_000
const MINUTE_MS = 60_000

/** Reads once a second until stopped. */
export function watchUpdates(url: string): { stop(): Promise<Updates> } {
  const samples: Sample[] = []
  const look = async (): Promise<void> => {
    samples.push({ at: performance.now(), count: await updatesSoFar(url) })
  }
  const timer = setInterval(() => void Promise.allSettled([look()]), EVERY_MS)
  return {
    stop: async () => {
      clearInterval(timer)
      await look()
      const [first] = samples
      const total = (samples.at(-1)?.count ?? 0) - (first?.count ?? 0)
      return { total, most: mostInAMinute(samples) }
    },
  }
}

async function updatesSoFar(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const counts = text.matchAll(/^slipway_slack_calls_total\{[^}]*method="chat\.update"[^}]*\} (\d+)/gm)
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
}

function mostInAMinute(samples: readonly Sample[]): number {
  const spans = samples.map(({ at, count }) => {
    const before = samples.find((one) => one.at >= at - MINUTE_MS)
    return count - (before?.count ?? count)
  })
  return Math.max(0, ...spans)
}
