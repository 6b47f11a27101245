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
import { commitsNamed } from './cherry-pick-forms.js'
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
import { asksForFix, fixIn, hotfixForm, pickFix } from './hotfix.js'

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
    examples: [
      'cut shop "Summer sale"',
      'cut shop "Fix totals" --from main --type fix --as 2.0.0',
      'cut shop --hotfix #4812',
    ],
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
  forms: { cut: cutForm, hotfix: hotfixForm },
  buttons: { cut: opensForm('cut', 'ref'), hotfix: opensForm('hotfix', 'picks') },
  orders: {
    cut: {
      write: ({ app, title, description, type, draft, ref, version, override, picks = [] }) => [
        'cut',
        app,
        ...picks,
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
    hotfix: ({ candidate, picked, first, last }) =>
      [
        `${marks.hotfix} Cut ${code(candidate, 60)} from what runs in ${last ?? 'the last environment'}, with ${commitsNamed(picked)} alone.`,
        first === null ? 'It is built now.' : `It is built now and then deployed to ${first}.`,
        'Its card in the channel has a button for each next step.',
      ].join(' '),
  },
})

/** `cut shop "Summer sale" --from main --type feature --as 2.0.0 --override "reason"`; `cut --hotfix #4812`. */
function readCut(args: AppArguments): ParsedCommand<'cut' | 'hotfix'> {
  const { picks, others } = fixIn(args)
  const details = readDetails({ ...args, words: others })
  if (details.kind !== 'details') return details
  const { title, description, type } = details
  const app = args.app.name
  const version = valueOf(args, 'as')?.replace(/^v/i, '') ?? null
  if (version !== null && parseVersion(version) === null) {
    return refused({ code: 'invalid-version', text: version })
  }
  const draft = valueOf(args, 'draft')
  const given = { title, description, type, version, ref: valueOf(args, 'from') }
  const override = valueOf(args, 'override')
  if (asksForFix(args, { picks, details })) {
    const known = prefill({ ...given, override, picks: picks.join(' ') })
    return form({ form: 'hotfix', app, given: known, target: {} })
  }
  if (details.certain || draft !== null || picks.length > 0) {
    const draftRef = draft === null ? null : releaseRef(draft, args.context)
    const fix = picks.length === 0 ? {} : { picks }
    return orderFor({ kind: 'cut', app, ...given, override, draft: draftRef, ...fix })
  }
  return form({ form: 'cut', app, given: prefill({ ...given, override }), target: {} })
}

/** S1.1, S5.1–S5.3. The answer comes from the release's workflow, once the release exists. */
async function handleCut(handling: Handling<IntentOf<'cut'>>): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const hasFix = (intent.picks ?? []).length > 0
  const by = await permittedToCut(handling, app, { type: intent.type, picks: hasFix })
  if (intent.override !== null) await permitted(handling, 'override', { app, environment: null })
  // A hotfix is called after its fix.
  const title = hasFix && intent.title.trim() === '' ? '' : checkedTitle(intent.title)
  const unknown = refuseType(app, intent.type)
  if (unknown) return refuse(unknown)
  const { description, type, ref, version, override, picks } = intent
  const outcome = await context.gateway.cut(
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
      // Nobody needs what runs already in the first environment: the candidate with the fix is deployed there.
      firstDeployment: hasFix ? null : intent.deploymentId,
      draft: null,
      ...(picks !== undefined && hasFix ? { picks } : {}),
    },
    key,
  )
  if (!hasFix || outcome.kind === 'refused' || outcome.done.code !== 'cut') return outcome
  return pickFix(handling, { app, by, cut: outcome.done.candidate })
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
  const by = await permittedToCut(handling, app, { type: view.type })
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
