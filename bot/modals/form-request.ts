/** A form to open, with what is known already. */
import type {
  AppName,
  ChannelId,
  DeploymentId,
  EnvironmentName,
  ReleaseId,
  UserId,
} from '../../domain/identifiers.js'

export const formNames = [
  'cut',
  'draft',
  'edit',
  'promote',
  'approve',
  'accept',
  'reject',
  'rollback',
  'retry',
  'skip',
  'abort',
  'cherry-pick',
  'pick-confirm',
  'pause',
  'resume',
  'delete',
  'lock',
  'unlock',
  'freeze',
  'thaw',
  'env-create',
  'env-rebuild',
  'env-patch',
  'env-extend',
  'env-keep',
  'env-teardown',
  'checklist',
  'which-app',
] as const
export type FormName = (typeof formNames)[number]

export const fieldNames = [
  'title',
  'description',
  'type',
  'ref',
  'version',
  'planned',
  'scope',
  'links',
  'release',
  'environment',
  'comment',
  'reason',
  'required-reason',
  'to',
  'picks',
  'until',
  'name',
  'duration',
  'item',
  'typed-name',
  'app',
  'words',
  'override',
] as const
export type FieldName = (typeof fieldNames)[number]

export type Given = Readonly<Partial<Record<FieldName, string>>>

/** What a button or a card's thread settles; the person cannot change it in the form. */
export interface FormTarget {
  readonly releaseId?: ReleaseId
  readonly candidate?: number
  readonly deploymentId?: DeploymentId
  readonly environment?: EnvironmentName
}

export interface FormRequest {
  readonly form: FormName
  readonly app: AppName
  /** What the command or the button said already. */
  readonly given: Given
  readonly target: FormTarget
  /** One sentence that says exactly what is decided, where the person cannot change it. */
  readonly subject?: string
}

/** Where the form was asked for: the answer goes there. */
export interface FormOrigin {
  readonly opener: UserId
  readonly channel: ChannelId | null
  readonly thread: string | null
}
