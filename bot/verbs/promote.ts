/** `promote`: deploys a candidate to an environment. */

import { promotions, setbackIn } from '../../domain/card-standing.js'
import type { IntentOf } from '../../domain/intent.js'
import { done, type Outcome } from '../../domain/refusal.js'
import { promote as rule } from '../../domain/release/handle.js'
import { type AppArguments, valueOf } from '../commands/arguments.js'
import { prefill } from '../commands/form-prefill.js'
import { form, orderFor, type ParsedCommand, problem, read } from '../commands/parsed-command.js'
import { releaseAndEnvironment } from '../commands/release-and-environment.js'
import {
  confirmFlags,
  overrideFlags,
  placeFlags,
  placeKeywords,
  syntaxWithReason,
} from '../commands/syntax.js'
import { askInformed } from '../orders/ask-release.js'
import { environmentNow } from '../orders/environment-now.js'
import type { Handling } from '../orders/handling.js'
import { appOf, candidateOf, environmentOf, permitted, releaseOf, releaseView } from '../orders/resolve.js'
import { refuseUnprepared } from '../orders/setup-needed.js'
import { releaseOf as releaseOfButton } from '../views/button-target.js'
import { code } from '../views/escape.js'
import { marks } from '../views/marks.js'
import { mrkdwn } from '../views/markup.js'
import { SETUP } from '../views/refusals/offers.js'
import { listed } from '../views/refusals/refusal-words.js'
import { quorumWords } from '../views/words/gate-words.js'
import { setbackWords } from '../views/words/setback-words.js'
import { opensForm, ordersOrOpens } from './common/buttons.js'
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
  reasonField,
  releaseField,
  wrong,
} from './common/form-spec.js'
import { releaseKey } from './common/workflow-keys.js'

/** The person chooses the environment; the last one is never suggested. */
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
    const reason = answers('reason')
    const how = { override, reason, olderConfirmed: false, setUp: false }
    return ordered({ kind: 'promote', app, release, environment, ...how })
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

/** For a candidate that failed there before: shows why, and asks why it should work now. */
const promoteAgainForm: FormSpec = {
  title: 'Promote again',
  submit: 'Promote again',
  fields: () => [{ ...reasonField(true, 'Why it should go well now') }],
  text: ({ view }, { target: { environment, candidate } }) => {
    const setback =
      view === null || environment === undefined || candidate === undefined
        ? null
        : setbackIn(view, { environment, candidate })
    return setback === null
      ? null
      : `${marks.wentWrong} It ${setbackWords(setback, environment ?? '', mrkdwn)}.`
  },
  read: (answers, subject) => {
    const reason = answers('required-reason')
    const { app, request } = subject
    const release = chosenRelease(answers, request)
    const environment = chosenEnvironment(answers, subject)
    if (reason === null || release === null || environment === null) {
      return wrong({ 'required-reason': 'Say what is different now.' })
    }
    const given = { app: app.name, release, environment, reason }
    return ordered({ kind: 'promote', override: null, olderConfirmed: true, setUp: false, ...given })
  },
}

export const promote = command('promote', {
  usage: {
    does: 'brings a candidate into an environment',
    examples: ['promote shop 2026.11.3-rc.1 to staging', 'promote shop latest to staging --dry-run'],
  },
  syntax: syntaxWithReason(placeKeywords, {
    ...placeFlags,
    ...overrideFlags,
    ...confirmFlags,
    'dry-run': 'switch',
    setup: 'switch',
    n: 'switch',
  }),
  read: readPromote,
  forms: { promote: promoteForm, 'promote-again': promoteAgainForm },
  buttons: {
    promote: ordersOrOpens('promote', (target) => {
      const { app, environment, argument, confirmed = false, override = null, reason = null } = target
      const release = releaseOfButton(target)
      if (release === null || environment === undefined) return null
      const setUp = argument === SETUP
      const how = { override, reason, olderConfirmed: confirmed, setUp }
      return { kind: 'promote', app, release, environment, ...how }
    }),
    'promote-again': opensForm('promote-again'),
  },
  orders: {
    promote: {
      write: ({ app, release, environment, override, reason, olderConfirmed, setUp }) => [
        'promote',
        app,
        releaseName(release),
        'to',
        environment,
        flag('override', override),
        flag('reason', reason),
        switchWord('yes', olderConfirmed),
        switchWord('setup', setUp),
      ],
      workflowKey: ({ app, release }) => releaseKey(app, release),
      addIds: (draft, newIds) => ({ ...draft, deploymentId: newIds.deployment() }),
      handle: handlePromote,
    },
  },
  done: {
    prepared: ({ candidate, environment, needs, roles, conditions, quorum }) =>
      `${marks.needsApproval} Prepared ${code(candidate, 60)} for ${environment}. ${needs === 0 ? 'It is deployed as soon as its conditions are met.' : `It needs ${needs} ${needs === 1 ? 'approval' : 'approvals'} from ${listed(roles)}; the card asks for them.`}${(quorum ?? []).map((one) => ` ${marks.wentWrong} ${quorumWords(one, mrkdwn)}`).join('')}${conditionsText(conditions)}`,
    queued: ({ candidate, environment }) =>
      `${marks.queued} Queued ${code(candidate, 60)} for ${environment}; the card shows how it goes.`,
  },
})

/** `promote shop 2026.11.3-rc.1 to staging`. The environment is never implied. */
function readPromote(args: AppArguments): ParsedCommand<'promote'> {
  const sorted = releaseAndEnvironment(args, { release: true, environment: 'permanent' })
  if (sorted.kind !== 'sorted') return problem(sorted)
  const { release, releaseText, environment } = sorted
  const app = args.app.name
  if (args.switches.has('dry-run')) return read({ kind: 'plan', app, release, environment, here: false })
  const override = valueOf(args, 'override')
  if (release !== null && environment !== null) {
    const olderConfirmed = args.switches.has('yes')
    const how = { override, reason: args.reason, olderConfirmed, setUp: args.switches.has('setup') }
    return orderFor({ kind: 'promote', app, release, environment, ...how })
  }
  // Only the lowest is safe to suggest; the person names any other.
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
  const candidate = candidateOf(view, found.candidate)
  const now = await environmentNow(handling, { app, environment, view, candidate, by: by.user })
  if (!intent.setUp) await refuseUnprepared(handling, { app, environment, view, candidate, given: intent })
  const { deploymentId, override, reason, olderConfirmed, setUp } = intent
  const how = { override, reason, olderConfirmed, setUp, ...now }
  const order = { deploymentId, candidate, environment: environment.name, ...how, by }
  const to = { app: app.name, release: view.id }
  const outcome = await askInformed(handling, to, { verb: 'promote', order, rule })
  if (outcome.kind !== 'done' || outcome.done.code !== 'prepared') return outcome
  const rules = view.detail.bound.find(({ name }) => name === environment.name)?.approve ?? []
  const facts = { rules, approvals: [], requestedBy: by.user }
  return done({ ...outcome.done, quorum: await handling.context.authorizer.quorum(facts) })
}
