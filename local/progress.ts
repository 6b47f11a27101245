/** Reports what is still being waited for when something takes long. */
export interface Progress {
  /** Reports the name, with `detail` if there is any, until the work ends; returns the work's result. */
  during<Result>(what: string, work: Promise<Result>, detail?: () => string): Promise<Result>
  /** Stops reporting. */
  end(): void
}

const EVERY_MS = 5000

/** Reports every five seconds how long it has been and what is not ready yet. */
export function startProgress(say: (line: string) => void): Progress {
  const startedAt = Date.now()
  const waiting = new Map<string, () => string>()
  const timer = setInterval(() => {
    if (waiting.size === 0) return
    const seconds = Math.round((Date.now() - startedAt) / 1000)
    const parts = [...waiting].map(([what, detail]) => [what, detail()].filter(Boolean).join(': '))
    say(`Still starting after ${seconds} s: ${parts.join('; ')}`)
  }, EVERY_MS)
  timer.unref()
  return {
    async during(what, work, detail = () => '') {
      waiting.set(what, detail)
      try {
        return await work
      } finally {
        waiting.delete(what)
      }
    },
    end: () => clearInterval(timer),
  }
}
