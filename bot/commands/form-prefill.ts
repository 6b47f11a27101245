/** The prefilled values of a form: everything the person gave, and nothing they did not. */
import { createHash } from 'node:crypto'
import { type FieldName, type FormPrefill, type FormRequest, fieldNames } from './form-request.js'

export function prefill(
  values: Readonly<Partial<Record<FieldName, string | null | undefined>>>,
): FormPrefill {
  const given: Partial<Record<FieldName, string>> = {}
  for (const name of Object.keys(values).filter(isFieldName)) {
    const value = values[name] ?? null
    if (value !== null && value !== '') given[name] = value
  }
  return given
}

const isFieldName = (name: string): name is FieldName => (fieldNames as readonly string[]).includes(name)

/** An answer as forms read it. */
export const asAnswer = (text: string): string => text.normalize('NFC').trim()

/** Stands for a given value that is too long to be carried along. */
export const digestOf = (text: string): string =>
  createHash('sha256').update(asAnswer(text)).digest('base64url').slice(0, 16)

/** Whether the person left the field as it was prefilled. */
export function isAsGiven({ given, longGiven = {} }: FormRequest, name: FieldName, answer: string): boolean {
  const before = given[name]
  return before === undefined ? longGiven[name] === digestOf(answer) : asAnswer(before) === answer
}
