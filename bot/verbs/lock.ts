/** `lock` and `unlock`: close an environment to everybody but the lock's owner. */

import type { IntentOf } from '../../domain/intent.js'
import { type Outcome, refuse } from '../../domain/refusal.js'
import { type AppArguments, valueOf } from '../commands/arguments.js'
import { prefill } from '../commands/form-prefill.js'
import {
  type DraftOf,
  form,
  orderFor,
  type ParsedCommand,
  problem,
  refused,
} from '../commands/parsed-command.js'
import { reasonAfterPlace } from '../commands/reason-in-words.js'
import { releaseAndEnvironment } from '../commands/release-and-environment.js'
import { placeFlags, placeKeywords, syntaxWithReason, untilFlags } from '../commands/syntax.js'
import type { Handling } from '../orders/handling.js'
import { appOf, environmentOf, permitted, timeOf } from '../orders/resolve.js'
import type { ButtonTarget } from '../views/button-target.js'
import { date, mention, outside } from '../views/escape.js'
import { marks } from '../views/marks.js'
import { copyable } from '../views/refusals/refusal-words.js'
import { opensForm, orders } from './common/buttons.js'
import { command } from './common/command.js'
import { flag, switchWord } from './common/command-words.js'
import {
  environmentButton,
  environmentForm,
  environmentOrder,
  environmentSyntax,
  readEnvironmentOrder,
} from './common/environment-order.js'
import {
  chooseEnvironment,
  environmentOf as chosenEnvironment,
  environmentField,
  type FormSpec,
  ordered,
  reasonField,
  untilField,
  wrong,
} from './common/form-spec.js'
import { environmentKey } from './common/workflow-keys.js'

const lock = command('lock', {
  usage: { does: 'closes an environment', examples: ['lock shop staging for 2h: load test'] },
  syntax: syntaxWithReason([...placeKeywords, 'until'], {
    ...placeFlags,
    ...untilFlags,
    'take-over': 'switch',
    steal: 'switch',
  }),
  read: readLock,
  forms: { lock: lockForm() },
  buttons: { lock: opensForm('lock', 'required-reason'), 'take-lock': orders(takeLock) },
  orders: {
    lock: {
      write: ({ app, environment, until, reason, takeOver }) => [
        'lock',
        app,
        environment,
        flag('until', until),
        flag('reason', reason),
        switchWord('take-over', takeOver),
      ],
      workflowKey: environmentKey,
      addIds: (draft) => draft,
      handle: handleLock,
    },
  },
  done: {
    locked: ({ environment, until, takenFrom }) =>
      `${marks.locked} Locked ${environment}${until === null ? '' : ` until ${date(until)}`}.${takenFrom === null ? '' : ` Taken over from ${mention(takenFrom)}, who is told.`}`,
  },
  refusals: {
    locked: ({ environment, owner, reason, until }, { command: name }) => ({
      didNot: `lock ${environment}`,
      because: `${environment} is locked by ${mention(owner)}${until === null ? '' : ` until ${date(until)}`}: “${outside(reason, 150)}”.`,
      next: `Ask ${mention(owner)}, or take it over: ${copyable(`${name} lock ${environment} --take-over`)}`,
    }),
  },
})

const unlock = command('unlock', {
  usage: { does: 'opens it again', examples: ['unlock shop staging'] },
  syntax: environmentSyntax,
  read: (args) => readEnvironmentOrder('unlock', args),
  forms: { unlock: environmentForm('unlock', 'Unlock') },
  buttons: { unlock: environmentButton('unlock') },
  orders: { unlock: environmentOrder('reason optional') },
  done: { unlocked: ({ environment }) => `${marks.unlocked} Unlocked ${environment}.` },
  refusals: {
    'not-locked': ({ environment }, { command: name }) => ({
      didNot: `unlock ${environment}`,
      because: `${environment} is not locked.`,
      next: `See what closes it: ${copyable(`${name} where`)}`,
    }),
  },
})

export const locks = { lock, unlock }

/**
 * `lock staging for 2h: load test`; a lock needs a reason, its end is optional. If no end is given and the reason is not clearly
 * marked (`lock staging for demo`), a form asks for the duration.
 */
function readLock(given: AppArguments): ParsedCommand<'lock'> {
  const { args, inWords } = reasonAfterPlace(given)
  const sorted = releaseAndEnvironment(args, { release: false, environment: true })
  if (sorted.kind !== 'sorted') return problem(sorted)
  const { environment } = sorted
  const app = args.app.name
  const { reason } = args
  const until = valueOf(args, 'until')
  if (until === '') return refused({ code: 'invalid-time', text: until })
  const takeOver = args.switches.has('take-over')
  if (environment !== null && reason !== null && (until !== null || !inWords)) {
    return orderFor({ kind: 'lock', app, environment, reason, until, takeOver })
  }
  const filled = prefill({ environment, 'required-reason': reason, until })
  return form({ form: 'lock', app, given: filled, target: {} })
}

/** The end that the form presets. */
const USUAL_LOCK = '2h'
const FOR_EVER = 'no end'

function lockForm(): FormSpec {
  return {
    title: 'Lock',
    submit: 'Lock',
    fields: (subject) => [
      ...environmentField(subject),
      reasonField(true),
      { ...untilField(true), hint: `${untilField(true).hint} “${FOR_EVER}”: until somebody unlocks it.` },
    ],
    prefill: () => prefill({ until: USUAL_LOCK }),
    read: (answers, subject) => {
      const environment = chosenEnvironment(answers, subject)
      if (environment === null) return chooseEnvironment
      const reason = answers('required-reason')
      if (reason === null) return wrong({ 'required-reason': 'A lock needs a reason.' })
      const app = subject.app.name
      const typed = answers('until')
      const until = typed?.toLowerCase() === FOR_EVER ? null : typed
      return ordered({ kind: 'lock', app, environment, reason, until, takeOver: false })
    },
  }
}

function takeLock({ app, environment, argument }: ButtonTarget): DraftOf<'lock'> | null {
  if (environment === undefined) return null
  return { kind: 'lock', app, environment, reason: argument ?? null, until: null, takeOver: true }
}

/** S4.4, S4.10. The end of a lock is parsed in the requester's time zone. */
async function handleLock(handling: Handling<IntentOf<'lock'>>): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const environment = environmentOf(app, intent.environment)
  const by = await permitted(handling, 'lock', { app, environment })
  const reason = intent.reason?.trim() ?? ''
  const { takeOver } = intent
  if (reason === '' && !takeOver) return refuse({ code: 'reason-missing', verb: 'lock' })
  const until = intent.until === null ? null : timeOf(intent.until, by)
  const order = { by: by.user, at: by.at, reason, until, takeOver }
  return context.gateway.askEnvironment({ app, environment: environment.name }, 'lock', { order, key })
}
