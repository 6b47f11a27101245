/** `delete`, and abandoning a release by a button. */

import { parseVersion } from '../../domain/identifiers.js'
import type { IntentOf } from '../../domain/intent.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import { type Outcome, type Refusal, refuse } from '../../domain/refusal.js'
import { abandon, remove } from '../../domain/release/handle.js'
import type { ActorSnapshot } from '../../domain/release/state.js'
import type { ReleaseView } from '../../domain/views.js'
import type { AppArguments } from '../commands/arguments.js'
import { prefill } from '../commands/form-prefill.js'
import { form, orderFor, type ParsedCommand, problem } from '../commands/parsed-command.js'
import { releaseAndEnvironment } from '../commands/release-and-environment.js'
import { namesVersion, normaliseRelease } from '../commands/release-words.js'
import { appFlags, confirmFlags, syntax } from '../commands/syntax.js'
import { askInformed } from '../orders/ask-release.js'
import type { Handling } from '../orders/handling.js'
import { appOf, permitted, releaseOf, releaseView } from '../orders/resolve.js'
import { releaseOf as releaseOfButton } from '../views/button-target.js'
import { code } from '../views/escape.js'
import { marks } from '../views/marks.js'
import { opensForm, orders } from './common/buttons.js'
import { command } from './common/command.js'
import { releaseName, switchWord } from './common/command-words.js'
import { releaseOf as chosenRelease, type FormSpec, ordered, wrong } from './common/form-spec.js'
import { releaseKey } from './common/workflow-keys.js'

type Kind = 'delete' | 'abandon'

/** Deleting requires typing the name of the release. */
const deleteForm: FormSpec = {
  title: 'Delete a release',
  submit: 'Delete',
  fields: ({ request }) => [
    {
      name: 'typed-name',
      kind: 'line',
      label:
        request.given.release === undefined
          ? 'Version (of a draft: title) to delete'
          : `Type ${request.given.release} to delete it`,
      required: true,
      hint: 'Its version stays taken. This cannot be undone.',
      most: 60,
    },
  ],
  read: (answers, { request, app }) => {
    const typed = normaliseRelease(answers('typed-name') ?? '')
    const expected = request.given.release === undefined ? null : normaliseRelease(request.given.release)
    const isVersion = parseVersion(typed.replace(/-rc\.\d+$/, '')) !== null
    const isExpected = expected === null || expected === 'latest' || typed === expected
    // A draft opened by a button has no version, so its title is typed.
    const isTitle = request.target.releaseId !== undefined && typed !== ''
    if (!isExpected || (expected !== typed && !isVersion && !isTitle)) {
      return wrong({ 'typed-name': `Type ${expected ?? 'the version'} exactly to delete it.` })
    }
    // A name that was not checked against the button's release is itself what gets deleted.
    const release = expected === typed ? chosenRelease(answers, request) : null
    return ordered({
      kind: 'delete',
      app: app.name,
      release: release ?? { kind: 'named', text: typed },
      confirmed: true,
    })
  },
  prefill: ({ view }) => prefill({ release: view?.version ?? null }),
}

export const deleteRelease = command('delete', {
  usage: { does: 'deletes a release that went nowhere', examples: ['delete shop 2026.11.3'] },
  syntax: syntax(['of', 'on', 'in', 'from'], { ...appFlags, ...confirmFlags }),
  read: readDelete,
  forms: { delete: deleteForm },
  buttons: {
    delete: opensForm('delete'),
    abandon: orders((target) => {
      const release = releaseOfButton(target)
      return release && { kind: 'abandon', app: target.app, release }
    }),
  },
  orders: {
    delete: {
      write: ({ app, release, confirmed }) => [
        'delete',
        app,
        releaseName(release),
        switchWord('yes', confirmed),
      ],
      workflowKey: ({ app, release }) => releaseKey(app, release),
      addIds: (draft) => draft,
      handle: handleDelete,
    },
    abandon: {
      write: ({ app, release }) => ['abandon', app, releaseName(release)],
      workflowKey: ({ app, release }) => releaseKey(app, release),
      addIds: (draft) => draft,
      handle: async (handling) => endRelease(handling, await endable(handling), 'abandon'),
    },
  },
  done: {
    deleted: ({ name, drafted }) =>
      drafted
        ? `${marks.gone} Deleted the draft ${code(name, 80)}.`
        : `${marks.gone} Deleted ${code(name, 40)}; its version stays taken.`,
    abandoned: ({ version }) => `${marks.abandoned} Abandoned ${code(version, 40)}.`,
  },
})

/** `delete shop 2026.11.3`, `delete "Summer sale"`. With anything less, the form asks which one. */
function readDelete(args: AppArguments): ParsedCommand<'delete'> {
  const sorted = releaseAndEnvironment(args, { release: true, environment: true })
  if (sorted.kind !== 'sorted') return problem(sorted)
  const { release, releaseText } = sorted
  const app = args.app.name
  const named = releaseText !== null && (namesVersion(releaseText) || release?.kind === 'id')
  const confirmed = args.switches.has('yes') || args.switches.has('y')
  // A draft is named by its title.
  if (release !== null && (named || args.quoted.length > 0))
    return orderFor({ kind: 'delete', app, release, confirmed })
  const target = release?.kind === 'id' ? { releaseId: release.releaseId } : {}
  return form({ form: 'delete', app, given: prefill({ release: releaseText }), target })
}

interface Endable {
  readonly app: AppDefinition
  readonly view: ReleaseView
  readonly by: ActorSnapshot
}

async function endable(handling: Handling<IntentOf<Kind>>): Promise<Endable> {
  const app = appOf(handling, handling.intent.app)
  const by = await permitted(handling, 'delete', { app, environment: null })
  const found = await releaseOf(handling, app.name, handling.intent.release)
  return { app, by, view: await releaseView(handling, found.releaseId) }
}

/** S1.3, S1.8. Asks once for confirmation, and shows where the release runs. */
async function handleDelete(handling: Handling<IntentOf<'delete'>>): Promise<Outcome> {
  const found = await endable(handling)
  const { view } = found
  if (view.state === 'deleted') return refuse({ code: 'release-ended', state: 'deleted' })
  if (view.blockedBy.length > 0) return refuse({ code: 'linked', environments: view.blockedBy })
  return handling.intent.confirmed ? endRelease(handling, found, 'delete') : refuse(unconfirmed(view))
}

const unconfirmed = ({ app, id: releaseId, version, title, environments }: ReleaseView): Refusal => ({
  ...{ code: 'delete-unconfirmed', app, releaseId },
  name: version ?? title,
  drafted: version === null,
  runsIn: environments.filter(({ current }) => current?.releaseId === releaseId).map(({ name }) => name),
})

function endRelease(
  handling: Handling<IntentOf<Kind>>,
  { app, view, by }: Endable,
  verb: Kind,
): Promise<Outcome> {
  const to = { app: app.name, release: view.id }
  return askInformed(handling, to, { verb, order: by, rule: verb === 'delete' ? remove : abandon })
}
