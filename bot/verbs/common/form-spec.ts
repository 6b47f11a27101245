/** What a form asks and what its answers mean. Drawing and reading forms is the same for all of them. */

import type { EnvironmentName } from '../../../domain/identifiers.js'
import type { ReleaseRef } from '../../../domain/intent.js'
import type { ReleaseNotes } from '../../../domain/notes.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import type { EnvironmentView, ReleaseView } from '../../../domain/views.js'
import type { FieldName, FormPrefill, FormRequest } from '../../commands/form-request.js'
import type { IntentDraft } from '../../commands/parsed-command.js'
import { normaliseRelease } from '../../commands/release-words.js'

export interface Choice {
  readonly value: string
  readonly label: string
}

export interface Field {
  readonly name: FieldName
  /** `line` and `text` are typed, `text` in several lines. */
  readonly kind: 'line' | 'text' | 'choice' | 'date'
  readonly label: string
  readonly required: boolean
  readonly hint?: string
  readonly placeholder?: string
  readonly most?: number
  readonly choices?: readonly Choice[]
}

/** The answers, `null` where there is none. */
export type Answers = (name: FieldName) => string | null

export type FieldErrors = Readonly<Partial<Record<FieldName, string>>>

export type FormResult =
  | { readonly kind: 'order'; readonly draft: IntentDraft }
  | { readonly kind: 'errors'; readonly errors: FieldErrors }
  /** The form only completed a command, which is to be read again. */
  | { readonly kind: 'command'; readonly text: string }

/** What a form is drawn from and read with. */
export interface FormSubject {
  readonly request: FormRequest
  readonly app: AppDefinition
  readonly apps: readonly AppDefinition[]
  /** Releases that can be chosen, when they were found in time; without them the name is typed. */
  readonly releases?: readonly Choice[]
  /** How the app's environments stand, where the form shows it and it was found in time. */
  readonly environments?: readonly EnvironmentView[]
  /** What is to be read before anything is filled in; text from outside in it is escaped. */
  readonly text?: string | null
}

/** A release, or one of its candidates, that an order can be given for now. */
export interface ReleaseChoice extends Choice {
  /** Where the order can be given for it. */
  readonly environments: readonly EnvironmentName[]
}

/** What is known of what a form is about; null and empty when it could not be read in time. */
export interface FormFacts {
  readonly view: ReleaseView | null
  readonly environments: readonly EnvironmentView[]
  readonly notes: ReleaseNotes | null
}

export interface FormSpec {
  /** At most 24 characters, as Slack wants it. */
  readonly title: string
  /** At most 24 characters. */
  readonly submit: string
  fields(subject: FormSubject): readonly Field[]
  read(answers: Answers, subject: FormSubject): FormResult
  /** What can be chosen of one open release; without this the form never lets choose. */
  choices?(view: ReleaseView): readonly ReleaseChoice[]
  /** Whether it is drawn from how the app's environments stand. */
  readonly showsEnvironments?: true
  /** Whether it is drawn from the release's notes. */
  readonly showsNotes?: true
  /** What is filled in from what it is about. What was said before wins. */
  prefill?(facts: FormFacts, request: FormRequest): FormPrefill
  /** What has to be read before it is filled in, outside text escaped; null when there is nothing. */
  text?(facts: FormFacts, request: FormRequest): string | null
  /** Not opened without its text: nobody confirms what could not be shown. */
  readonly needsText?: true
}

export const ordered = (draft: IntentDraft): FormResult => ({ kind: 'order', draft })
export const wrong = (errors: FieldErrors): FormResult => ({ kind: 'errors', errors })

/** The release of a button or a thread, else the one that was chosen or typed. */
export function releaseOf(answers: Answers, { target }: FormRequest): ReleaseRef | null {
  if (target.releaseId !== undefined) {
    return { kind: 'id', releaseId: target.releaseId, candidate: target.candidate ?? null }
  }
  const typed = answers('release')
  return typed === null ? null : { kind: 'named', text: normaliseRelease(typed) }
}

/** The environment of a button, else the one chosen, if the app has it; `null` otherwise. */
export function environmentOf(answers: Answers, { request, app }: FormSubject): string | null {
  if (request.target.environment !== undefined) return request.target.environment
  const chosen = answers('environment')
  return app.environments.find(({ name }) => name === chosen)?.name ?? null
}

/** A choice of an open release; its title tells people which one it is. */
export const releaseChoice = (
  view: ReleaseView,
  value: string,
  environments: readonly EnvironmentName[] = [],
): ReleaseChoice => ({
  value,
  label: value === view.title ? value : `${value} · ${view.title}`,
  environments,
})

/** The version of a release that has one. */
export const versionChoice = (view: ReleaseView): readonly ReleaseChoice[] =>
  view.version === null ? [] : [releaseChoice(view, view.version)]

/** Candidates by name, each with the environments it is named together with. */
export function candidateChoices(
  view: ReleaseView,
  places: readonly (readonly [candidate: string | null, environment: EnvironmentName])[],
): readonly ReleaseChoice[] {
  const names = [...new Set(places.flatMap(([name]) => name ?? []))]
  return names.map((name) =>
    releaseChoice(
      view,
      name,
      places.flatMap(([one, environment]) => (one === name ? [environment] : [])),
    ),
  )
}

/** Asks for the release unless a button or a thread has named it. */
export function releaseField(
  { request, releases = [] }: FormSubject,
  label = 'Release or candidate',
): readonly Field[] {
  if (request.target.releaseId !== undefined) return []
  if (releases.length > 0) {
    return [{ name: 'release', kind: 'choice', label, required: true, choices: releases }]
  }
  return [{ name: 'release', kind: 'line', label, required: true, placeholder: '2026.11.3-rc.1', most: 120 }]
}

/** Asks for one of the app's environments, lowest first, unless a button has named it. */
export function environmentField({ request, app }: FormSubject, required = true): readonly Field[] {
  if (request.target.environment !== undefined) return []
  const choices = app.environments.map(({ name }) => ({ value: name, label: name }))
  return [{ name: 'environment', kind: 'choice', label: 'Environment', required, choices }]
}

/** Where an order ends, as words that `readTime` reads. */
export const untilField = (required: boolean): Field => ({
  name: 'until',
  kind: 'line',
  label: 'Until',
  required,
  hint: 'Like 2h, 3d, tomorrow 09:00 or fri 17:00, in your time zone.',
  placeholder: '2h',
  most: 60,
})

export const chooseEnvironment = wrong({ environment: 'Choose an environment.' })

export const reasonField = (required: boolean, label = 'Reason'): Field => ({
  name: required ? 'required-reason' : 'reason',
  kind: 'text',
  label,
  required,
  hint: 'Everybody can read it.',
  most: 1_000,
})
