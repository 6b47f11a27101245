/** `draft`: plans a release that is cut later. */

import type { IntentOf } from '../../domain/intent.js'
import { type Outcome, refuse } from '../../domain/refusal.js'
import { type AppArguments, valueOf } from '../commands/arguments.js'
import { prefill } from '../commands/form-prefill.js'
import { form, orderFor, type ParsedCommand, refused } from '../commands/parsed-command.js'
import { appFlags, syntax } from '../commands/syntax.js'
import type { Handling } from '../orders/handling.js'
import { appOf, permitted } from '../orders/resolve.js'
import { outside } from '../views/escape.js'
import { marks } from '../views/marks.js'
import { copyable } from '../views/refusals/refusal-words.js'
import { opensForm } from './common/buttons.js'
import { command } from './common/command.js'
import { flag, quote } from './common/command-words.js'
import { type FormSpec, ordered, wrong } from './common/form-spec.js'
import {
  checkedTitle,
  descriptionField,
  isDate,
  linksOf,
  planFields,
  planFlags,
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
      plannedAt: answers('planned'),
      scope: answers('scope') ?? '',
      links: linksOf(answers),
    })
  },
}

export const draft = command('draft', {
  usage: {
    does: 'plans a release',
    examples: ['draft shop "Summer sale" --planned 2026-12-01 --scope "checkout"'],
  },
  syntax: syntax(['of', 'on', 'in', 'for'], { ...appFlags, ...titleFlags, type: 'value', ...planFlags }),
  read: readDraft,
  forms: { draft: draftForm },
  buttons: { draft: opensForm('draft') },
  orders: {
    draft: {
      write: ({ app, title, description, type, plannedAt, scope, links }) => [
        'draft',
        app,
        title === '' ? null : quote(title),
        flag('description', description),
        flag('type', type),
        flag('planned', plannedAt),
        flag('scope', scope),
        ...links.map((link) => flag('link', link)),
      ],
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
  const planned = valueOf(args, 'planned')
  if (planned !== null && !isDate(planned)) return refused({ code: 'invalid-time', text: planned })
  const scope = valueOf(args, 'scope') ?? ''
  const links = args.values.get('link') ?? []
  const app = args.app.name
  if (details.certain) {
    return orderFor({ kind: 'draft', app, title, description, type, plannedAt: planned, scope, links })
  }
  const given = prefill({ title, description, type, planned, scope, links: links.join('\n') })
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
  const { description, type, plannedAt, scope, links } = intent
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
      draft: { plannedAt, scope, links },
    },
    key,
  )
}
