const MOST_KEYS = 100
const LONGEST_VALUE = 4_000
const LINE = /^([A-Za-z][A-Za-z0-9_.-]{0,127})=(.*)$/

/** What a stage said by `key=value` lines. */
export interface StageOutputs {
  readonly values: Readonly<Record<string, string>>
  /** Lines that are no `key=value`, or beyond 100 keys or 4,000 characters of value. */
  readonly ignored: number
}

/** Reads `$SLIPWAY_OUTPUT`. The last line of a key wins; blank lines do not count as ignored. */
export function parseStageOutputs(text: string): StageOutputs {
  const values = new Map<string, string>()
  let ignored = 0
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue
    const [, key, value] = LINE.exec(line) ?? []
    const taken = key !== undefined && (values.has(key) || values.size < MOST_KEYS)
    if (!taken || value === undefined || value.length > LONGEST_VALUE || value.includes('\0')) ignored += 1
    else values.set(key, value)
  }
  return { values: Object.fromEntries(values), ignored }
}
