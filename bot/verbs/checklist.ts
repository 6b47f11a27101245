/** `checklist`: shows a release's checklist and ticks its items. */

import type { IntentOf } from '../../domain/intent.js'
import { nearest } from '../../domain/nearest.js'
import { appForItem } from '../../domain/permissions.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import { type Outcome, type Refusal, refuse } from '../../domain/refusal.js'
import type { ReleaseView } from '../../domain/views.js'
import type { AppArguments } from '../commands/arguments.js'
import { prefill } from '../commands/form-prefill.js'
import {
  type DraftOf,
  form,
  orderFor,
  type ParsedCommand,
  problem,
  read,
} from '../commands/parsed-command.js'
import { releaseAndEnvironment } from '../commands/release-and-environment.js'
import { placeKeywords, questionFlags, syntax } from '../commands/syntax.js'
import { askRelease } from '../orders/ask-release.js'
import type { Handling } from '../orders/handling.js'
import { appOf, permitted, releaseOf, releaseView } from '../orders/resolve.js'
import { type ButtonTarget, releaseOf as releaseOfButton } from '../views/button-target.js'
import { outside } from '../views/escape.js'
import { marks } from '../views/marks.js'
import { orders } from './common/buttons.js'
import { command } from './common/command.js'
import { quote, releaseName } from './common/command-words.js'
import {
  releaseOf as chosenRelease,
  type FormSpec,
  ordered,
  releaseChoice,
  releaseField,
  wrong,
} from './common/form-spec.js'
import { releaseKey } from './common/workflow-keys.js'
import { answerAboutRelease } from './questions/answer-read.js'
import { aboutRelease } from './questions/question.js'

const tickForm: FormSpec = {
  title: 'Tick an item',
  submit: 'Tick',
  fields: (subject) => [
    ...releaseField(subject),
    {
      name: 'item',
      kind: 'choice',
      label: 'Item',
      required: true,
      choices: subject.app.checklist.map(({ item }, index) => ({ value: String(index), label: item })),
    },
  ],
  read: (answers, { request, app }) => {
    const release = chosenRelease(answers, request)
    if (release === null) return wrong({ release: 'Say which release.' })
    const said = answers('item')
    const item = app.checklist.find((entry, index) => said === String(index) || said === entry.item)?.item
    if (item === undefined) return wrong({ item: 'Choose an item.' })
    return ordered({ kind: 'tick', app: app.name, release, item, done: true })
  },
  choices: (view) => [releaseChoice(view, view.version ?? view.title)],
}

export const checklist = command('checklist', {
  usage: {
    does: 'shows and ticks the checklist',
    examples: [
      'checklist 2026.11.3',
      'checklist tick "QA sign-off" 2026.11.3',
      'checklist tick "Brief" "Summer sale"',
    ],
  },
  syntax: syntax(placeKeywords, questionFlags),
  read: readChecklist,
  forms: { checklist: tickForm },
  buttons: {
    checklist: (target) => read({ kind: 'checklist', ...aboutRelease(target) }),
    tick: orders((target) => tickOf(target, true)),
    untick: orders((target) => tickOf(target, false)),
  },
  orders: {
    tick: {
      write: ({ app, release, item, done }) => [
        'checklist',
        done ? 'tick' : 'untick',
        app,
        quote(item),
        releaseName(release),
      ],
      workflowKey: ({ app, release }) => releaseKey(app, release),
      addIds: (draft) => draft,
      handle: handleTick,
    },
  },
  answers: { checklist: answerAboutRelease },
  done: {
    ticked: ({ item, done }) =>
      done
        ? `${marks.ticked} Ticked “${outside(item, 100)}”.`
        : `${marks.open} Unticked “${outside(item, 100)}”.`,
  },
})

const steps: Readonly<Record<string, boolean>> = { tick: true, done: true, untick: false, undo: false }

/** `checklist`, `checklist tick "QA sign-off" 2026.11.3`. */
function readChecklist(args: AppArguments): ParsedCommand<'checklist'> {
  const [first, ...words] = args.words
  const step = first?.token.text.toLowerCase() ?? ''
  const done = Object.hasOwn(steps, step) ? steps[step] : undefined
  return done === undefined ? readShown(args) : readTick({ ...args, words }, done)
}

/** An item in quotation marks, or its unquoted words as in the app's list. */
function readTick(typed: AppArguments, done: boolean): ParsedCommand<'checklist'> {
  const args = typed.quoted.length > 0 ? typed : itemQuoted(typed)
  const [text, ...quoted] = args.quoted
  const sorted = releaseAndEnvironment({ ...args, quoted }, { release: true, environment: false })
  if (sorted.kind !== 'sorted') return problem(sorted)
  const item = text === undefined ? null : findItem(args.app, text)
  if (text !== undefined && item === null) {
    const items = args.app.checklist.map((entry) => entry.item)
    const close = nearest(text, items)
    return problem({ kind: 'unknown-item', text, items: close.length > 0 ? close : items })
  }
  const { release, releaseText } = sorted
  const app = args.app.name
  if (release !== null && item !== null) return orderFor({ kind: 'tick', app, release, item, done })
  const target = release?.kind === 'id' ? { releaseId: release.releaseId } : {}
  return form({ form: 'checklist', app, given: prefill({ release: releaseText, item }), target })
}

/** Quotes the longest item whose words were typed in sequence. */
function itemQuoted(args: AppArguments): AppArguments {
  const typed = args.words.map(({ token }) => token.text.toLowerCase())
  const found = args.app.checklist
    .map(({ item }) => ({ item, parts: item.toLowerCase().split(/\s+/) }))
    .toSorted((one, other) => other.parts.length - one.parts.length)
    .flatMap(({ item, parts }) => {
      const at = typed.findIndex((_, index) => parts.every((part, offset) => typed[index + offset] === part))
      return at < 0 ? [] : [{ item, at, length: parts.length }]
    })
  const [first] = found
  if (first === undefined) return args
  const words = args.words.filter((_, index) => index < first.at || index >= first.at + first.length)
  return { ...args, words, quoted: [first.item] }
}

function readShown(args: AppArguments): ParsedCommand<never> {
  const words = args.words.filter(({ token }) => token.text.toLowerCase() !== 'show')
  const sorted = releaseAndEnvironment({ ...args, words }, { release: true, environment: true })
  if (sorted.kind !== 'sorted') return problem(sorted)
  const { release, environment } = sorted
  const here = args.switches.has('here')
  return read({ kind: 'checklist', app: args.app.name, release, environment, here })
}

function findItem(app: AppDefinition, text: string): string | null {
  const wanted = text.toLowerCase()
  return app.checklist.find(({ item }) => item.toLowerCase() === wanted)?.item ?? null
}

function tickOf(target: ButtonTarget, done: boolean): DraftOf<'tick'> | null {
  const release = releaseOfButton(target)
  const { app, argument } = target
  if (release === null || argument === undefined) return null
  return { kind: 'tick', app, release, item: argument, done }
}

/** S4.5: an item is ticked by a person who holds its role, looked up now. */
async function handleTick(handling: Handling<IntentOf<'tick'>>): Promise<Outcome> {
  const { intent } = handling
  const app = appOf(handling, intent.app)
  const found = await releaseOf(handling, app.name, intent.release)
  const view = await releaseView(handling, found.releaseId)
  if (view.state !== 'open' && view.state !== 'draft')
    return refuse({ code: 'release-ended', state: view.state })
  const item = view.detail.checklist.find((one) => one.item === intent.item)
  if (!item) return refuse(unknownItem(view, intent.item))
  const by = await permitted(handling, 'checklist', {
    app: appForItem(app, item.role),
    environment: null,
  })
  const order = { item: item.item, done: intent.done, candidate: found.candidate, by }
  return askRelease(handling, { app: app.name, release: view.id }, { verb: 'tick', order })
}

function unknownItem(view: ReleaseView, text: string): Refusal {
  const items = view.detail.checklist.map(({ item }) => item)
  const close = nearest(text, items)
  return { code: 'unknown-item', text, items: close.length > 0 ? close : items }
}
