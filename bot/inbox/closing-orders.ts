/** Locks and freezes: who closes an environment, until when, and what that means for a promotion. */
import { closuresAt, passedBy, refuseFrozen, sayClosure } from '../../domain/environment/closures.js'
import type { UserId } from '../../domain/identifiers.js'
import type { FreezeIntent, LockIntent, PromoteIntent } from '../../domain/intent.js'
import type { AppDefinition, EnvironmentDefinition } from '../../domain/pipeline.js'
import { done, type Outcome, refuse } from '../../domain/refusal.js'
import type { ActorSnapshot } from '../../domain/release/state.js'
import { readTime } from '../read-time.js'
import { type Handling, Refused } from './context.js'
import { appOf, environmentOf, permitted } from './resolve.js'

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

/** What an override passes there now, in words; the thread says for whom a lock makes wait. */
export async function closedFor(
  { intent, context }: Handling<PromoteIntent>,
  about: {
    readonly app: AppDefinition
    readonly environment: EnvironmentDefinition
    readonly passesFreeze: boolean
    readonly by: UserId
  },
): Promise<readonly string[]> {
  const { app, environment, passesFreeze, by } = about
  const state = await context.gateway.readEnvironment(app.name, environment.name).catch(() => null)
  if (state === null) return []
  const at = context.clock.now().toISOString()
  const arrival = { kind: 'promote', requestedBy: by, override: intent.override, passesFreeze } as const
  const refusal = refuseFrozen(state, arrival, at)
  if (refusal) throw new Refused(refusal)
  const passed = passedBy(closuresAt(state, { at, closed: null }), arrival)
  return passed.map((one) => `${environment.name} is ${sayClosure(one)}`)
}
