/** The prefilled values of a form: everything the person gave, and nothing they did not. */
import { type FieldName, type FormPrefill, fieldNames } from './form-request.js'

export function prefill(values: Readonly<Partial<Record<FieldName, string | null>>>): FormPrefill {
  const given: Partial<Record<FieldName, string>> = {}
  for (const name of Object.keys(values).filter(isFieldName)) {
    const value = values[name] ?? null
    if (value !== null && value !== '') given[name] = value
  }
  return given
}

const isFieldName = (name: string): name is FieldName => (fieldNames as readonly string[]).includes(name)
