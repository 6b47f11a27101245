/** Reads a submitted form: its answers become an intent, or one error for each field that is wrong. */
import * as z from 'zod'
import type { FormRequest } from '../commands/form-request.js'
import type { Answers, FormResult, FormSubject } from '../verbs/common/form-spec.js'
import { formOf } from '../verbs/table.js'
import { FIELD_ACTION } from './form-view.js'

const stateSchema = z.record(
  z.string(),
  z.record(
    z.string(),
    z.object({
      value: z.string().nullish(),
      selected_date: z.string().nullish(),
      selected_option: z.object({ value: z.string() }).nullish(),
    }),
  ),
)

/** What `view.state.values` says. */
export function parseSubmission(state: unknown, subject: FormSubject): FormResult {
  const spec = formOf(subject.request.form)
  const result = spec.read(readAnswers(state, subject.request), subject)
  if (result.kind !== 'errors') return result
  // Slack takes errors only for blocks that the form has.
  const shown = spec.fields(subject).map(({ name }) => name)
  const errors = Object.entries(result.errors)
  const placed = errors.filter(([name]) => shown.some((field) => field === name))
  const [first] = shown
  if (placed.length > 0 || first === undefined) return { kind: 'errors', errors: Object.fromEntries(placed) }
  return { kind: 'errors', errors: { [first]: errors[0]?.[1] ?? 'Something is missing.' } }
}

/** A field that was left as it was prefilled may come back empty; then what it was prefilled with counts. */
function readAnswers(state: unknown, { given }: FormRequest): Answers {
  const parsed = stateSchema.safeParse(state)
  const values = parsed.success ? parsed.data : {}
  return (name) => {
    const field = values[name]?.[FIELD_ACTION]
    const answer = field?.value ?? field?.selected_date ?? field?.selected_option?.value ?? given[name] ?? ''
    const text = answer.normalize('NFC').trim()
    return text === '' ? null : text
  }
}
