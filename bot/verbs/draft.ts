/** `draft`: plans a release that is cut later. */

import type { IntentOf } from '../../domain/intent.js'
import { type Outcome, refuse } from '../../domain/refusal.js'
import { type AppArguments, valueOf } from '../commands/arguments.js'
import { prefill } from '../commands/form-prefill.js'
import { type DraftOf, form, orderFor, type ParsedCommand } from '../commands/parsed-command.js'
import { appFlags, syntax } from '../commands/syntax.js'
import type { Handling } from '../orders/handling.js'
import { appOf, permitted } from '../orders/resolve.js'
import { outside } from '../views/escape.js'
import { marks } from '../views/marks.js'
import { copyable } from '../views/refusals/refusal-words.js'
import { opensForm } from './common/buttons.js'
import { command } from './common/command.js'
import { flag, quote, type Words } from './common/command-words.js'
import { type FormSpec, ordered, wrong } from './common/form-spec.js'
import {
  type Plan,
  planAsGiven,
  planFields,
  planFlags,
  plannedDay,
  planOf,
  planWords,
  readPlan,
  waitsFor,
} from './common/planning.js'
import {
  checkedTitle,
  descriptionField,
  linksOf,
  readDetails,
  refuseType,
  titleField,
  titleFlags,
  typeField,
  typeOf,
} from './common/release-details.js'
import { appKey } from './common/workflow-keys.js'

const draftForm: FormSpec = {
  title: 'Draft a release',
  submit: 'Draft',
  fields: ({ app }) => [titleField(true), descriptionField, typeField(app), ...planFields],
  read: (answers, { app }) => {
    const title = answers('title')
    if (title === null) return wrong({ title: 'A release needs a title.' })
    return ordered({
      kind: 'draft',
      app: app.name,
      title,
      description: answers('description') ?? '',
      type: typeOf(answers, app),
      ...planOfDraft(planOf(answers)),
      scope: answers('scope') ?? '',
      links: linksOf(answers),
    })
  },
}

/** A draft waits for nothing unless the person named something. */
const planOfDraft = ({ planned, after }: Plan): Pick<DraftOf<'draft'>, 'planned' | 'after'> => ({
  planned,
  after: after ?? [],
})

const writeDraft = (draft: DraftOf<'draft'>): Words => [
  'draft',
  draft.app,
  draft.title === '' ? null : quote(draft.title),
  flag('description', draft.description),
  flag('type', draft.type),
  flag('scope', draft.scope),
  ...draft.links.map((link) => flag('link', link)),
  ...planWords({ planned: draft.planned, after: draft.after.length === 0 ? null : draft.after }),
]

export const draft = command('draft', {
  usage: {
    does: 'plans a release',
    examples: [
      'draft shop "Summer sale" --planned 2026-12-01 --scope "checkout"',
      'draft shop "Winter sale" --planned friday --after "Summer sale"',
    ],
  },
  syntax: syntax(['of', 'on', 'in', 'for'], { ...appFlags, ...titleFlags, type: 'value', ...planFlags }),
  read: readDraft,
  forms: { draft: draftForm },
  buttons: { draft: opensForm('draft') },
  orders: {
    draft: {
      write: writeDraft,
      workflowKey: ({ app }) => appKey(app),
      addIds: (plan, newIds) => ({ ...plan, releaseId: newIds.release() }),
      handle: handleDraft,
    },
  },
  done: {
    drafted: ({ title }, name) =>
      `${marks.drafted} Drafted “${outside(title, 150)}”. Cut it when it is time: ${copyable(`${name} cut`)}`,
  },
})

/** `draft "Summer sale" --planned 2026-12-01 --scope "…" --link https://…`. */
function readDraft(args: AppArguments): ParsedCommand<'draft'> {
  const details = readDetails(args)
  if (details.kind !== 'details') return details
  const { title, description, type } = details
  const plan = planOfDraft(readPlan(args))
  const scope = valueOf(args, 'scope') ?? ''
  const links = args.values.get('link') ?? []
  const app = args.app.name
  if (details.certain) {
    return orderFor({ kind: 'draft', app, title, description, type, ...plan, scope, links })
  }
  const given = prefill({ title, description, type, scope, links: links.join('\n'), ...planAsGiven(args) })
  return form({ form: 'draft', app, given, target: {} })
}

/** S1.1, S4.2. */
async function handleDraft(handling: Handling<IntentOf<'draft'>>): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const by = await permitted(handling, 'draft', { app, environment: null })
  const title = checkedTitle(intent.title)
  const refusal = refuseType(app, intent.type)
  if (refusal) return refuse(refusal)
  const { description, type, planned, scope, links } = intent
  const plannedAt = plannedDay({ planned, app, by }, (meant) => writeDraft({ ...intent, planned: meant }))
  const after = await waitsFor(handling, app, { refs: intent.after, self: null })
  return context.gateway.cut(
    {
      id: intent.releaseId,
      app,
      channel: app.channel,
      ...{ title, description, type, by },
      ref: null,
      version: null,
      override: null,
      firstDeployment: null,
      draft: { plannedAt, scope, links, after },
    },
    key,
  )
}
