/** What a command turns out to be. Reading it carries nothing out and answers nothing. */
import type { AppName, DeploymentId, ReleaseId, UserId } from '../../domain/identifiers.js'
import type { ForgeIntent, Intent, IntentOf, ReleaseRef } from '../../domain/intent.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { Refusal } from '../../domain/refusal.js'
import type { Verb } from '../../domain/verbs.js'
import type { FormName, FormRequest } from './form-request.js'

type WithoutNewIds<Some extends Intent> = Some extends Intent
  ? Omit<Some, 'releaseId' | 'deploymentId'>
  : never

/** An intent before it gets the ids of what it will create, which happens when it is recorded. */
export type IntentDraft = WithoutNewIds<Exclude<Intent, ForgeIntent>>
export type OrderKind = IntentDraft['kind']
export type DraftOf<Kind extends OrderKind> = WithoutNewIds<IntentOf<Kind>>

interface Shown {
  /** `--here`: answered in the channel instead of to the asker alone. */
  readonly here: boolean
}

interface OfRelease extends Shown {
  readonly app: AppName
  /** Null: the newest one that is open. */
  readonly release: ReleaseRef | null
  readonly environment: string | null
}

export const listings = ['releases', 'candidates', 'environments', 'waiting', 'drafts'] as const
export type Listing = (typeof listings)[number]

/** A question. Nothing changes, so nothing is recorded; it is answered directly. */
export type ReadRequest =
  | ({
      readonly kind: 'help'
      readonly app: AppName | null
      readonly verb: Verb | null
      /** A part of the verb, such as `create` of `env`; without a verb a topic. Null: all of it. */
      readonly about: string | null
    } & Shown)
  | ({ readonly kind: 'status' } & OfRelease)
  | ({ readonly kind: 'why' } & OfRelease)
  | ({ readonly kind: 'plan' } & OfRelease)
  | ({ readonly kind: 'notes' } & OfRelease)
  | ({
      readonly kind: 'diff'
      readonly against: string | null
      /** Counts from 1, the newest commits. */
      readonly page: number
    } & OfRelease)
  | ({
      readonly kind: 'history'
      readonly since: string | null
      readonly by: UserId | null
      /** Counts from 1, the newest. */
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

/** Why a text is no command. What the domain can refuse, it says itself; the rest is about the words. */
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
  /** No app is named, the channel has none, and there is more than one. */
  | { readonly kind: 'which-app'; readonly apps: readonly AppName[]; readonly verb: Verb }
  /** Something is missing where no form can be opened. */
  | { readonly kind: 'incomplete'; readonly verb: Verb }

/** What words or a button ask for. `Form` names the forms it may open. */
export type Request<Form extends FormName = FormName> =
  | { readonly kind: 'order'; readonly intent: IntentDraft }
  | { readonly kind: 'read'; readonly read: ReadRequest }
  | { readonly kind: 'form'; readonly form: FormRequest<Form> }

export type ParsedCommand<Form extends FormName = FormName> =
  | Request<Form>
  | { readonly kind: 'problem'; readonly problem: Problem }

/** The release whose card a thread belongs to, or that a pasted card link leads to. */
export interface KnownRelease {
  readonly app: AppName
  readonly releaseId: ReleaseId
}

/** What the words are read against. */
export interface CommandContext {
  /** The command's name, with its slash. */
  readonly command: string
  readonly apps: readonly AppDefinition[]
  /** The app whose channel this is. */
  readonly channelApp: AppName | null
  readonly thread: KnownRelease | null
  /** Releases by the address of their card. */
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
