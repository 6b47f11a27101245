import { type FieldName, fieldNames, type Given } from './form-request.js'

/** What a form is given: everything that was said, and nothing that was not. */
export function present(values: Readonly<Partial<Record<FieldName, string | null>>>): Given {
  const given: Partial<Record<FieldName, string>> = {}
  for (const name of Object.keys(values).filter(isFieldName)) {
    const value = values[name] ?? null
    if (value !== null && value !== '') given[name] = value
  }
  return given
}

const isFieldName = (name: string): name is FieldName => (fieldNames as readonly string[]).includes(name)
