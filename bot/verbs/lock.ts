/** Locks and freezes: who closes an environment, until when, and what that means for a promotion. */
import type { EnvironmentState } from '../../domain/environment/state.js'
import type { UserId } from '../../domain/identifiers.js'
import type { FreezeIntent, LockIntent, PromoteIntent } from '../../domain/intent.js'
import type { AppDefinition, EnvironmentDefinition } from '../../domain/pipeline.js'
import { done, type Outcome, refuse } from '../../domain/refusal.js'
import type { ActorSnapshot } from '../../domain/release/state.js'
import { type Handling, Refused } from '../orders/handling.js'
import { readTime } from '../orders/read-time.js'
import { appOf, environmentOf, permitted } from '../orders/resolve.js'

/** S4.4, S4.10: one environment, for one person. A lock says why; its end is read in the zone of who asks. */
export async function lock(handling: Handling<LockIntent>): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const environment = environmentOf(app, intent.environment)
  const by = await permitted(handling, intent.kind, { app, environment })
  const reason = intent.reason?.trim() ?? ''
  const where = { app, environment: environment.name }
  const order = { by: by.user, at: by.at, reason }
  if (intent.kind === 'unlock') return context.gateway.askEnvironment(where, 'unlock', { order, key })
  if (reason === '' && !intent.takeOver) return refuse({ code: 'reason-missing', verb: 'lock' })
  const until = intent.until === null ? null : timeOf(intent.until, by)
  const { takeOver } = intent
  return context.gateway.askEnvironment(where, 'lock', { order: { ...order, until, takeOver }, key })
}

/** Every environment of an app, or of all apps. Who may do it must be granted by name, for each of them. */
export async function freeze(handling: Handling<FreezeIntent>): Promise<Outcome> {
  const { intent } = handling
  const { apps: all } = handling.context.configuration()
  const apps = intent.app === null ? all : [appOf(handling, intent.app)]
  let by: ActorSnapshot | null = null
  for (const app of apps) by = await permitted(handling, intent.kind, { app, environment: null })
  const [first] = apps
  if (by === null || first === undefined) return refuse({ code: 'unknown-app', text: '', nearest: [] })
  const reason = intent.reason?.trim() ?? ''
  if (intent.kind === 'thaw') return thaw(handling, apps, { by: by.user, at: by.at, reason })
  if (reason === '') return refuse({ code: 'reason-missing', verb: 'freeze' })
  if (intent.until === null) return refuse({ code: 'invalid-time', text: '' })
  const until = timeOf(intent.until, by)
  const order = { by: by.user, at: by.at, reason, until }
  await Promise.all(everywhere(apps).map((where) => ask(handling, where, { verb: 'freeze', order })))
  return done({ code: 'frozen', until })
}

async function thaw(
  handling: Handling<FreezeIntent>,
  apps: readonly AppDefinition[],
  order: { readonly by: UserId; readonly at: string; readonly reason: string },
): Promise<Outcome> {
  const outcomes = await Promise.all(
    everywhere(apps).map((where) => ask(handling, where, { verb: 'thaw', order })),
  )
  return outcomes.find((outcome) => outcome.kind === 'done') ?? outcomes[0] ?? done({ code: 'thawed' })
}

interface Place {
  readonly app: AppDefinition
  readonly environment: EnvironmentDefinition['name']
}

const everywhere = (apps: readonly AppDefinition[]): readonly Place[] =>
  apps.flatMap((app) => app.environments.map(({ name }) => ({ app, environment: name })))

/** The order's key is the update's id in each of them, so that a repeated order changes nothing. */
function ask(
  { context, key }: Handling<FreezeIntent>,
  where: Place,
  asked:
    | {
        readonly verb: 'freeze'
        readonly order: {
          readonly by: UserId
          readonly at: string
          readonly reason: string
          readonly until: string
        }
      }
    | {
        readonly verb: 'thaw'
        readonly order: { readonly by: UserId; readonly at: string; readonly reason: string }
      },
): Promise<Outcome> {
  return asked.verb === 'freeze'
    ? context.gateway.askEnvironment(where, 'freeze', { order: asked.order, key })
    : context.gateway.askEnvironment(where, 'thaw', { order: asked.order, key })
}

function timeOf(text: string, by: ActorSnapshot): string {
  const time = readTime(text, { now: by.at, timezone: by.timezone ?? 'UTC' })
  if (time !== null) return time
  throw new Refused({ code: 'invalid-time', text })
}

/**
 * What an override passes there now, in words. Without one a frozen environment refuses at once; a lock only makes
 * wait, and the thread says for whom.
 */
export async function closedFor(
  { intent, context }: Handling<PromoteIntent>,
  about: {
    readonly app: AppDefinition
    readonly environment: EnvironmentDefinition
    readonly type: string
    readonly by: UserId
  },
): Promise<readonly string[]> {
  const { app, environment, type, by } = about
  const state = await context.gateway.readEnvironment(app.name, environment.name).catch(() => null)
  const now = context.clock.now().toISOString()
  const exempt = app.types.find((one) => one.name === type)?.passesFreeze ?? false
  const frozen = exempt ? null : freezeOf(state, now)
  if (frozen && intent.override === null) throw new Refused({ code: 'frozen', ...frozen })
  const locked = state?.lock && !isOver(state.lock.until, now) && state.lock.owner !== by ? state.lock : null
  return [
    ...(frozen ? [`${environment.name} is frozen: ${frozen.reason}`] : []),
    ...(locked ? [`${environment.name} is locked: ${locked.reason}`] : []),
  ]
}

function freezeOf(state: EnvironmentState | null, now: string): EnvironmentState['freeze'] {
  return state?.freeze && !isOver(state.freeze.until, now) ? state.freeze : null
}

const isOver = (until: string | null, now: string): boolean => until !== null && until <= now
