/** `edit`: changes the words of a draft, or the plan, scope and links of a release. */

import type { IntentOf } from '../../domain/intent.js'
import { type Outcome, refuse } from '../../domain/refusal.js'
import { type AppArguments, valueOf } from '../commands/arguments.js'
import { prefill } from '../commands/form-prefill.js'
import { type DraftOf, form, orderFor, type ParsedCommand, problem } from '../commands/parsed-command.js'
import { releaseAndEnvironment } from '../commands/release-and-environment.js'
import { appFlags, syntax } from '../commands/syntax.js'
import { askRelease } from '../orders/ask-release.js'
import type { Handling } from '../orders/handling.js'
import { appOf, permitted, releaseOf, releaseView } from '../orders/resolve.js'
import { outside } from '../views/escape.js'
import { marks } from '../views/marks.js'
import { opensForm } from './common/buttons.js'
import { command } from './common/command.js'
import { flag, releaseName, type Words } from './common/command-words.js'
import {
  releaseOf as chosenRelease,
  type FormSpec,
  ordered,
  releaseChoice,
  releaseField,
  wrong,
} from './common/form-spec.js'
import {
  planAsGiven,
  planFields,
  planFlags,
  plannedDay,
  planOf,
  planWords,
  readPlan,
  waitsFor,
} from './common/planning.js'
import { checkedTitle, descriptionField, linksOf, titleField, titleFlags } from './common/release-details.js'
import { releaseKey } from './common/workflow-keys.js'

/** Empty fields leave their values unchanged. */
const editForm: FormSpec = {
  title: 'Edit a release',
  submit: 'Save',
  fields: (subject) => [...releaseField(subject), titleField(false), descriptionField, ...planFields],
  read: (answers, { request, app }) => {
    const release = chosenRelease(answers, request)
    if (release === null) return wrong({ release: 'Say which draft.' })
    const title = answers('title')
    const description = answers('description')
    const plan = planOf(answers)
    const scope = answers('scope')
    const links = linksOf(answers)
    if ((title ?? description ?? plan.planned.day ?? plan.after ?? scope) === null && links.length === 0)
      return wrong({ title: 'Change at least one field.' })
    return ordered({ kind: 'edit', app: app.name, release, title, description, scope, links, ...plan })
  },
  choices: (view) => [releaseChoice(view, view.version ?? view.title)],
  prefill: ({ view }) =>
    view === null
      ? {}
      : prefill({
          title: view.title,
          type: view.type,
          description: view.description,
          planned: view.plannedAt?.slice(0, 10) ?? null,
          scope: view.detail.scope,
        }),
}

const writeEdit = (draft: DraftOf<'edit'>): Words => [
  'edit',
  draft.app,
  releaseName(draft.release),
  flag('title', draft.title),
  flag('description', draft.description),
  flag('scope', draft.scope),
  ...draft.links.map((link) => flag('link', link)),
  ...planWords(draft),
]

export const edit = command('edit', {
  usage: {
    does: 'changes a draft, or the plan and the links of a release',
    examples: [
      'edit "Summer sale" --title "Winter sale"',
      'edit 2026.11.3 --link CHG-123',
      'edit "Winter sale" --planned friday --after 2026.11.3',
    ],
  },
  syntax: syntax(['of', 'on', 'in'], { ...appFlags, ...titleFlags, ...planFlags }),
  read: readEdit,
  forms: { edit: editForm },
  buttons: { edit: opensForm('edit') },
  orders: {
    edit: {
      write: writeEdit,
      workflowKey: ({ app, release }) => releaseKey(app, release),
      addIds: (draft) => draft,
      handle: handleEdit,
    },
  },
  done: { edited: ({ name }) => `${marks.drafted} Changed ${outside(name, 150)}.` },
})

/** `edit <draft> --title "…" --description "…"`, `edit <release> --planned 2026-12-01 --link CHG-123`. */
function readEdit(args: AppArguments): ParsedCommand<'edit'> {
  const sorted = releaseAndEnvironment(args, { release: true, environment: false })
  if (sorted.kind !== 'sorted') return problem(sorted)
  const title = valueOf(args, 'title')
  const description = valueOf(args, 'description')
  const plan = readPlan(args)
  const app = args.app.name
  const { release, releaseText } = sorted
  const scope = valueOf(args, 'scope')
  const links = args.values.get('link') ?? []
  const said = (title ?? description ?? plan.planned.day ?? plan.after ?? scope) !== null || links.length > 0
  if (release !== null && said) {
    return orderFor({ kind: 'edit', app, release, title, description, scope, links, ...plan })
  }
  const given = prefill({
    ...{ title, description, scope, links: links.join('\n'), release: releaseText },
    ...planAsGiven(args),
  })
  const target = release?.kind === 'id' ? { releaseId: release.releaseId } : {}
  return form({ form: 'edit', app, given, target })
}

/** The words of a draft only; plan, scope and links until the release ends. */
async function handleEdit(handling: Handling<IntentOf<'edit'>>): Promise<Outcome> {
  const { intent } = handling
  const app = appOf(handling, intent.app)
  const by = await permitted(handling, 'edit', { app, environment: null })
  const found = await releaseOf(handling, app.name, intent.release)
  const view = await releaseView(handling, found.releaseId)
  if (view.state !== 'draft' && view.state !== 'open')
    return refuse({ code: 'release-ended', state: view.state })
  const { description, planned, scope, links } = intent
  const plannedAt = plannedDay({ planned, app, by }, (meant) => writeEdit({ ...intent, planned: meant }))
  const after =
    intent.after === null ? null : await waitsFor(handling, app, { refs: intent.after, self: view.id })
  const title = intent.title === null ? null : checkedTitle(intent.title)
  const order = { title, description, plannedAt, scope, links, after, by }
  return askRelease(handling, { app: app.name, release: view.id }, { verb: 'edit', order })
}
