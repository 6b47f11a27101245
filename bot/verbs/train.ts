/** `train`: shows the next departure, holds it, resumes it, or starts it immediately. */
import type { IntentOf } from '../../domain/intent.js'
import { firstTypeOf } from '../../domain/pipeline.js'
import type { Outcome } from '../../domain/refusal.js'
import type { TrainOrders } from '../../domain/train/orders.js'
import type { AppArguments } from '../commands/arguments.js'
import { type IntentDraft, orderFor, type ParsedCommand, problem, read } from '../commands/parsed-command.js'
import { placeKeywords, syntaxWithReason } from '../commands/syntax.js'
import { type Handling, Refused } from '../orders/handling.js'
import { appOf, permitted, permittedToCut } from '../orders/resolve.js'
import type { ButtonTarget } from '../views/button-target.js'
import { date, mention } from '../views/escape.js'
import { marks } from '../views/marks.js'
import { copyable } from '../views/refusals/refusal-words.js'
import { orders } from './common/buttons.js'
import { command, type OrderOf } from './common/command.js'
import { flag } from './common/command-words.js'
import { appKey } from './common/workflow-keys.js'
import { answerTrain } from './questions/answer-train.js'

type Kind = 'train-hold' | 'train-leave' | 'train-resume'

/** By the typed word. */
const kinds: Readonly<Record<string, Kind>> = {
  hold: 'train-hold',
  leave: 'train-leave',
  resume: 'train-resume',
}

const words: Readonly<Record<Kind, string>> = {
  'train-hold': 'hold',
  'train-leave': 'leave',
  'train-resume': 'resume',
}

const orderOf = (kind: Kind, verb: keyof TrainOrders): OrderOf<Kind> => ({
  write: ({ app, reason }) => ['train', app, words[kind], flag('reason', reason)],
  workflowKey: ({ app }) => appKey(app),
  addIds: (draft, newIds) => ({
    ...draft,
    releaseId: newIds.release(),
    deploymentId: newIds.deployment(),
  }),
  handle: (handling) => handle(handling, verb),
})

const buttonOf = (kind: Kind) =>
  orders(({ app, argument }: ButtonTarget): IntentDraft | null =>
    argument === undefined ? null : { kind, app, departs: argument, reason: null },
  )

export const train = command('train', {
  usage: {
    does: 'shows the next train, holds it, or has it leave at once',
    examples: [
      'train shop',
      'train shop hold: waiting for the audit',
      'train shop leave',
      'train shop resume',
    ],
  },
  syntax: syntaxWithReason(placeKeywords, { app: 'value', here: 'switch' }),
  read: readTrain,
  buttons: {
    train: ({ app }) => read({ kind: 'train', app, here: false }),
    'train-hold': buttonOf('train-hold'),
    'train-leave': buttonOf('train-leave'),
    'train-resume': buttonOf('train-resume'),
  },
  orders: {
    'train-hold': orderOf('train-hold', 'hold'),
    'train-leave': orderOf('train-leave', 'leave'),
    'train-resume': orderOf('train-resume', 'resume'),
  },
  answers: { train: answerTrain },
  done: {
    'train-held': ({ departs }, name) =>
      `${marks.held} The train of ${date(departs)} does not leave until somebody resumes it: ${copyable(`${name} train resume`)}`,
    'train-resumed': ({ departs }) =>
      `${marks.resumed} ${departs === null ? 'Nobody holds the train any more.' : `The train leaves ${date(departs)} as planned.`}`,
    'train-leaving': ({ departs }) =>
      `${marks.train} The train of ${date(departs)} leaves now; the channel hears what it cut.`,
  },
  refusals: {
    'no-train': () => ({
      didNot: 'do that',
      because: 'The app has no train, or none that is planned.',
      next: 'Write `train:` for it in slipway.yaml, or cut by hand.',
    }),
    'train-held': ({ by, at }, { command: name }) => ({
      didNot: 'hold the train',
      because: `${mention(by)} holds it already, since ${date(at)}.`,
      next: `Let it go on: ${copyable(`${name} train resume`)}`,
    }),
    'train-not-held': ({ next }) => ({
      didNot: 'resume the train',
      because: 'Nobody holds it.',
      next: next === null ? 'Nothing needs to be done.' : `It leaves ${date(next)}.`,
    }),
    'train-leaves': ({ departs }) => ({
      didNot: 'do that',
      because: `The train of ${date(departs)} leaves at this moment.`,
      next: 'Wait for its release, and stop that one where it should go no further.',
    }),
    'train-gone': ({ departs, next }, { command: name }) => ({
      didNot: 'do that',
      because: `The train of ${date(departs)} is over.`,
      next: `${next === null ? 'No other is planned' : `The next one leaves ${date(next)}`}: ${copyable(`${name} train`)}`,
    }),
  },
})

/** `train shop`, `train shop hold: waiting for the audit`. */
function readTrain(args: AppArguments): ParsedCommand<never> {
  const [first, extra] = args.words.map(({ token }) => token.text)
  const app = args.app.name
  if (extra !== undefined) return problem({ kind: 'unexpected', text: extra, verb: args.verb })
  if (first === undefined && args.reason === null)
    return read({ kind: 'train', app, here: args.switches.has('here') })
  const kind = kinds[(first ?? '').toLowerCase()]
  if (kind === undefined)
    return problem({ kind: 'unexpected', text: first ?? args.reason ?? '', verb: args.verb })
  return orderFor({ kind, app, departs: null, reason: args.reason })
}

/** G.9: needs the permission to cut. Starting it, or resuming it after its time, is itself a cut, limited by its type. */
async function handle(handling: Handling<IntentOf<Kind>>, verb: keyof TrainOrders): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const { departs, releaseId: release, deploymentId: deployment } = intent
  const reason = intent.reason?.trim() || null
  const by =
    verb !== 'hold'
      ? await permittedToCut(handling, app, { type: firstTypeOf(app) })
      : await permitted(handling, 'cut', { app, environment: null })
  if (app.train === undefined) throw new Refused({ code: 'no-train' })
  const order = { departs, reason, ids: { release, deployment }, by }
  return context.gateway.askTrain(app.name, verb, { order, key })
}
