/** The releases that a form offers: those for which its command is possible now, newest first. */
import type { AppDefinition } from '../../domain/pipeline.js'
import type { ReleaseView } from '../../domain/views.js'
import type { FormName, FormRequest } from '../commands/form-request.js'
import type { ReleaseChoice } from '../verbs/common/form-spec.js'
import { formOf } from '../verbs/table.js'

/** Whether the form asks which open release is meant. */
export const asksForRelease = ({ form, given, target }: FormRequest): boolean =>
  formOf(form).choices !== undefined && given.release === undefined && target.releaseId === undefined

/** Empty when no release qualifies; the form then asks for the name. */
export const choicesOf = (form: FormName, open: readonly ReleaseView[]): readonly ReleaseChoice[] =>
  open.flatMap((view) => formOf(form).choices?.(view) ?? [])

/**
 * Prefills the release if only one qualifies, and its target environment. The last environment is never prefilled: the person has
 * to choose it.
 */
export function filledIn(
  request: FormRequest,
  choices: readonly ReleaseChoice[],
  app: AppDefinition,
): FormRequest['given'] {
  const { given } = request
  const [only, other] = choices
  if (only === undefined || other !== undefined) return given
  const [place, elsewhere] = only.environments
  const isLast = place === app.environments.at(-1)?.name
  const environment = place === undefined || elsewhere !== undefined || isLast ? {} : { environment: place }
  return { release: only.value, ...environment, ...given }
}
