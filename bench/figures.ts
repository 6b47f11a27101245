/** The numbers of one measurement, and their table. */

export interface Figures {
  readonly count: number
  readonly min: number
  readonly median: number
  readonly p99: number
  readonly max: number
}

/** Throws without values: a part that measured nothing must not print a table. */
export function figuresOf(values: readonly number[]): Figures {
  const sorted = values.toSorted((one, other) => one - other)
  const at = (share: number): number => {
    const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
    if (value === undefined) throw new Error('Nothing was measured')
    return value
  }
  return { count: sorted.length, min: at(0), median: at(0.5), p99: at(0.99), max: at(1) }
}

export type Say = (line: string) => void

export interface Row {
  readonly title: string
  readonly figures: Figures
  /** Null: this is the baseline itself, or there is none. */
  readonly baseline: Figures | null
}

const TITLE = 58

/** Prints rows under a header that names the unit; the last column is the median as a multiple of the baseline's. */
export function printTable(say: Say, head: string, rows: readonly Row[]): void {
  const cells = ['count', 'min', 'median', 'p99', 'max', '× baseline']
  say('')
  say(`${head.padEnd(TITLE)}${cells.map((cell) => cell.padStart(11)).join('')}`)
  for (const { title, figures, baseline } of rows) {
    const { count, min, median, p99, max } = figures
    const ratio = baseline === null ? '' : (median / baseline.median).toFixed(2)
    const numbers = [String(count), ...[min, median, p99, max].map(rounded), ratio]
    say(`${`  ${title}`.padEnd(TITLE)}${numbers.map((cell) => cell.padStart(11)).join('')}`)
  }
}

function rounded(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1)
}

/** How long it takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** Starts runs at a fixed rate, whether or not earlier ones have ended; returns the milliseconds of each. */
export async function atPace(
  { count, perSecond }: { readonly count: number; readonly perSecond: number },
  work: (index: number) => Promise<unknown>,
): Promise<readonly number[]> {
  const start = performance.now()
  const running: Promise<number>[] = []
  for (let index = 0; index < count; index++) {
    const due = start + (index * 1_000) / perSecond
    await pause(Math.max(0, due - performance.now()))
    running.push(timed(() => work(index)))
  }
  return Promise.all(running)
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
