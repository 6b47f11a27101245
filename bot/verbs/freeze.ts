/** `freeze` and `thaw`: close all promotions until a time, in one app or in every app. */

import type { IntentOf } from '../../domain/intent.js'
import type { AppDefinition, EnvironmentDefinition } from '../../domain/pipeline.js'
import { done, type Outcome, refuse } from '../../domain/refusal.js'
import type { ActorSnapshot } from '../../domain/release/state.js'
import { type Arguments, unknownApp, valueOf } from '../commands/arguments.js'
import { prefill } from '../commands/form-prefill.js'
import { form, orderFor, type ParsedCommand, problem, refused } from '../commands/parsed-command.js'
import { reasonAfterFor } from '../commands/reason-in-words.js'
import { appFlags, placeKeywords, syntaxWithReason, untilFlags } from '../commands/syntax.js'
import type { Handling } from '../orders/handling.js'
import { appOf, permitted, timeOf } from '../orders/resolve.js'
import { date } from '../views/escape.js'
import { marks } from '../views/marks.js'
import { copyable } from '../views/refusals/refusal-words.js'
import { formAbout } from './common/buttons.js'
import { command, type OrderOf } from './common/command.js'
import { flag } from './common/command-words.js'
import { type Field, type FormSpec, ordered, reasonField, untilField, wrong } from './common/form-spec.js'
import { appKey } from './common/workflow-keys.js'

type Kind = 'freeze' | 'thaw'

const frozenOrder = (handle: OrderOf<Kind>['handle']): OrderOf<Kind> => ({
  write: ({ kind, app, until, reason }) => [kind, app ?? 'all', flag('until', until), flag('reason', reason)],
  workflowKey: ({ app }) => (app === null ? 'apps' : appKey(app)),
  addIds: (draft) => draft,
  handle,
})

const whichApps = ({ apps }: { readonly apps: readonly AppDefinition[] }): Field => ({
  name: 'app',
  kind: 'choice',
  label: 'What',
  required: true,
  choices: [...apps.map(({ name }) => ({ value: name, label: name })), { value: 'all', label: 'every app' }],
})

const freezeForm: FormSpec = {
  title: 'Freeze',
  submit: 'Freeze',
  fields: (subject) => [whichApps(subject), untilField(true), reasonField(true)],
  read: (answers, { apps }) => {
    const scope = answers('app')
    const app = apps.find(({ name }) => name === scope)?.name ?? null
    if (app === null && scope !== 'all') return wrong({ app: 'Choose what.' })
    const until = answers('until')
    const reason = answers('required-reason')
    if (until === null) return wrong({ until: 'A freeze has an end.' })
    if (reason === null) return wrong({ 'required-reason': 'A freeze needs a reason.' })
    return ordered({ kind: 'freeze', app, reason, until })
  },
}

const thawForm: FormSpec = {
  title: 'Thaw',
  submit: 'Thaw',
  fields: (subject) => [whichApps(subject)],
  read: (answers, { apps }) => {
    const scope = answers('app')
    const app = apps.find(({ name }) => name === scope)?.name ?? null
    if (app === null && scope !== 'all') return wrong({ app: 'Choose what.' })
    return ordered({ kind: 'thaw', app, reason: null, until: null })
  },
}

const freeze = command('freeze', {
  usage: {
    does: 'stops all promotion for a time',
    examples: ['freeze shop until fri 17:00: audit', 'freeze all for 2d: audit'],
  },
  syntax: syntaxWithReason([...placeKeywords, 'until'], { ...appFlags, ...untilFlags }),
  read: (args) => readFreeze('freeze', args),
  forms: { freeze: freezeForm },
  buttons: {
    freeze: (target) =>
      formAbout(target, 'freeze', prefill({ app: target.app, 'required-reason': target.argument ?? null })),
  },
  orders: { freeze: frozenOrder(handleFreeze) },
  done: {
    frozen: ({ until }, name) =>
      `${marks.frozen} Frozen until ${date(until)}. End it earlier: ${copyable(`${name} thaw`)}`,
  },
})

const thaw = command('thaw', {
  usage: { does: 'ends a freeze', examples: ['thaw shop'] },
  syntax: syntaxWithReason(placeKeywords, appFlags),
  read: (args) => readFreeze('thaw', args),
  forms: { thaw: thawForm },
  buttons: { thaw: ({ app }) => orderFor({ kind: 'thaw', app, reason: null, until: null }) },
  orders: { thaw: frozenOrder(handleThaw) },
  done: { thawed: () => `${marks.thawed} The freeze is over.` },
  refusals: {
    'not-frozen': ({ environment }, { command: name }) => ({
      didNot: 'end the freeze',
      because: `${environment} is not frozen.`,
      next: `See what runs where: ${copyable(`${name} where`)}`,
    }),
  },
})

export const freezes = { freeze, thaw }

/** `freeze shop until fri 17:00: audit`, `freeze all …`, `thaw`. */
function readFreeze<Its extends Kind>(kind: Its, given: Arguments): ParsedCommand<Its> {
  const args = kind === 'freeze' ? reasonAfterFor(given).args : given
  const [extra] = args.words.filter(({ token }) => token.text.toLowerCase() !== 'all')
  if (extra !== undefined) return refused(unknownApp(extra.token.text, args.context))
  const every = args.words.length > 0
  const app = every ? null : (args.app?.name ?? null)
  const { reason } = args
  const until = valueOf(args, 'until')
  const scoped = every || app !== null
  if (scoped && (kind === 'thaw' || (reason !== null && until))) return orderFor({ kind, app, reason, until })
  const [first] = args.context.apps
  if (first === undefined) return problem({ kind: 'which-app', apps: [], verb: kind })
  const filled = prefill({ app: every ? 'all' : app, until, 'required-reason': reason })
  return form({ form: kind, app: app ?? first.name, given: filled, target: {} })
}

/** The permission must be granted explicitly, in each of the apps. */
async function handleFreeze(handling: Handling<IntentOf<Kind>>): Promise<Outcome> {
  const { intent, context, key } = handling
  const { apps, by } = await permittedApps(handling)
  if (by === null) return refuse({ code: 'unknown-app', text: '', nearest: [] })
  const reason = intent.reason?.trim() ?? ''
  if (reason === '') return refuse({ code: 'reason-missing', verb: 'freeze' })
  if (intent.until === null) return refuse({ code: 'invalid-time', text: '' })
  const until = timeOf(intent.until, by)
  const order = { by: by.user, at: by.at, reason, until }
  await Promise.all(
    environmentsOf(apps).map((where) => context.gateway.askEnvironment(where, 'freeze', { order, key })),
  )
  return done({ code: 'frozen', until })
}

async function handleThaw(handling: Handling<IntentOf<Kind>>): Promise<Outcome> {
  const { intent, context, key } = handling
  const { apps, by } = await permittedApps(handling)
  if (by === null) return refuse({ code: 'unknown-app', text: '', nearest: [] })
  const order = { by: by.user, at: by.at, reason: intent.reason?.trim() ?? '' }
  const outcomes = await Promise.all(
    environmentsOf(apps).map((where) => context.gateway.askEnvironment(where, 'thaw', { order, key })),
  )
  return outcomes.find((outcome) => outcome.kind === 'done') ?? outcomes[0] ?? done({ code: 'thawed' })
}

/** `by` is null when there is no app. */
async function permittedApps(handling: Handling<IntentOf<Kind>>): Promise<{
  readonly apps: readonly AppDefinition[]
  readonly by: ActorSnapshot | null
}> {
  const { intent } = handling
  const apps = intent.app === null ? handling.context.configuration().apps : [appOf(handling, intent.app)]
  let by: ActorSnapshot | null = null
  for (const app of apps) by = await permitted(handling, intent.kind, { app, environment: null })
  return { apps, by }
}

/** The order's key is the update id in each environment, so that a repeated order changes nothing. */
const environmentsOf = (
  apps: readonly AppDefinition[],
): readonly { readonly app: AppDefinition; readonly environment: EnvironmentDefinition['name'] }[] =>
  apps.flatMap((app) => app.environments.map(({ name }) => ({ app, environment: name })))
