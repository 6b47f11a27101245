import { fitsOutputs } from '../../domain/stage.js'

const LINE = /^([^=]+)=(.*)$/

/** The `key=value` outputs of a stage. */
export interface StageOutputs {
  readonly values: Readonly<Record<string, string>>
  /** How many lines are not `key=value`, or exceed 100 keys, 4,000 characters of value or 32 KB together. */
  readonly ignored: number
}

/** Parses `$SLIPWAY_OUTPUT`. The last line of a key wins; blank lines do not count as ignored. */
export function parseStageOutputs(text: string): StageOutputs {
  const values = new Map<string, string>()
  let ignored = 0
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue
    const [, key = '', value = ''] = LINE.exec(line) ?? []
    if (fitsOutputs(values, key, value)) values.set(key, value)
    else ignored += 1
  }
  return { values: Object.fromEntries(values), ignored }
}
