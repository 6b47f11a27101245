/** A form to open, with the values that are already known. */
import type {
  AppName,
  ChannelId,
  DeploymentId,
  EnvironmentName,
  ReleaseId,
  UserId,
} from '../../domain/identifiers.js'
import type { Action } from '../../domain/verbs.js'

/** `which-app` completes a command that named no app; every other form belongs to a verb or one of its variants. */
export type FormName = Action | 'which-app'

export const fieldNames = [
  'title',
  'description',
  'type',
  'ref',
  'version',
  'planned',
  'scope',
  'links',
  'after',
  'release',
  'environment',
  'comment',
  'reason',
  'required-reason',
  'to',
  'picks',
  'commits',
  'until',
  'name',
  'duration',
  'item',
  'typed-name',
  'app',
  'words',
  'override',
  // The sections of release notes.
  'highlights',
  'breaking',
  'features',
  'fixes',
  'security',
  'performance',
  'dependencies',
  'documentation',
  'other',
  'upgrading',
] as const
export type FieldName = (typeof fieldNames)[number]

export type FormPrefill = Readonly<Partial<Record<FieldName, string>>>

/** Values fixed by a button or a card's thread; the person cannot change them in the form. */
export interface FormTarget {
  readonly releaseId?: ReleaseId
  readonly candidate?: number
  readonly deploymentId?: DeploymentId
  readonly environment?: EnvironmentName
  /** Of release notes: how many edits they had when they were shown. */
  readonly edits?: number
}

export interface FormRequest<Form extends FormName = FormName> {
  readonly form: Form
  readonly app: AppName
  /** Values that the command or the button already gave. */
  readonly given: FormPrefill
  /** In a submitted form: the digests of those that were too long to come back with it. */
  readonly longGiven?: FormPrefill
  readonly target: FormTarget
  /** One sentence that says exactly what is decided, for what the person cannot change in the form. */
  readonly subject?: string
}

/** Where the form was asked for: the answer goes there. */
export interface FormOrigin {
  readonly opener: UserId
  readonly channel: ChannelId | null
  readonly thread: string | null
}
