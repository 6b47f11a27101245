/** Which releases a form lets a person choose from: those its order can be given for now, newest first. */
import { promotions } from '../../domain/card-standing.js'
import type { EnvironmentName } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { ReleaseView } from '../../domain/views.js'
import type { FormName, FormRequest } from './form-request.js'
import type { Choice } from './form-spec.js'

export interface Offer extends Choice {
  /** Where it may go or is judged; only filled in when there is one such place and it is not the last environment. */
  readonly environments: readonly EnvironmentName[]
}

/** Forms whose release can be chosen. A deletion asks for the name to be typed. */
const choosing: ReadonlySet<FormName> = new Set([
  'promote',
  'approve',
  'accept',
  'reject',
  'edit',
  'cherry-pick',
  'checklist',
])

/** Whether it is worth asking which releases there are. */
export function asksForRelease({ form, given, target }: FormRequest): boolean {
  return choosing.has(form) && given.release === undefined && target.releaseId === undefined
}

/** Empty when nothing can be meant now: then the form asks for the name. */
export function offersOf(
  { form }: Pick<FormRequest, 'form'>,
  open: readonly ReleaseView[],
): readonly Offer[] {
  return open.flatMap((view) => offersOfRelease(form, view))
}

function offersOfRelease(form: FormName, view: ReleaseView): readonly Offer[] {
  switch (form) {
    case 'promote':
      return grouped(
        view,
        promotions(view).map(({ candidate, environment }) => [
          view.candidates.find(({ number }) => number === candidate)?.name ?? null,
          environment,
        ]),
      )
    case 'approve':
      return judged(view, ['prepared'])
    case 'accept':
      return judged(view, ['awaiting_acceptance'])
    case 'reject':
      return judged(view, ['prepared', 'awaiting_acceptance'])
    case 'edit':
      return [offer(view, view.version ?? view.title, [])]
    default:
      return view.version === null ? [] : [offer(view, view.version, [])]
  }
}

function judged(
  view: ReleaseView,
  states: readonly ReleaseView['deployments'][number]['state'][],
): readonly Offer[] {
  const waiting = view.deployments.filter(({ state }) => states.includes(state))
  return grouped(
    view,
    waiting.map(({ candidate, environment }) => [candidate, environment]),
  )
}

type Place = readonly [name: string | null, environment: EnvironmentName]

function grouped(view: ReleaseView, places: readonly Place[]): readonly Offer[] {
  const names = [...new Set(places.flatMap(([name]) => name ?? []))]
  return names.map((name) =>
    offer(
      view,
      name,
      places.flatMap(([one, environment]) => (one === name ? [environment] : [])),
    ),
  )
}

const offer = (view: ReleaseView, value: string, environments: readonly EnvironmentName[]): Offer => ({
  value,
  label: value === view.title ? value : `${value} · ${view.title}`,
  environments,
})

/** The only one that can be meant is filled in; where it goes too, but never the last environment: that is said by a person. */
export function filledIn(
  request: FormRequest,
  offers: readonly Offer[],
  app: AppDefinition,
): FormRequest['given'] {
  const { given } = request
  const [only, other] = offers
  if (only === undefined || other !== undefined) return given
  const [place, elsewhere] = only.environments
  const isLast = place === app.environments.at(-1)?.name
  const environment = place === undefined || elsewhere !== undefined || isLast ? {} : { environment: place }
  return { release: only.value, ...environment, ...given }
}
