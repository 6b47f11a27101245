/** Shared parts of verbs that need only an environment and a reason. */
import type { EnvironmentOrders } from '../../../domain/environment/orders.js'
import type { UserId } from '../../../domain/identifiers.js'
import type { IntentOf, PlainEnvironmentVerb } from '../../../domain/intent.js'
import { type Outcome, refuse } from '../../../domain/refusal.js'
import type { AppArguments } from '../../commands/arguments.js'
import { prefill } from '../../commands/form-prefill.js'
import { form, orderFor, type ParsedCommand, problem } from '../../commands/parsed-command.js'
import { reasonAfterPlace } from '../../commands/reason-in-words.js'
import { releaseAndEnvironment } from '../../commands/release-and-environment.js'
import { placeFlags, placeKeywords, syntaxWithReason } from '../../commands/syntax.js'
import type { Handling } from '../../orders/handling.js'
import { appOf, environmentOf, permitted } from '../../orders/resolve.js'
import { ordersOrOpens } from './buttons.js'
import type { ButtonReader, OrderOf } from './command.js'
import { flag } from './command-words.js'
import {
  chooseEnvironment,
  environmentOf as chosenEnvironment,
  environmentField,
  type FormSpec,
  ordered,
  reasonField,
} from './form-spec.js'
import { environmentKey } from './workflow-keys.js'

export const environmentSyntax = syntaxWithReason(placeKeywords, placeFlags)

/** `resume staging`; without an environment, a form asks for it. */
export function readEnvironmentOrder<Kind extends PlainEnvironmentVerb>(
  kind: Kind,
  given: AppArguments,
): ParsedCommand<Kind> {
  const { args } = kind === 'pause' ? reasonAfterPlace(given) : { args: given }
  const sorted = releaseAndEnvironment(args, { release: false, environment: true })
  if (sorted.kind !== 'sorted') return problem(sorted)
  const { environment } = sorted
  const { reason } = args
  const app = args.app.name
  if (environment !== null) return orderFor({ kind, app, environment, reason })
  return form({ form: kind, app, given: prefill({ reason }), target: {} })
}

export const environmentForm = (kind: PlainEnvironmentVerb, label: string): FormSpec => ({
  title: label,
  submit: label,
  fields: (subject) => [...environmentField(subject), reasonField(false)],
  read: (answers, subject) => {
    const environment = chosenEnvironment(answers, subject)
    if (environment === null) return chooseEnvironment
    return ordered({ kind, app: subject.app.name, environment, reason: answers('reason') })
  },
})

/** The button's argument is the reason. */
export const environmentButton = <Kind extends PlainEnvironmentVerb>(kind: Kind): ButtonReader<Kind> =>
  ordersOrOpens(kind, ({ app, environment, argument }) =>
    environment === undefined ? null : { kind, app, environment, reason: argument ?? null },
  )

export const environmentOrder = (
  reason: 'with a reason' | 'reason optional',
): OrderOf<PlainEnvironmentVerb> => ({
  write: ({ kind, app, environment, reason: why }) => [kind, app, environment, flag('reason', why)],
  workflowKey: environmentKey,
  addIds: (draft) => draft,
  handle: (handling) => askEnvironment(handling, reason === 'with a reason'),
})

/** Checks at compile time that a reason is enough for every verb without an intent of its own. */
type ReasonIsEnough = {
  readonly [Of in PlainEnvironmentVerb]: ReasonedOrder extends EnvironmentOrders[Of] ? Of : never
}[PlainEnvironmentVerb]

interface ReasonedOrder {
  readonly by: UserId
  readonly at: string
  readonly reason: string
}

async function askEnvironment(
  handling: Handling<IntentOf<PlainEnvironmentVerb>>,
  needsReason: boolean,
): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const environment = environmentOf(app, intent.environment)
  const { user: by, at } = await permitted(handling, intent.kind, { app, environment })
  const reason = intent.reason?.trim() ?? ''
  if (needsReason && reason === '') return refuse({ code: 'reason-missing', verb: intent.kind })
  const where = { app, environment: environment.name }
  const verb: ReasonIsEnough = intent.kind
  const order: ReasonedOrder = { by, at, reason }
  return context.gateway.askEnvironment(where, verb, { order, key })
}
