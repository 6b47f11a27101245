/** Reads environment variables: each reader records its problem and continues, so that all are reported together. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** A mistake in an environment variable. Never holds a value: it may be a secret. */
export interface SettingProblem {
  readonly variable: string
  readonly message: string
  readonly fix: string
}

/** Environment variables and the problems found so far. */
export interface VariableReader {
  readonly env: NodeJS.ProcessEnv
  readonly problems: SettingProblem[]
}

/** A variable's text; `null` when it is unset or empty, as compose files leave it. */
export function readOptional({ env }: VariableReader, variable: string): string | null {
  const value = env[variable]?.trim()
  return value === undefined || value === '' ? null : value
}

/** A variable that must be set. */
export function readRequired(reader: VariableReader, variable: string, fix: string): string {
  const value = readOptional(reader, variable)
  if (value === null) reader.problems.push({ variable, message: 'is not set', fix })
  return value ?? ''
}

/** A whole number within bounds. */
export function readNumber(
  reader: VariableReader,
  variable: string,
  { least, most, otherwise }: { least: number; most: number; otherwise: number },
): number {
  const text = readOptional(reader, variable)
  if (text === null) return otherwise
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  reader.problems.push({
    variable,
    message: 'is not a whole number in range',
    fix: `set a number from ${least} to ${most}`,
  })
  return otherwise
}

/** `true` or `false`; false when unset. */
export function readFlag(reader: VariableReader, variable: string): boolean {
  const text = readOptional(reader, variable)?.toLowerCase()
  if (text === undefined || ['false', '0', 'no'].includes(text)) return false
  if (['true', '1', 'yes'].includes(text)) return true
  reader.problems.push({ variable, message: 'is neither true nor false', fix: 'set true or false' })
  return false
}

/** One of a few words. */
export function readChoice<const Choice extends string>(
  reader: VariableReader,
  variable: string,
  { choices, otherwise }: { choices: readonly Choice[]; otherwise: Choice },
): Choice {
  const text = readOptional(reader, variable)
  if (text === null) return otherwise
  const found = choices.find((choice) => choice === text)
  if (found === undefined) {
    reader.problems.push({
      variable,
      message: 'is not one of the known words',
      fix: `set ${choices.join(', ')}`,
    })
  }
  return found ?? otherwise
}

/** A URL with one of the given schemes, e.g. `https:`; `null` when unset. */
export function readAddress(
  reader: VariableReader,
  variable: string,
  { schemes, example }: { schemes: readonly string[]; example: string },
): string | null {
  const text = readOptional(reader, variable)
  if (text === null) return null
  if (URL.canParse(text) && schemes.includes(new URL(text).protocol)) return text
  reader.problems.push({ variable, message: 'is not such an address', fix: `set for example ${example}` })
  return null
}

/** An absolute path; a leading `~` is expanded. */
export function readPath(reader: VariableReader, variable: string, otherwise: string): string {
  const text = readOptional(reader, variable) ?? otherwise
  return text === '~' || text.startsWith('~/') ? join(homedir(), text.slice(1)) : resolve(text)
}
