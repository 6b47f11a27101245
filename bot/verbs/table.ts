/** The table of all verbs. Everything that applies to every verb, here and in this folder, loops over it. */

import type { DoneCode } from '../../domain/done.js'
import type { RefusalCode } from '../../domain/refusal.js'
import type { Action, Verb } from '../../domain/verbs.js'
import type { FormName } from '../commands/form-request.js'
import type { OrderKind, QuestionKind } from '../commands/parsed-command.js'
import type { Syntax } from '../commands/syntax.js'
import { code } from '../views/escape.js'
import { marks } from '../views/marks.js'
import { gateTexts } from '../views/refusals/gates.js'
import { gitTexts } from '../views/refusals/git.js'
import { laneTexts } from '../views/refusals/lane.js'
import { lifecycleTexts } from '../views/refusals/lifecycle.js'
import { namedTexts } from '../views/refusals/named.js'
import { pickTexts } from '../views/refusals/picks.js'
import type { RefusalTexts } from '../views/refusals/refusal-words.js'
import { whoTexts } from '../views/refusals/who.js'
import { attempts } from './attempts.js'
import { build } from './build.js'
import { checklist } from './checklist.js'
import { cherryPick } from './cherry-pick.js'
import type {
  Answers,
  AnyCommand,
  AnyRefusalTexts,
  ButtonReader,
  Buttons,
  Command,
  DoneTexts,
  Orders,
  Usage,
} from './common/command.js'
import type { FormSpec } from './common/form-spec.js'
import { cut } from './cut.js'
import { decisions } from './decide.js'
import { deleteRelease } from './delete.js'
import { draft } from './draft.js'
import { edit } from './edit.js'
import { env } from './env/env.js'
import { freezes } from './freeze.js'
import { holds } from './hold.js'
import { locks } from './lock.js'
import { mute } from './mute.js'
import { notes } from './notes.js'
import { onTrunk } from './on-trunk.js'
import { promote } from './promote.js'
import { diff } from './questions/diff.js'
import { help } from './questions/help.js'
import { history } from './questions/history.js'
import { list } from './questions/list.js'
import { metrics } from './questions/metrics.js'
import { roadmap } from './questions/roadmap.js'
import { statusQuestions } from './questions/status.js'
import { where } from './questions/where.js'
import { rollback } from './rollback.js'
import { tag } from './tag.js'
import { train } from './train.js'
import { whichAppForm } from './which-app.js'

export const commands = {
  cut,
  draft,
  edit,
  promote,
  ...decisions,
  rollback,
  ...attempts,
  'cherry-pick': cherryPick,
  tag,
  'on-trunk': onTrunk,
  notes,
  build,
  train,
  delete: deleteRelease,
  checklist,
  ...holds,
  ...locks,
  ...freezes,
  env,
  ...statusQuestions,
  list,
  where,
  diff,
  history,
  roadmap,
  metrics,
  mute,
  help,
} satisfies { readonly [Of in Verb]: Command<Of> }

/** The same table, with all entries typed alike. */
const entries: Readonly<Record<Verb, AnyCommand>> = commands

export const usageOf = (verb: Verb): Usage => entries[verb].usage

/** The keywords and flags that a verb accepts. */
export const syntaxOf = (verb: Verb): Syntax => entries[verb].syntax

/** Interprets clicks on the buttons of an action. */
export const buttonOf = (action: Action): ButtonReader =>
  find<Buttons, Action>(({ buttons }) => buttons, action)

/** How orders of a kind are formatted, recorded and executed. */
export const orderOf = <Kind extends OrderKind>(kind: Kind): Orders[Kind] =>
  find<Orders, Kind>(({ orders }) => orders, kind)

/** How a question is answered. */
export const answerOf = <Kind extends QuestionKind>(kind: Kind): Answers[Kind] =>
  find<Answers, Kind>(({ answers }) => answers, kind)

/** The answer text for a successful outcome. */
export const doneTextOf = <Code extends DoneCode>(of: Code): DoneTexts[Code] =>
  find<DoneTexts, Code>(({ done }) => done, of, otherDoneTexts)

/** The text of a refusal. */
export const refusalTextOf = <Code extends RefusalCode>(of: Code): AnyRefusalTexts[Code] =>
  find<AnyRefusalTexts, Code>(({ refusals }) => refusals, of, otherRefusalTexts)

const forms: ReadonlyMap<string, FormSpec> = new Map([
  ['which-app', whichAppForm],
  ...Object.values(entries).flatMap(({ forms: own = {} }) => Object.entries(own)),
])

const isFormName = (name: string): name is FormName => forms.has(name)

/** All known forms; any other name belongs to another version. */
export const formNames: readonly FormName[] = [...forms.keys()].filter(isFormName)

export function formOf(name: FormName): FormSpec {
  const form = forms.get(name)
  if (form === undefined) throw new TypeError(`No verb has the form ${name}`)
  return form
}

/** The part with that name, from the only verb that has it. The table's types rule out that none does. */
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

type CodesOf<Part extends 'done' | 'refusals'> = {
  readonly [Of in Verb]: keyof NonNullable<(typeof commands)[Of][Part]>
}[Verb]

/** Texts that belong to no verb. These do not compile while any code lacks a text. */
const otherDoneTexts: Pick<DoneTexts, Exclude<DoneCode, CodesOf<'done'>>> = {
  'push-taken': ({ commit }) => `${marks.taken} Took commit ${code(commit, 64)}.`,
  joined: () =>
    `${marks.repeated} You already asked for exactly this; both orders are one, and its answer follows.`,
}
const otherRefusalTexts: RefusalTexts<Exclude<RefusalCode, CodesOf<'refusals'>>> = {
  ...whoTexts,
  ...namedTexts,
  ...gitTexts,
  ...pickTexts,
  ...gateTexts,
  ...laneTexts,
  ...lifecycleTexts,
}
