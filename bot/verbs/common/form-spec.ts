/** Specifies what a form asks and how its answers are interpreted. Drawing and parsing are the same for all forms. */

import type { CommitSha, EnvironmentName, UserId } from '../../../domain/identifiers.js'
import type { ReleaseRef } from '../../../domain/intent.js'
import type { ReleaseNotes } from '../../../domain/notes.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import type { ShownCommit } from '../../../domain/ports.js'
import type { EnvironmentView, ReleaseView } from '../../../domain/views.js'
import type { FieldName, FormPrefill, FormRequest } from '../../commands/form-request.js'
import type { IntentDraft } from '../../commands/parsed-command.js'
import { normaliseRelease } from '../../commands/release-words.js'

export interface Choice {
  readonly value: string
  readonly label: string
  /** Shown below the label of a tick. */
  readonly more?: string
}

export interface Field {
  readonly name: FieldName
  /** `line` and `text` are typed, `text` on several lines; of `ticks` any number is chosen. */
  readonly kind: 'line' | 'text' | 'choice' | 'ticks' | 'date'
  readonly label: string
  readonly required: boolean
  readonly hint?: string
  readonly placeholder?: string
  readonly most?: number
  readonly choices?: readonly Choice[]
}

/** The answers; `null` for a field without one. Several ticks are separated by spaces. */
export type Answers = (name: FieldName) => string | null

export type FieldErrors = Readonly<Partial<Record<FieldName, string>>>

export type FormResult =
  | { readonly kind: 'order'; readonly draft: IntentDraft }
  | { readonly kind: 'errors'; readonly errors: FieldErrors }
  /** The form only completed a command, which is then parsed again. */
  | { readonly kind: 'command'; readonly text: string }

/** The data for drawing and parsing a form. */
export interface FormSubject {
  readonly request: FormRequest
  readonly app: AppDefinition
  readonly apps: readonly AppDefinition[]
  /** Releases to choose from, if they were found in time; otherwise the name is typed. */
  readonly releases?: readonly Choice[]
  /** The app's environments, if the form shows them and they were found in time. */
  readonly environments?: readonly EnvironmentView[]
  /** The newest commits of trunk that the form's subject lacks, if the form offers them and they were found in time. */
  readonly commits?: readonly ShownCommit[]
  /** Who opened the form. */
  readonly asker?: UserId
  /** Text to read before filling in the form; outside text in it is escaped. */
  readonly text?: string | null
  /** What the person typed before the form was shown again; takes precedence over what is prefilled. */
  readonly typed?: FormPrefill
}

/** A release, or one of its candidates, for which an order is possible now. */
export interface ReleaseChoice extends Choice {
  /** The environments for which the order is possible. */
  readonly environments: readonly EnvironmentName[]
}

/** The known facts about a form's subject; null and empty when they could not be read in time. */
export interface FormFacts {
  readonly view: ReleaseView | null
  readonly environments: readonly EnvironmentView[]
  readonly notes: ReleaseNotes | null
  /** Who opened the form. */
  readonly asker: UserId
}

export interface FormSpec {
  /** At most 24 characters, Slack's limit. */
  readonly title: string
  /** At most 24 characters. */
  readonly submit: string
  fields(subject: FormSubject): readonly Field[]
  read(answers: Answers, subject: FormSubject): FormResult
  /** The choices for one open release; without this, the form offers no choice. */
  choices?(view: ReleaseView): readonly ReleaseChoice[]
  /** Whether it shows the state of the app's environments. */
  readonly showsEnvironments?: true
  /** The commit whose differences from trunk are offered to tick; null: nothing is. */
  lacking?(facts: FormFacts, app: AppDefinition): CommitSha | null
  /** Whether it shows the release's notes. */
  readonly showsNotes?: true
  /** Values prefilled from its subject. Values given earlier take precedence. */
  prefill?(facts: FormFacts, request: FormRequest): FormPrefill
  /** Text to read before filling in the form, outside text escaped; null when there is none. */
  text?(facts: FormFacts, request: FormRequest): string | null
  /** Not opened without its text: nobody can confirm what could not be shown. */
  readonly needsText?: true
}

export const ordered = (draft: IntentDraft): FormResult => ({ kind: 'order', draft })
export const wrong = (errors: FieldErrors): FormResult => ({ kind: 'errors', errors })

/** The release of a button or a thread, or else the one chosen or typed. */
export function releaseOf(answers: Answers, { target }: FormRequest): ReleaseRef | null {
  if (target.releaseId !== undefined) {
    return { kind: 'id', releaseId: target.releaseId, candidate: target.candidate ?? null }
  }
  const typed = answers('release')
  return typed === null ? null : { kind: 'named', text: normaliseRelease(typed) }
}

/** The environment of a button, or else the chosen one if the app has it; otherwise `null`. */
export function environmentOf(answers: Answers, { request, app }: FormSubject): string | null {
  if (request.target.environment !== undefined) return request.target.environment
  const chosen = answers('environment')
  return app.environments.find(({ name }) => name === chosen)?.name ?? null
}

/** A choice for an open release; its title helps people recognise it. */
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

/** Candidates by name, each with its environments. */
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

/** Asks for the release unless a button or a thread names it. */
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

/** Asks for one of the app's environments, lowest first, unless a button names it. */
export function environmentField({ request, app }: FormSubject, required = true): readonly Field[] {
  if (request.target.environment !== undefined) return []
  const choices = app.environments.map(({ name }) => ({ value: name, label: name }))
  return [{ name: 'environment', kind: 'choice', label: 'Environment', required, choices }]
}

/** When an order ends, in words that `readTime` parses. */
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
