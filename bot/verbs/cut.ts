/** `cut`: creates a release from a commit or a draft. */

import { parseVersion } from '../../domain/identifiers.js'
import type { IntentOf } from '../../domain/intent.js'
import { type Outcome, refuse } from '../../domain/refusal.js'
import { type AppArguments, valueOf } from '../commands/arguments.js'
import { prefill } from '../commands/form-prefill.js'
import { form, orderFor, type ParsedCommand, refused } from '../commands/parsed-command.js'
import { releaseRef } from '../commands/release-words.js'
import { appFlags, overrideFlags, syntax } from '../commands/syntax.js'
import { askRelease } from '../orders/ask-release.js'
import type { Handling } from '../orders/handling.js'
import { appOf, permitted, permittedToCut, releaseOf, releaseView } from '../orders/resolve.js'
import { code } from '../views/escape.js'
import { marks } from '../views/marks.js'
import { opensForm } from './common/buttons.js'
import { command } from './common/command.js'
import { flag, quote, releaseName } from './common/command-words.js'
import { type FormSpec, ordered, wrong } from './common/form-spec.js'
import {
  checkedTitle,
  descriptionField,
  readDetails,
  refuseType,
  titleField,
  titleFlags,
  typeField,
  typeOf,
} from './common/release-details.js'
import { appKey } from './common/workflow-keys.js'

const cutForm: FormSpec = {
  title: 'Cut a release',
  submit: 'Cut',
  fields: ({ request, app }) => [
    // A draft is cut as drafted: its words and its type are changed by editing it.
    ...(request.target.releaseId === undefined ? [titleField(true), descriptionField, typeField(app)] : []),
    {
      name: 'ref',
      kind: 'line',
      label: 'From',
      required: false,
      hint: 'A branch, tag or commit. Left empty: the newest commit of the trunk.',
      placeholder: app.trunk,
      most: 200,
    },
    {
      name: 'version',
      kind: 'line',
      label: 'Version',
      required: false,
      hint: 'Left empty: the next free one.',
      most: 24,
    },
  ],
  read: (answers, { request, app }) => {
    const version = answers('version')?.replace(/^v/i, '') ?? null
    const draft = request.target.releaseId ?? null
    const title = answers('title') ?? ''
    if (title === '' && draft === null) return wrong({ title: 'A release needs a title.' })
    if (version !== null && parseVersion(version) === null) {
      return wrong({ version: 'Write a version like 2.0.0, or leave it empty.' })
    }
    return ordered({
      kind: 'cut',
      app: app.name,
      title,
      description: answers('description') ?? '',
      type: typeOf(answers, app),
      ref: answers('ref'),
      version,
      override: answers('override'),
      draft: draft === null ? null : { kind: 'id', releaseId: draft, candidate: null },
    })
  },
  prefill: ({ view }) =>
    view === null ? {} : prefill({ title: view.title, type: view.type, description: view.description }),
}

export const cut = command('cut', {
  usage: {
    does: 'makes a release of a commit',
    examples: ['cut shop "Summer sale"', 'cut shop "Fix totals" --from main --type fix --as 2.0.0'],
  },
  syntax: syntax(['from', 'as', 'of', 'on', 'in'], {
    ...appFlags,
    ...titleFlags,
    ...overrideFlags,
    type: 'value',
    from: 'value',
    as: 'value',
    draft: 'value',
    hotfix: 'switch',
  }),
  read: readCut,
  forms: { cut: cutForm },
  buttons: { cut: opensForm('cut', 'ref') },
  orders: {
    cut: {
      write: ({ app, title, description, type, draft, ref, version, override }) => [
        'cut',
        app,
        title === '' ? null : quote(title),
        flag('description', description),
        flag('type', type),
        flag('draft', draft && releaseName(draft)),
        flag('from', ref),
        flag('as', version),
        flag('override', override),
      ],
      workflowKey: ({ app }) => appKey(app),
      addIds: (draft, newIds) => ({
        ...draft,
        releaseId: newIds.release(),
        deploymentId: newIds.deployment(),
      }),
      handle: async (handling) =>
        handling.intent.draft === null
          ? handleCut(handling)
          : handleDraftCut(handling, handling.intent.draft),
    },
  },
  done: {
    cut: ({ candidate, commit, environment }) =>
      `${marks.cut} Cut ${code(candidate, 60)} from commit ${code(commit, 64)}. ${environment === null ? 'It is built now.' : `It is built now and then deployed to ${environment}.`} Its card is in the channel.`,
  },
})

/** `cut shop "Summer sale" --from main --type feature --as 2.0.0 --override "reason"`. */
function readCut(args: AppArguments): ParsedCommand<'cut'> {
  const details = readDetails(args)
  if (details.kind !== 'details') return details
  const { title, description, type } = details
  const app = args.app.name
  const version = valueOf(args, 'as')?.replace(/^v/i, '') ?? null
  if (version !== null && parseVersion(version) === null) {
    return refused({ code: 'invalid-version', text: version })
  }
  const draft = valueOf(args, 'draft')
  const ref = valueOf(args, 'from')
  const override = valueOf(args, 'override')
  if (details.certain || draft !== null) {
    const draftRef = draft === null ? null : releaseRef(draft, args.context)
    return orderFor({ kind: 'cut', app, title, description, type, ref, version, override, draft: draftRef })
  }
  const given = prefill({ title, description, type, ref, version, override })
  return form({ form: 'cut', app, given, target: {} })
}

/** S1.1, S5.1–S5.3. The answer comes from the release's workflow, once the release exists. */
async function handleCut(handling: Handling<IntentOf<'cut'>>): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const by = await permittedToCut(handling, app, intent.type)
  if (intent.override !== null) await permitted(handling, 'override', { app, environment: null })
  const title = checkedTitle(intent.title)
  const unknown = refuseType(app, intent.type)
  if (unknown) return refuse(unknown)
  const { description, type, ref, version, override } = intent
  return context.gateway.cut(
    {
      id: intent.releaseId,
      app,
      channel: app.channel,
      title,
      description,
      type,
      ref,
      version,
      override,
      by,
      firstDeployment: intent.deploymentId,
      draft: null,
    },
    key,
  )
}

/** Cuts a draft, which keeps its words and its plan. */
async function handleDraftCut(
  handling: Handling<IntentOf<'cut'>>,
  ref: NonNullable<IntentOf<'cut'>['draft']>,
): Promise<Outcome> {
  const { intent } = handling
  const app = appOf(handling, intent.app)
  const found = await releaseOf(handling, app.name, ref)
  const view = await releaseView(handling, found.releaseId)
  const by = await permittedToCut(handling, app, view.type)
  if (intent.override !== null) await permitted(handling, 'override', { app, environment: null })
  if (view.state !== 'draft') return refuse({ code: 'not-a-draft', state: view.state })
  const order = {
    app,
    ref: intent.ref,
    version: intent.version,
    override: intent.override,
    title: intent.title.trim() === '' ? null : checkedTitle(intent.title),
    firstDeployment: intent.deploymentId,
    by,
  }
  return askRelease(handling, { app: app.name, release: view.id }, { verb: 'cut-draft', order })
}
