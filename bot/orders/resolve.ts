/** Resolves what an order names, and checks that the person may do it. */
import type { AppName, EnvironmentName, ReleaseId } from '../../domain/identifiers.js'
import type { DeploymentRef, ReleaseRef } from '../../domain/intent.js'
import { nearest } from '../../domain/nearest.js'
import { rolesForCut } from '../../domain/permissions.js'
import { type AppDefinition, type EnvironmentDefinition, findEnvironment } from '../../domain/pipeline.js'
import type { ActorSnapshot } from '../../domain/release/state.js'
import { isRepeat } from '../../domain/states.js'
import type { ProtectedVerb } from '../../domain/verbs.js'
import type { DeploymentView, ReleaseView } from '../../domain/views.js'
import { type Handling, Refused } from './handling.js'
import { readTime } from './read-time.js'

type Any = Handling<unknown>

export interface FoundRelease {
  readonly releaseId: ReleaseId
  /** Null when the text names the release but no candidate. */
  readonly candidate: number | null
}

export function appOf(handling: Any, name: AppName): AppDefinition {
  const { apps } = handling.context.configuration()
  const app = apps.find((one) => one.name === name)
  if (app) return app
  const names = apps.map((one) => one.name)
  throw new Refused({ code: 'unknown-app', text: name, nearest: nearest(name, names) })
}

export function environmentOf(app: AppDefinition, name: string): EnvironmentDefinition {
  const environment = findEnvironment(app, name)
  if (environment) return environment
  const names = app.environments.map((one) => one.name)
  throw new Refused({ code: 'unknown-environment', text: name, nearest: nearest(name, names) })
}

/** Denies by default: anything but a yes is a refusal. The evidence is passed to the workflow. */
export async function permitted(
  handling: Any,
  verb: ProtectedVerb,
  on: { readonly app: AppDefinition; readonly environment: EnvironmentDefinition | null },
): Promise<ActorSnapshot> {
  const answer = await handling.context.authorizer.authorize(handling.actor, verb, on)
  if (answer.kind === 'denied') throw new Refused(answer.refusal)
  return answer.evidence
}

/**
 * A release type may restrict who cuts it. One that needs fewer approvals than an environment requires `override` otherwise. Whoever
 * may cut it may also pick a fix onto it, unless `permissions` gives cherry-picks to others.
 */
export async function permittedToCut(
  handling: Any,
  app: AppDefinition,
  { type, picks = false }: { readonly type: string; readonly picks?: boolean },
): Promise<ActorSnapshot> {
  const { cut, besides } = rolesForCut(app, type)
  const narrowed = { ...app, permissions: { ...app.permissions, cut } }
  const by = await permitted(handling, 'cut', { app: narrowed, environment: null })
  if (besides !== null) await permitted(handling, besides, { app, environment: null })
  if (picks) await permitted(handling, 'cherry-pick', { app: narrowed, environment: null })
  return by
}

export async function releaseOf(handling: Any, app: AppName, ref: ReleaseRef): Promise<FoundRelease> {
  if (ref.kind === 'id') return { releaseId: ref.releaseId, candidate: ref.candidate }
  const found = await handling.context.lookups.candidate(app, ref.text)
  if (found.kind === 'found') return { releaseId: found.releaseId, candidate: found.candidate }
  const near = found.kind === 'ambiguous' ? found.names : found.nearest
  throw new Refused({ code: 'unknown-release', text: ref.text, nearest: near })
}

export async function releaseView(handling: Any, id: ReleaseId): Promise<ReleaseView> {
  const view = await handling.context.lookups.release(id)
  if (view) return view
  throw new Refused({ code: 'unknown-release', text: id, nearest: [] })
}

/** The candidate of an order: the one named, or else the newest. */
export function candidateOf(view: ReleaseView, named: number | null): number {
  return named ?? view.candidates.at(-1)?.number ?? 1
}

type Wanted = (deployment: DeploymentView) => boolean

/** The deployment of an order; if several qualify, the person has to name the environment. */
export async function deploymentOf(
  handling: Any,
  app: AppDefinition,
  order: { readonly ref: DeploymentRef; readonly wanted: Wanted },
): Promise<DeploymentView> {
  const { ref, wanted } = order
  switch (ref.kind) {
    case 'id':
      return byId(handling, ref)
    case 'of-release':
      return ofRelease(handling, app, { ...order, ref })
    case 'in-environment': {
      const environment = environmentOf(app, ref.environment)
      const deployment = await inEnvironment(handling, app, { environment: environment.name, wanted })
      if (deployment) return deployment
      throw new Refused({ code: 'nothing-to-decide', state: 'empty' })
    }
  }
}

async function byId(handling: Any, ref: Extract<DeploymentRef, { kind: 'id' }>): Promise<DeploymentView> {
  const deployment = await handling.context.lookups.deployment(ref.deploymentId)
  if (deployment) return deployment
  throw new Refused({ code: 'unknown-deployment', text: ref.deploymentId })
}

async function ofRelease(
  handling: Any,
  app: AppDefinition,
  order: { readonly ref: Extract<DeploymentRef, { kind: 'of-release' }>; readonly wanted: Wanted },
): Promise<DeploymentView> {
  const { ref, wanted } = order
  const found = await releaseOf(handling, app.name, ref.release)
  const view = await releaseView(handling, found.releaseId)
  const name = ref.environment === null ? null : environmentOf(app, ref.environment).name
  const all = view.deployments.filter(
    (one) =>
      (name === null || one.environment === name) &&
      (found.candidate === null || one.candidateNumber === found.candidate),
  )
  const open = all.filter(wanted)
  const environments = [...new Set(open.map((one) => one.environment))]
  if (environments.length > 1) throw new Refused({ code: 'ambiguous-environment', environments })
  // If none is open, the newest explains the refusal best: its state says who decided, or what superseded it.
  const chosen = open.at(-1) ?? newestStep(all)
  if (chosen) return chosen
  throw new Refused({ code: 'nothing-to-decide', state: 'not deployed' })
}

async function inEnvironment(
  handling: Any,
  app: AppDefinition,
  order: { readonly environment: EnvironmentName; readonly wanted: Wanted },
): Promise<DeploymentView | null> {
  const recent = await handling.context.lookups.inEnvironment(app.name, order.environment)
  return recent.findLast(order.wanted) ?? newestStep(recent) ?? null
}

/** Skips repeats: deploying the same artifact again decided nothing. */
const newestStep = (deployments: readonly DeploymentView[]): DeploymentView | undefined =>
  deployments.findLast(({ kind }) => !isRepeat(kind)) ?? deployments.at(-1)

/** Parses a time in the person's own time zone, as ISO. */
export function timeOf(text: string, by: ActorSnapshot): string {
  const time = readTime(text, { now: by.at, timezone: by.timezone ?? 'UTC' })
  if (time !== null) return time
  throw new Refused({ code: 'invalid-time', text })
}
