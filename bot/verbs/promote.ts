/** `promote`: brings a candidate into an environment. */

import { promotions } from '../../domain/card-standing.js'
import type { IntentOf } from '../../domain/intent.js'
import type { Outcome } from '../../domain/refusal.js'
import { promote as rule } from '../../domain/release/handle.js'
import { type AppArguments, valueOf } from '../commands/arguments.js'
import { prefill } from '../commands/form-prefill.js'
import { form, orderFor, type ParsedCommand, problem, read } from '../commands/parsed-command.js'
import { releaseAndEnvironment } from '../commands/release-and-environment.js'
import { confirmFlags, overrideFlags, placeFlags, placeKeywords, syntax } from '../commands/syntax.js'
import { askInformed } from '../orders/ask-release.js'
import { closedFor } from '../orders/closures.js'
import type { Handling } from '../orders/handling.js'
import { appOf, candidateOf, environmentOf, permitted, releaseOf, releaseView } from '../orders/resolve.js'
import { refuseUnprepared } from '../orders/setup-needed.js'
import { releaseOf as releaseOfButton } from '../views/button-target.js'
import { code } from '../views/escape.js'
import { marks } from '../views/marks.js'
import { SETUP } from '../views/refusals/offers.js'
import { listed } from '../views/refusals/refusal-words.js'
import { ordersOrOpens } from './common/buttons.js'
import { command } from './common/command.js'
import { flag, releaseName, switchWord } from './common/command-words.js'
import { conditionsText } from './common/conditions-text.js'
import {
  candidateChoices,
  environmentOf as chosenEnvironment,
  releaseOf as chosenRelease,
  environmentField,
  type FormSpec,
  ordered,
  releaseField,
  wrong,
} from './common/form-spec.js'
import { releaseKey } from './common/workflow-keys.js'

/** The environment is chosen by the person; only a lower one is ever suggested. */
const promoteForm: FormSpec = {
  title: 'Promote',
  submit: 'Promote',
  fields: (subject) => [...releaseField(subject), ...environmentField(subject)],
  read: (answers, subject) => {
    const release = chosenRelease(answers, subject.request)
    const environment = chosenEnvironment(answers, subject)
    if (release === null) return wrong({ release: 'Say which candidate.' })
    if (environment === null) return wrong({ environment: 'Choose an environment.' })
    const override = answers('override')
    const app = subject.app.name
    return ordered({
      kind: 'promote',
      app,
      release,
      environment,
      override,
      olderConfirmed: false,
      setUp: false,
    })
  },
  choices: (view) =>
    candidateChoices(
      view,
      promotions(view).map(({ candidate, environment }) => [
        view.candidates.find(({ number }) => number === candidate)?.name ?? null,
        environment,
      ]),
    ),
}

export const promote = command('promote', {
  usage: {
    does: 'brings a candidate into an environment',
    examples: ['promote shop 2026.11.3-rc.1 to staging', 'promote shop latest to staging --dry-run'],
  },
  syntax: syntax(placeKeywords, {
    ...placeFlags,
    ...overrideFlags,
    ...confirmFlags,
    'dry-run': 'switch',
    setup: 'switch',
    n: 'switch',
  }),
  read: readPromote,
  forms: { promote: promoteForm },
  buttons: {
    promote: ordersOrOpens('promote', (target) => {
      const { app, environment, argument, confirmed = false } = target
      const release = releaseOfButton(target)
      if (release === null || environment === undefined) return null
      const setUp = argument === SETUP
      return { kind: 'promote', app, release, environment, override: null, olderConfirmed: confirmed, setUp }
    }),
  },
  orders: {
    promote: {
      write: ({ app, release, environment, override, olderConfirmed, setUp }) => [
        'promote',
        app,
        releaseName(release),
        'to',
        environment,
        flag('override', override),
        switchWord('yes', olderConfirmed),
        switchWord('setup', setUp),
      ],
      workflowKey: ({ app, release }) => releaseKey(app, release),
      addIds: (draft, newIds) => ({ ...draft, deploymentId: newIds.deployment() }),
      handle: handlePromote,
    },
  },
  done: {
    prepared: ({ candidate, environment, needs, roles, conditions }) =>
      `${marks.needsApproval} Prepared ${code(candidate, 60)} for ${environment}. ${needs === 0 ? 'It is deployed as soon as its conditions are met.' : `It needs ${needs} ${needs === 1 ? 'approval' : 'approvals'} from ${listed(roles)}; the card asks for them.`}${conditionsText(conditions)}`,
    queued: ({ candidate, environment }) =>
      `${marks.queued} Queued ${code(candidate, 60)} for ${environment}; the card shows how it goes.`,
  },
})

/** `promote shop 2026.11.3-rc.1 to staging`. The environment is never implied. */
function readPromote(args: AppArguments): ParsedCommand<'promote'> {
  const sorted = releaseAndEnvironment(args, { release: true, environment: true })
  if (sorted.kind !== 'sorted') return problem(sorted)
  const { release, releaseText, environment } = sorted
  const app = args.app.name
  if (args.switches.has('dry-run')) return read({ kind: 'plan', app, release, environment, here: false })
  const override = valueOf(args, 'override')
  if (release !== null && environment !== null) {
    const olderConfirmed = args.switches.has('yes')
    const setUp = args.switches.has('setup')
    return orderFor({ kind: 'promote', app, release, environment, override, olderConfirmed, setUp })
  }
  // The lowest is safe to suggest; any other is named by the person.
  const suggested = environment ?? args.app.environments[0]?.name ?? null
  const given = prefill({ release: releaseText, environment: suggested, override })
  const target = release?.kind === 'id' ? { releaseId: release.releaseId } : {}
  return form({ form: 'promote', app, given, target })
}

/** S3.8, S3.9: prepares a candidate for an environment. */
async function handlePromote(handling: Handling<IntentOf<'promote'>>): Promise<Outcome> {
  const { intent } = handling
  const app = appOf(handling, intent.app)
  const environment = environmentOf(app, intent.environment)
  const by = await permitted(handling, 'promote', { app, environment })
  if (intent.override !== null) await permitted(handling, 'override', { app, environment })
  const found = await releaseOf(handling, app.name, intent.release)
  const view = await releaseView(handling, found.releaseId)
  const { passesFreeze } = view.detail
  const closed = await closedFor(handling, { app, environment, passesFreeze, by: by.user })
  const candidate = candidateOf(view, found.candidate)
  if (!intent.setUp) await refuseUnprepared(handling, { app, environment, view, candidate })
  const order = {
    deploymentId: intent.deploymentId,
    candidate,
    environment: environment.name,
    override: intent.override,
    closed,
    olderConfirmed: intent.olderConfirmed,
    setUp: intent.setUp,
    by,
  }
  const to = { app: app.name, release: view.id }
  return askInformed(handling, to, { verb: 'promote', order, rule })
}
