/** The result of parsing a command. Parsing has no effects and sends no answer. */
import type { AppName, DeploymentId, ReleaseId, UserId } from '../../domain/identifiers.js'
import type { ForgeIntent, Intent, IntentOf, ReleaseRef } from '../../domain/intent.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { Refusal } from '../../domain/refusal.js'
import type { Verb } from '../../domain/verbs.js'
import type { FormName, FormRequest } from './form-request.js'

type WithoutNewIds<Some extends Intent> = Some extends Intent
  ? Omit<Some, 'releaseId' | 'deploymentId'>
  : never

/** An intent before it gets the ids of what it will create. They are added when the intent is recorded. */
export type IntentDraft = WithoutNewIds<Exclude<Intent, ForgeIntent>>
export type OrderKind = IntentDraft['kind']
export type DraftOf<Kind extends OrderKind> = WithoutNewIds<IntentOf<Kind>>

interface Shown {
  /** `--here`: answered in the channel instead of to the asker alone. */
  readonly here: boolean
}

interface OfRelease extends Shown {
  readonly app: AppName
  /** Null: the newest open one. */
  readonly release: ReleaseRef | null
  readonly environment: string | null
}

export const listings = ['releases', 'candidates', 'environments', 'waiting', 'drafts'] as const
export type Listing = (typeof listings)[number]

/** A question. It changes nothing, so it is answered directly and not recorded. */
export type ReadRequest =
  | ({
      readonly kind: 'help'
      readonly app: AppName | null
      readonly verb: Verb | null
      /** A part of the verb, such as `create` of `env`; without a verb, a topic. Null: everything. */
      readonly about: string | null
    } & Shown)
  | ({ readonly kind: 'status' } & OfRelease)
  | ({ readonly kind: 'why' } & OfRelease)
  | ({ readonly kind: 'plan' } & OfRelease)
  | ({ readonly kind: 'notes' } & OfRelease)
  | ({
      readonly kind: 'diff'
      readonly against: string | null
      /** Counts from 1; page 1 has the newest commits. */
      readonly page: number
    } & OfRelease)
  | ({
      readonly kind: 'history'
      readonly since: string | null
      readonly by: UserId | null
      /** Counts from 1; page 1 is the newest. */
      readonly page: number
    } & OfRelease)
  | ({ readonly kind: 'checklist' } & OfRelease)
  | ({
      readonly kind: 'list'
      readonly app: AppName | null
      readonly what: Listing
      readonly mine: boolean
      /** Counts from 1. */
      readonly page: number
    } & Shown)
  | ({ readonly kind: 'where'; readonly app: AppName | null; readonly environment: string | null } & Shown)
  | ({ readonly kind: 'metrics'; readonly app: AppName | null; readonly since: string | null } & Shown)
  | ({ readonly kind: 'roadmap'; readonly app: AppName | null } & Shown)
  | ({ readonly kind: 'train'; readonly app: AppName } & Shown)
  | ({ readonly kind: 'environments'; readonly app: AppName } & Shown)
  | ({ readonly kind: 'environment'; readonly app: AppName; readonly environment: string } & Shown)
  | ({
      readonly kind: 'log'
      readonly app: AppName
      readonly of:
        | { readonly kind: 'deployment'; readonly id: DeploymentId }
        | { readonly kind: 'build'; readonly commit: string }
    } & Shown)

export type QuestionKind = ReadRequest['kind']
export type QuestionOf<Kind extends QuestionKind> = Extract<ReadRequest, { readonly kind: Kind }>

/** Why a text is not a command: a refusal of the domain, or a problem with the words themselves. */
export type Problem =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | {
      readonly kind: 'unknown-verb'
      readonly text: string
      readonly nearest: readonly string[]
      readonly rest: string
    }
  /** `ok`, `lgtm`, `yes`: approving and accepting are different decisions. */
  | { readonly kind: 'approve-or-accept'; readonly text: string; readonly rest: string }
  | {
      readonly kind: 'unknown-flag'
      readonly flag: string
      readonly verb: Verb
      readonly nearest: readonly string[]
    }
  | { readonly kind: 'flag-without-value'; readonly flag: string; readonly verb: Verb }
  | { readonly kind: 'unexpected'; readonly text: string; readonly verb: Verb }
  | { readonly kind: 'unknown-item'; readonly text: string; readonly items: readonly string[] }
  | { readonly kind: 'unclosed-quote'; readonly from: string }
  /** No app was named, the channel has none, and there is more than one. */
  | { readonly kind: 'which-app'; readonly apps: readonly AppName[]; readonly verb: Verb }
  /** A value is missing and no form can be opened here. */
  | { readonly kind: 'incomplete'; readonly verb: Verb }

/** What words or a button ask for. `Form` limits which forms it may open. */
export type Request<Form extends FormName = FormName> =
  | { readonly kind: 'order'; readonly intent: IntentDraft }
  | { readonly kind: 'read'; readonly read: ReadRequest }
  | { readonly kind: 'form'; readonly form: FormRequest<Form> }

export type ParsedCommand<Form extends FormName = FormName> =
  | Request<Form>
  | { readonly kind: 'problem'; readonly problem: Problem }

/** The release that a thread's card or a pasted card link belongs to. */
export interface KnownRelease {
  readonly app: AppName
  readonly releaseId: ReleaseId
}

/** The context in which a command is parsed. */
export interface CommandContext {
  /** The command's name, with its slash. */
  readonly command: string
  readonly apps: readonly AppDefinition[]
  /** The app whose channel this is. */
  readonly channelApp: AppName | null
  readonly thread: KnownRelease | null
  /** Releases by the URL of their card. */
  readonly links: ReadonlyMap<string, KnownRelease>
  readonly asker: UserId
}

export const orderFor = (intent: IntentDraft): Request<never> => ({ kind: 'order', intent })
export const read = (request: ReadRequest): Request<never> => ({ kind: 'read', read: request })
export const form = <Form extends FormName>(request: FormRequest<Form>): Request<Form> => ({
  kind: 'form',
  form: request,
})

type ProblemCommand = Extract<ParsedCommand, { readonly kind: 'problem' }>
export const problem = (what: Problem): ProblemCommand => ({ kind: 'problem', problem: what })
export const refused = (refusal: Refusal): ProblemCommand => problem({ kind: 'refused', refusal })
