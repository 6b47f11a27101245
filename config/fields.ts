/** Single values of the file. Each reports what is wrong and what to write instead. */
import { z } from 'zod'
import { parseDuration, sayDuration } from '../domain/durations.js'
import { nearest } from '../domain/nearest.js'
import type { Mistake } from './problem.js'

/** The result of parsing one value. */
export type FieldResult<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | ({ readonly kind: 'mistake' } & Mistake)

/** A valid value. */
export function ok<T>(value: T): FieldResult<T> {
  return { kind: 'ok', value }
}

/** An invalid value. */
export function mistake(message: string, fix: string): FieldResult<never> {
  return { kind: 'mistake', message, fix }
}

/** A schema of one value, from a function that explains its refusals. */
export function field<T>(read: (value: unknown) => FieldResult<T>): z.ZodType<T> {
  return z.unknown().transform((value, context): T => {
    const result = read(value)
    if (result.kind === 'ok') return result.value
    context.addIssue({ code: 'custom', message: result.message, params: { fix: result.fix } })
    return z.NEVER
  })
}

/** Describes the kind of a value for people. */
export function say(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null || value === '') return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a group of keys'
  return JSON.stringify(typeof value === 'string' ? value.slice(0, 80) : value) ?? 'something else'
}

/** Says why a value is not what it must be. */
export function notThat(value: unknown, what: string): string {
  return value === undefined || value === null || value === ''
    ? `is ${say(value)}`
    : `must be ${what}, is ${say(value)}`
}

/** Text that is not empty. `example` shows what to write. */
export function readText(value: unknown, example: string): FieldResult<string> {
  if (typeof value === 'string' && value.trim() !== '') return ok(value)
  if (typeof value === 'number' || typeof value === 'boolean') {
    return mistake(`must be text, is the ${typeof value} ${value}`, 'put it in quotes')
  }
  return mistake(notThat(value, 'text'), `write for example ${example}`)
}

/** Text in a fixed format. */
export function textField<T>(example: string, what: string, parse: (text: string) => T | null): z.ZodType<T> {
  return field((value) => {
    const text = readText(value, example)
    if (text.kind === 'mistake') return text
    const parsed = parse(text.value)
    return parsed === null
      ? mistake(`${say(text.value)} is not ${what}`, `write for example ${example}`)
      : ok(parsed)
  })
}

/** Text that matches a pattern. */
export function patternField(pattern: RegExp, what: string, example: string): z.ZodType<string> {
  return textField(example, what, (text) => (pattern.test(text) ? text : null))
}

/** Any text that is not empty. */
export function anyText(example: string): z.ZodType<string> {
  return field((value) => readText(value, example))
}

/** A whole number within bounds. */
export function countField(least: number, most: number): z.ZodType<number> {
  return field((value) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most)
      return ok(value)
    return mistake(notThat(value, 'a whole number'), `write a number from ${least} to ${most}`)
  })
}

/** `true` or `false`. */
export function flagField(): z.ZodType<boolean> {
  return field((value) =>
    typeof value === 'boolean' ? ok(value) : mistake(notThat(value, 'true or false'), 'write true or false'),
  )
}

/** One of a few words. */
export function choiceField<const Choice extends string>(choices: readonly Choice[]): z.ZodType<Choice> {
  const list = choices.join(' or ')
  return field((value) => {
    const found = choices.find((choice) => choice === value)
    if (found !== undefined) return ok(found)
    const [meant] = typeof value === 'string' ? nearest(value, choices) : []
    return mistake(notThat(value, list), meant === undefined ? `write ${list}` : `did you mean ${meant}?`)
  })
}

/** Bounds of a duration in milliseconds. */
export interface DurationBounds {
  readonly least: number
  readonly most: number
}

const year = 366 * 86_400_000

/** `15m` as milliseconds. */
export function durationField(bounds: DurationBounds = { least: 1_000, most: year }): z.ZodType<number> {
  return field((value) => readDuration(value, bounds))
}

/** A duration, or a word for none, which is read as `null`. */
export function durationOr(word: string): z.ZodType<number | null> {
  return field<number | null>((value) => {
    if (value === word) return ok(null)
    const duration = readDuration(value, { least: 1_000, most: year })
    return duration.kind === 'ok' ? duration : { ...duration, fix: `${duration.fix}, or ${word}` }
  })
}

const asDuration = 'write a number with a unit: 90s, 15m, 4h, 3d, 1h30m'

function readDuration(value: unknown, { least, most }: DurationBounds): FieldResult<number> {
  if (typeof value !== 'string') return mistake(notThat(value, 'a duration'), asDuration)
  const parsed = parseDuration(value)
  if (parsed === null) return mistake(`${say(value)} is not a duration`, asDuration)
  if (parsed >= least && parsed <= most) return ok(parsed)
  return mistake(`${value} is out of bounds`, `write a duration from ${written(least)} to ${written(most)}`)
}

/** Formats a duration as in the file: `1d4h`, not `1 d 4 h`. */
export function written(ms: number): string {
  return sayDuration(ms).replaceAll(' ', '').replace('min', 'm')
}
