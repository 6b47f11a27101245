/** Every verb, once. What this file does for all verbs, and the room's other files, are loops over the table. */
import type { DoneCode } from '../../domain/refusal.js'
import type { Action, Verb } from '../../domain/verbs.js'
import type { FormName } from '../commands/form-request.js'
import type { OrderKind, QuestionKind } from '../commands/parsed-command.js'
import { code } from '../views/escape.js'
import { abort, retry, skip } from './attempts.js'
import { checklist } from './checklist.js'
import { cherryPick } from './cherry-pick.js'
import type {
  Answers,
  AnyCommand,
  ButtonReader,
  Buttons,
  Command,
  DoneTexts,
  Orders,
  Usage,
} from './common/command.js'
import type { FormSpec } from './common/form-spec.js'
import { cut } from './cut.js'
import { accept, approve, reject } from './decide.js'
import { deleteRelease } from './delete.js'
import { draft } from './draft.js'
import { edit } from './edit.js'
import { env } from './env/env.js'
import { freeze, thaw } from './freeze.js'
import { pause, resume } from './hold.js'
import { lock, unlock } from './lock.js'
import { mute } from './mute.js'
import { promote } from './promote.js'
import { diff } from './questions/diff.js'
import { help } from './questions/help.js'
import { history } from './questions/history.js'
import { list } from './questions/list.js'
import { metrics } from './questions/metrics.js'
import { plan, status, why } from './questions/status.js'
import { where } from './questions/where.js'
import { rollback } from './rollback.js'
import { whichAppForm } from './which-app.js'

export const commands = {
  cut,
  draft,
  edit,
  promote,
  approve,
  accept,
  reject,
  rollback,
  retry,
  skip,
  abort,
  'cherry-pick': cherryPick,
  pause,
  resume,
  status,
  list,
  where,
  diff,
  history,
  why,
  plan,
  delete: deleteRelease,
  lock,
  unlock,
  freeze,
  thaw,
  env,
  checklist,
  metrics,
  mute,
  help,
} satisfies { readonly [Of in Verb]: Command<Of> }

/** The same table without what sets its entries apart. */
const entries: Readonly<Record<Verb, AnyCommand>> = commands

export const usageOf = (verb: Verb): Usage => entries[verb].usage

/** What a click on a button of that action means. */
export const buttonOf = (action: Action): ButtonReader =>
  find<Buttons, Action>(({ buttons }) => buttons, action)

/** How orders of a kind are written back, recorded and carried out. */
export const orderOf = <Kind extends OrderKind>(kind: Kind): Orders[Kind] =>
  find<Orders, Kind>(({ orders }) => orders, kind)

/** How a question is answered. */
export const answerOf = <Kind extends QuestionKind>(kind: Kind): Answers[Kind] =>
  find<Answers, Kind>(({ answers }) => answers, kind)

/** What a person is told when an order was carried out with that outcome. */
export const doneTextOf = <Code extends DoneCode>(of: Code): DoneTexts[Code] =>
  find<DoneTexts, Code>(({ done }) => done, of, otherDoneTexts)

const forms: ReadonlyMap<string, FormSpec> = new Map([
  ['which-app', whichAppForm],
  ...Object.values(entries).flatMap(({ forms: own = {} }) => Object.entries(own)),
])

const isFormName = (name: string): name is FormName => forms.has(name)

/** The forms there are; a form of another name is of another version. */
export const formNames: readonly FormName[] = [...forms.keys()].filter(isFormName)

export function formOf(name: FormName): FormSpec {
  const form = forms.get(name)
  if (form === undefined) throw new TypeError(`No verb has the form ${name}`)
  return form
}

/** The part of that name, of the one verb that has it. The types of the table rule out that none has. */
function find<Parts extends object, Name extends keyof Parts>(
  partsOf: (command: AnyCommand) => Partial<Parts> | undefined,
  name: Name,
  others: Partial<Parts> = {},
): Parts[Name] {
  const all: readonly (object | undefined)[] = [...Object.values(entries).map(partsOf), others]
  for (const parts of all) {
    if (parts !== undefined && has<Parts, Name>(parts, name)) return parts[name]
  }
  throw new TypeError(`No verb has ${String(name)}`)
}

const has = <Parts, Name extends keyof Parts>(parts: object, name: Name): parts is Pick<Parts, Name> =>
  Object.hasOwn(parts, name)

type CodesOf<Entry> = Entry extends { readonly done?: infer Done } ? keyof NonNullable<Done> : never
type ToldByVerbs = { readonly [Of in Verb]: CodesOf<(typeof commands)[Of]> }[Verb]

/** The texts of no verb; does not compile while a code has no text at all. */
const otherDoneTexts: Pick<DoneTexts, Exclude<DoneCode, ToldByVerbs>> = {
  'push-taken': ({ commit }) => `📥 Took commit ${code(commit, 64)}.`,
  joined: () => '🔁 You already asked for exactly this; both orders are one, and its answer follows.',
}
