/** The parts of a verb. Each verb has a module; `../table.ts` lists them. */

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

/** Creates the ids for what an order creates, when it is recorded, so that repeating the order creates nothing twice. */
export interface NewIds {
  release(): ReleaseId
  deployment(): DeploymentId
}

/** How orders of one kind are handled, from the inbox to the workflow's answer. */
export interface OrderOf<Kind extends OrderKind> {
  /** Formats the order as the equivalent command. What only a button can express is left out. */
  readonly write: (draft: DraftOf<Kind>) => Words
  /** See `workflow-keys.ts`. */
  readonly workflowKey: (draft: DraftOf<Kind>, actor: UserId) => string
  readonly addIds: (draft: DraftOf<Kind>, newIds: NewIds) => IntentOf<Kind>
  /** Resolves the order, checks permission, then asks the workflow. Throws when there is no answer yet. */
  readonly handle: (handling: Handling<IntentOf<Kind>>) => Promise<Outcome>
}

export type Orders = { readonly [Kind in OrderKind]: OrderOf<Kind> }

export type Answers = {
  readonly [Kind in QuestionKind]: (request: QuestionOf<Kind>, reading: Reading) => Promise<ReadAnswer>
}

/** The answer to the person once an order is done; `command` is the slash command's name. */
export type DoneTexts = { readonly [Code in DoneCode]: (facts: DoneFacts[Code], command: string) => string }

/** Refusal texts for codes that only this verb uses; shared ones are in `bot/views/refusals/`. */
export type AnyRefusalTexts = RefusalTexts<RefusalCode>

/** The request behind a click; null when the button lacks something that its verb needs, so another version created it. */
export type ButtonReader<Form extends FormName = FormName> = (target: ButtonTarget) => Request<Form> | null

export type Buttons = { readonly [Its in Action]: ButtonReader }

export interface Usage {
  /** Continues a sentence after the verb: "lock closes an environment". */
  readonly does: string
  /** Without the command's name. The first also appears in answers to text that was not understood. */
  readonly examples: readonly string[]
}

type OrdersOf<Of extends Verb> = Extract<OrderKind, ActionOf<Of>>
type QuestionsOf<Of extends Verb> =
  | Extract<QuestionKind, ActionOf<Of>>
  | (Of extends 'env' ? 'environments' | 'environment' : never)

interface Parts<Of extends Verb, Form extends FormName> {
  readonly usage: Usage
  readonly syntax: Syntax
  /** Parses its words. Without an app, only verbs that can apply to every app are parsed. */
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

/** Any verb's command, for code that treats all verbs alike. */
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
 * Defines a verb's entry in the table. The compiler requires every button, order and question of the verb, and every form that
 * its words or buttons open.
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
