/** Which releases a form lets a person choose from: those its order can be given for now, newest first. */
import type { AppDefinition } from '../../domain/pipeline.js'
import type { ReleaseView } from '../../domain/views.js'
import type { FormName, FormRequest } from '../commands/form-request.js'
import type { ReleaseChoice } from '../verbs/common/form-spec.js'
import { formOf } from '../verbs/table.js'

/** Whether the form asks which of the open releases is meant. */
export const asksForRelease = ({ form, given, target }: FormRequest): boolean =>
  formOf(form).choices !== undefined && given.release === undefined && target.releaseId === undefined

/** Empty when nothing can be meant now: then the form asks for the name. */
export const choicesOf = (form: FormName, open: readonly ReleaseView[]): readonly ReleaseChoice[] =>
  open.flatMap((view) => formOf(form).choices?.(view) ?? [])

/**
 * What the form is filled in with: the only release that can be meant, and where it goes. The last environment is never
 * filled in: a person says it.
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
