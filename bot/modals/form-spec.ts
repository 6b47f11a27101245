/** What a form asks and what its answers mean. One table entry per form; drawing and reading them is the same for all. */
import type { ReleaseRef } from '../../domain/intent.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { IntentDraft } from '../commands/parsed-command.js'
import { normaliseRelease } from '../commands/release-words.js'
import type { FieldName, FormRequest } from './form-request.js'

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
  /** Releases that can be chosen, when it was known in time which; without them the name is typed. */
  readonly offers?: readonly Choice[]
  /** What is to be read before anything is filled in; text from outside in it is escaped. */
  readonly text?: string | null
}

export interface FormSpec {
  /** At most 24 characters, as Slack wants it. */
  readonly title: string
  /** At most 24 characters. */
  readonly submit: string
  fields(subject: FormSubject): readonly Field[]
  read(answers: Answers, subject: FormSubject): FormResult
}

export const ordered = (draft: IntentDraft): FormResult => ({ kind: 'order', draft })
export const wrong = (errors: FieldErrors): FormResult => ({ kind: 'errors', errors })

/** The release of a button or a thread, else the one typed. */
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

/** Asks for the release unless a button or a thread settles it. */
export function releaseField(
  { request, offers = [] }: FormSubject,
  label = 'Release or candidate',
): readonly Field[] {
  if (request.target.releaseId !== undefined) return []
  if (offers.length > 0) return [{ name: 'release', kind: 'choice', label, required: true, choices: offers }]
  return [{ name: 'release', kind: 'line', label, required: true, placeholder: '2026.11.3-rc.1', most: 120 }]
}

/** Asks for one of the app's environments, lowest first, unless a button settles it. */
export function environmentField({ request, app }: FormSubject, required = true): readonly Field[] {
  if (request.target.environment !== undefined) return []
  const choices = app.environments.map(({ name }) => ({ value: name, label: name }))
  return [{ name: 'environment', kind: 'choice', label: 'Environment', required, choices }]
}

export const reasonField = (required: boolean, label = 'Reason'): Field => ({
  name: required ? 'required-reason' : 'reason',
  kind: 'text',
  label,
  required,
  hint: 'Everybody can read it.',
  most: 1_000,
})
