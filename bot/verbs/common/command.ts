/** What a verb consists of. Each verb has a module; `../table.ts` lists them. */

import type { DoneCode, DoneFacts } from '../../../domain/done.js'
import type { DeploymentId, ReleaseId, UserId } from '../../../domain/identifiers.js'
import type { IntentOf } from '../../../domain/intent.js'
import type { Outcome, RefusalCode } from '../../../domain/refusal.js'
import type { Action, ActionOf, EveryAppVerb, Verb } from '../../../domain/verbs.js'
import type { AppArguments, Arguments } from '../../commands/arguments.js'
import type { FormName } from '../../commands/form-request.js'
import type {
  DraftOf,
  OrderKind,
  ParsedCommand,
  QuestionKind,
  QuestionOf,
  Request,
} from '../../commands/parsed-command.js'
import type { Syntax } from '../../commands/syntax.js'
import type { Handling } from '../../orders/handling.js'
import type { ButtonTarget } from '../../views/button-target.js'
import type { RefusalTexts } from '../../views/refusals/refusal-words.js'
import type { ReadAnswer, Reading } from '../questions/answer.js'
import type { Words } from './command-words.js'
import type { FormSpec } from './form-spec.js'

/** Ids for what an order creates: taken when it is recorded, so that repeating the order creates nothing twice. */
export interface NewIds {
  release(): ReleaseId
  deployment(): DeploymentId
}

/** What is done with orders of one kind, from the inbox to the workflow's answer. */
export interface OrderOf<Kind extends OrderKind> {
  /** The order as the command that would give it. What only a button can say is left out. */
  readonly write: (draft: DraftOf<Kind>) => Words
  /** See `workflow-keys.ts`. */
  readonly workflowKey: (draft: DraftOf<Kind>, actor: UserId) => string
  readonly addIds: (draft: DraftOf<Kind>, newIds: NewIds) => IntentOf<Kind>
  /** Finds what is meant, asks who may, then asks the workflow. Throws when there is no answer yet. */
  readonly handle: (handling: Handling<IntentOf<Kind>>) => Promise<Outcome>
}

export type Orders = { readonly [Kind in OrderKind]: OrderOf<Kind> }

export type Answers = {
  readonly [Kind in QuestionKind]: (request: QuestionOf<Kind>, reading: Reading) => Promise<ReadAnswer>
}

/** What the person who gave an order is told once it is carried out; `command` is the slash command's name. */
export type DoneTexts = { readonly [Code in DoneCode]: (facts: DoneFacts[Code], command: string) => string }

/** Why an order was refused, of the codes that no other verb gives; the others have theirs in `bot/views/refusals/`. */
export type AnyRefusalTexts = RefusalTexts<RefusalCode>

/** What a click asks for; null when the button lacks something that its verb needs, so that it is not of this version. */
export type ButtonReader<Form extends FormName = FormName> = (target: ButtonTarget) => Request<Form> | null

export type Buttons = { readonly [Its in Action]: ButtonReader }

export interface Usage {
  /** Goes on after the verb: "lock closes an environment". */
  readonly does: string
  /** Without the command's name; the first also stands in answers to what was not understood. */
  readonly examples: readonly string[]
}

type OrdersOf<Of extends Verb> = Extract<OrderKind, ActionOf<Of>>
type QuestionsOf<Of extends Verb> =
  | Extract<QuestionKind, ActionOf<Of>>
  | (Of extends 'env' ? 'environments' | 'environment' : never)

interface Parts<Of extends Verb, Form extends FormName> {
  readonly usage: Usage
  readonly syntax: Syntax
  /** What its words mean. Without an app, only verbs that can be about every app are read. */
  read(args: Of extends EveryAppVerb ? Arguments : AppArguments): ParsedCommand<Form>
  readonly buttons: { readonly [Its in ActionOf<Of>]: ButtonReader<Form> }
}

type OrderParts<Of extends Verb> = [OrdersOf<Of>] extends [never]
  ? { readonly orders?: undefined }
  : { readonly orders: { readonly [Kind in OrdersOf<Of>]: OrderOf<Kind> } }

type QuestionParts<Of extends Verb> = [QuestionsOf<Of>] extends [never]
  ? { readonly answers?: undefined }
  : { readonly answers: { readonly [Kind in QuestionsOf<Of>]: Answers[Kind] } }

type FormParts<Form extends FormName> = [Form] extends [never]
  ? { readonly forms?: undefined }
  : { readonly forms: Readonly<Record<Form, FormSpec>> }

interface Texts<Done extends DoneCode, Refused extends RefusalCode> {
  readonly done?: Pick<DoneTexts, Done>
  readonly refusals?: Pick<AnyRefusalTexts, Refused>
}

export type Command<Of extends Verb> = Parts<Of, FormName> &
  OrderParts<Of> &
  QuestionParts<Of> & { readonly forms?: Readonly<Partial<Record<FormName, FormSpec>>> | undefined }

/** Any verb's command, for what is the same for all. */
export interface AnyCommand {
  readonly usage: Usage
  readonly syntax: Syntax
  readonly buttons: Partial<Buttons>
  readonly forms?: Readonly<Partial<Record<FormName, FormSpec>>> | undefined
  readonly orders?: Partial<Orders> | undefined
  readonly answers?: Partial<Answers> | undefined
  readonly done?: Partial<DoneTexts>
  readonly refusals?: Partial<AnyRefusalTexts>
}

/**
 * A verb's entry for the table. The compiler asks for every button, order and question that the verb has, and for every
 * form that its words or buttons open.
 */
export function command<
  Of extends Verb,
  Form extends ActionOf<Of> & FormName = never,
  Done extends DoneCode = never,
  Refused extends RefusalCode = never,
>(
  _verb: Of,
  entry: Parts<Of, Form> & OrderParts<Of> & QuestionParts<Of> & FormParts<Form> & Texts<Done, Refused>,
): Parts<Of, Form> & OrderParts<Of> & QuestionParts<Of> & FormParts<Form> & Texts<Done, Refused> {
  return entry
}
