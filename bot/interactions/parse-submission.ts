/** Parses a submitted form into an intent, or into one error for each invalid field. */
import * as z from 'zod'
import { asAnswer } from '../commands/form-prefill.js'
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
      selected_options: z.array(z.object({ value: z.string() })).nullish(),
    }),
  ),
)

/** Parses `view.state.values`. */
export function parseSubmission(state: unknown, subject: FormSubject): FormResult {
  const spec = formOf(subject.request.form)
  const result = spec.read(readAnswers(state, subject.request), subject)
  if (result.kind !== 'errors') return result
  // Slack accepts errors only for blocks in the form.
  const shown = spec.fields(subject).map(({ name }) => name)
  const errors = Object.entries(result.errors)
  const placed = errors.filter(([name]) => shown.some((field) => field === name))
  const [first] = shown
  if (placed.length > 0 || first === undefined) return { kind: 'errors', errors: Object.fromEntries(placed) }
  return { kind: 'errors', errors: { [first]: errors[0]?.[1] ?? 'Something is missing.' } }
}

/** An untouched prefilled field may come back empty; its prefilled value then counts. */
export function readAnswers(state: unknown, { given }: FormRequest): Answers {
  const parsed = stateSchema.safeParse(state)
  const values = parsed.success ? parsed.data : {}
  return (name) => {
    const field = values[name]?.[FIELD_ACTION]
    const ticked = field?.selected_options?.map(({ value }) => value).join(' ')
    const answer =
      field?.value ?? field?.selected_date ?? field?.selected_option?.value ?? ticked ?? given[name] ?? ''
    const text = asAnswer(answer)
    return text === '' ? null : text
  }
}
