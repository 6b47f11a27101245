/** Executes `env`: previews, rebuild, patch, expiry, teardown, lost hosts. */
import { parseDuration } from '../../../domain/durations.js'
import { previewDefinition } from '../../../domain/environment/preview.js'
import {
  type EnvironmentName,
  parseDeploymentId,
  parseEnvironmentName,
  type UserId,
} from '../../../domain/identifiers.js'
import type { IntentOf } from '../../../domain/intent.js'
import { nearest } from '../../../domain/nearest.js'
import {
  type AppDefinition,
  type EnvironmentDefinition,
  findEnvironment,
  isFirstLevel,
  isLastLevel,
} from '../../../domain/pipeline.js'
import { type Outcome, refuse } from '../../../domain/refusal.js'
import type { ProtectedVerb } from '../../../domain/verbs.js'
import { type Handling, Refused } from '../../orders/handling.js'
import { appOf, permitted } from '../../orders/resolve.js'

type Its = Handling<IntentOf<'env'>>

interface Order {
  readonly where: { readonly app: AppDefinition; readonly environment: EnvironmentName }
  readonly by: UserId
  readonly at: string
}

/** S2.11, S2.14–S2.20. */
export async function handleEnvironment(handling: Its): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  if (intent.action === 'create') return create(handling, app)
  const definition = await placeOf(handling, app)
  const {
    user: by,
    roles,
    at,
  } = await permitted(handling, permissionOf(intent.action, app, definition), {
    app,
    environment: definition,
  })
  const where = { app, environment: definition.name }
  const { gateway } = context
  const { deploymentId, action } = intent
  switch (action) {
    case 'patch':
      if (intent.argument !== null) return patchWith(handling, { where, by, at }, definition)
      return gateway.askEnvironment(where, 'patch', { order: { deploymentId, by, at }, key })
    case 'rebuild':
      return gateway.askEnvironment(where, action, {
        order: { deploymentId, by, at, confirmed: intent.confirmed },
        key,
      })
    case 'extend':
      return extend(handling, { where, by, at })
    case 'keep':
      return gateway.askEnvironment(where, 'keep', {
        order: { by, at, until: instant(intent.argument) },
        key,
      })
    case 'teardown':
      return teardown(handling, { where, by, at }, definition)
    case 'approve-teardown':
      return gateway.askEnvironment(where, action, { order: { by, at, roles }, key })
    case 'stop-teardown':
    case 'wait-host':
    case 'other-host':
      return gateway.askEnvironment(where, action, { order: { by, at }, key })
  }
}

/** Who may do it: `env` covers what can be undone; what a permanent environment loses needs other permissions. */
function permissionOf(
  action: Its['intent']['action'],
  app: AppDefinition,
  { name, expiresMs }: EnvironmentDefinition,
): ProtectedVerb {
  if (action === 'approve-teardown') return 'approve'
  if (action === 'stop-teardown') return 'lock'
  const permanent = findEnvironment(app, name) !== null && expiresMs === null
  return action === 'teardown' && permanent ? 'teardown' : 'env'
}

/** S2.14, S2.22: the only build of a commit, for environments that need no release. */
async function patchWith(
  { intent, context, key }: Its,
  { where, by, at }: Order,
  definition: EnvironmentDefinition,
): Promise<Outcome> {
  const text = intent.argument ?? ''
  if (!isFirstLevel(definition) || definition.mode !== 'continuous') {
    return refuse({ code: 'not-supported', what: `a commit without a release in ${definition.name}` })
  }
  const found = await context.lookups.build(where.app.name, text)
  if (found.kind !== 'found') {
    const commits = found.kind === 'ambiguous' ? found.commits : []
    return refuse({ code: 'unknown-build', text, commits })
  }
  const order = { deploymentId: intent.deploymentId, by, at, commit: found.build.commit }
  return context.gateway.askEnvironment(where, 'patch', { order, key })
}

async function create(handling: Its, app: AppDefinition): Promise<Outcome> {
  const { intent, context, key } = handling
  const { user: by, at } = await permitted(handling, 'env', { app, environment: null })
  if (app.previews === null) return refuse({ code: 'no-previews' })
  const environment = parseEnvironmentName(intent.environment)
  if (environment === null || findEnvironment(app, environment) !== null) {
    return refuse({ code: 'invalid-name', text: intent.environment })
  }
  const order = { deploymentId: intent.deploymentId, by, at, ref: intent.argument }
  return context.gateway.askEnvironment({ app, environment }, 'create', { order, key })
}

/** A duration is typed; a button carries the expiry shown in its notice, so that a second click finds it changed. */
function extend({ intent, context, key }: Its, { where, by, at }: Order): Promise<Outcome> {
  const { argument } = intent
  const until = instant(argument)
  const durationMs = argument === null || until !== null ? null : parseDuration(argument)
  if (argument !== null && until === null && durationMs === null) {
    return Promise.resolve(refuse({ code: 'invalid-time', text: argument }))
  }
  return context.gateway.askEnvironment(where, 'extend', { order: { by, at, durationMs, until }, key })
}

/** Tearing down a user-facing environment that expires automatically also needs the permission to override a rule. */
async function teardown(
  handling: Its,
  { where, by, at }: Order,
  definition: EnvironmentDefinition,
): Promise<Outcome> {
  const { intent, context, key } = handling
  const configured = findEnvironment(where.app, definition.name)
  if (configured && configured.expiresMs !== null && isLastLevel(where.app, configured)) {
    await permitted(handling, 'override', { app: where.app, environment: configured })
  }
  const seen = intent.argument === null ? null : parseDeploymentId(intent.argument)
  const order = { by, at, confirmed: intent.confirmed, seen, typed: intent.argument }
  return context.gateway.askEnvironment(where, 'teardown', { order, key })
}

/** A configured environment, or a preview that exists or is waiting to. */
async function placeOf(handling: Its, app: AppDefinition): Promise<EnvironmentDefinition> {
  const text = handling.intent.environment
  const configured = findEnvironment(app, text)
  if (configured) return configured
  const known = await handling.context.lookups.environments(app.name)
  const previews = known.filter(({ detail, state }) => detail.preview && (state !== 'absent' || detail.place))
  const preview = previews.find(({ name }) => name === text)
  const definition = preview && previewDefinition(app, preview.name, preview.detail.branch)
  if (definition) return definition
  const gone = known.find(({ name, detail }) => name === text && detail.preview)
  if (gone && !preview) throw new Refused({ code: 'gone', environment: gone.name })
  const names = [...app.environments, ...previews].map(({ name }) => name)
  throw new Refused({ code: 'unknown-environment', text, nearest: nearest(text, names) })
}

/** An instant as buttons carry it; null for anything else. */
function instant(text: string | null): string | null {
  return text !== null && /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)) ? text : null
}
