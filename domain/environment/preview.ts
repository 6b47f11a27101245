/** Environments made for a branch, like a configured one but with an expiry (S2.15, S2.19). */
import {
  type CommitSha,
  type DeploymentId,
  type EnvironmentName,
  SLIPWAY,
  type UserId,
} from '../identifiers.js'
import { type AppDefinition, type EnvironmentDefinition, findEnvironment, rulesOf } from '../pipeline.js'
import type { Failure, PreviewSource } from '../reasons.js'
import { done, type Outcome, refuse } from '../refusal.js'
import { environmentEvent } from './deployment-events.js'
import { withExpiry } from './expiry.js'
import type { PlaceReport } from './preview-places.js'
import {
  andThen,
  type EnvironmentState,
  isClosing,
  isSetUp,
  type LaneStep,
  nameOfOrder,
  step,
  withLifecycle,
  withNotice,
} from './state.js'

/** A preview as an environment: on the first level, without gates, with its own variables. Null: previews are not configured. */
export function previewDefinition(
  app: AppDefinition,
  name: EnvironmentName,
  branch: string | null,
): EnvironmentDefinition | null {
  const { previews } = app
  const like = previews && findEnvironment(app, previews.like)
  if (!previews || !like) return null
  const own = Object.entries(previews.variables).map(([key, value]) => [
    key,
    value.replaceAll('{name}', name),
  ])
  return {
    ...like,
    name,
    mode: 'continuous',
    level: 0,
    branch,
    variables: { ...like.variables, ...Object.fromEntries(own) },
    approve: [],
    accept: null,
    windows: [],
    soakMs: 0,
    expiresMs: previews.expiresMs,
    noticesMs: previews.noticesMs,
    extensions: previews.extensions,
    maxAgeMs: previews.maxAgeMs,
  }
}

export interface CreateOrder {
  readonly deploymentId: DeploymentId
  readonly by: UserId
  readonly at: string
  /** A branch, a commit or a pull request; null: the branch with the preview's name. */
  readonly ref: string | null
}

/** What the ref of a new preview resolves to. */
export interface Origin {
  readonly commit: CommitSha
  readonly branch: string | null
  /** The number of the pull request; absent for a branch or a commit. */
  readonly pull?: number
}

/** Why no preview of that name can be created now, null when it can. */
export function cannotCreate(state: EnvironmentState, app: AppDefinition): Outcome | null {
  if (app.previews === null) return refuse({ code: 'no-previews' })
  if (findEnvironment(app, state.name) !== null) return refuse({ code: 'invalid-name', text: state.name })
  if (isClosing(state)) return refuse({ code: 'tearing-down', environment: state.name })
  const { preview, teardown } = state.lifecycle
  const lives = preview !== null && (isSetUp(state) || preview.place !== null || teardown !== null)
  return lives
    ? refuse({
        code: 'already-there',
        candidate: state.name,
        environment: state.name,
        state: 'preview',
      })
    : null
}

/** Starts the preview: its lifetime begins, and it requests a place. */
export function createPreview(
  state: EnvironmentState,
  app: AppDefinition,
  order: CreateOrder & { readonly origin: Origin },
): LaneStep {
  const { by, at, deploymentId, origin } = order
  const { branch, commit, pull = null } = origin
  const like = previewDefinition(app, state.name, branch)
  const place = { granted: false, ahead: 0, living: 0, most: app.previews?.most ?? 0 }
  const next = withLifecycle(
    { ...state, definition: like === null ? state.definition : rulesOf(like) },
    {
      preview: { owner: by, branch, commit, createdAt: at, pull, closedPull: null, place },
      // Creating an environment includes asking for its setup, even where a required setup does not run automatically.
      wanted: { deploymentId, kind: 'rebuild', commit, branch, by, at },
    },
  )
  return {
    ...step(next),
    events: [
      environmentEvent(next, {
        kind: 'environment.created',
        at,
        by,
        facts: { source: sourceOf(origin) },
      }),
    ],
  }
}

export const created = (state: EnvironmentState, origin: Origin): Outcome =>
  done({
    code: 'environment',
    environment: state.name,
    task: { kind: 'preview', source: sourceOf(origin) },
  })

const sourceOf = ({ branch, commit, pull }: Origin): PreviewSource => ({ branch, commit, pull: pull ?? null })

/** Its place, or its position in the queue. Its lifetime counts from when it has a place. One that is gone asks for none. */
export function placed(state: EnvironmentState, place: PlaceReport, at: string): LaneStep {
  const { preview } = state.lifecycle
  if (preview === null || preview.place === null) return step(state)
  const next = withLifecycle(state, { preview: { ...preview, place } })
  return step(place.granted ? withExpiry(next, at) : next)
}

/** People wait for the first deployment of a preview, so they are notified that it is ready, once each time it is created. */
export function announceReady(before: EnvironmentState, ended: LaneStep, at: string): LaneStep {
  const { current, lifecycle } = ended.state
  if (lifecycle.preview === null || before.current !== null || current === null) return ended
  const facts = { name: nameOfOrder(current.order), until: lifecycle.expiry?.at ?? null }
  return andThen(ended, (state) => {
    const next = withNotice(state, { kind: 'ready', ...facts }, at)
    const line = { kind: 'environment.ready', facts, at, by: SLIPWAY } as const
    return { ...step(next), events: [environmentEvent(next, line)] }
  })
}

/** A push to the branch it follows. The same commit again changes nothing, nor does a push during or after a failed teardown. */
export function pushed(
  state: EnvironmentState,
  push: { readonly commit: CommitSha; readonly at: string; readonly deploymentId: DeploymentId },
): LaneStep {
  const { preview, wanted, building, closing, teardown } = state.lifecycle
  const { commit, at, deploymentId } = push
  if (preview === null || teardown !== null) return step(state)
  const there = [
    wanted?.commit,
    building?.commit,
    state.running?.entry.order.commit,
    state.current?.order.commit,
  ]
  const newest = state.queue.at(-1)?.order.commit ?? there.find((one) => one != null)
  if (newest === commit && closing === null) return step(state)
  const next = withLifecycle(state, {
    closing: null,
    wanted: { deploymentId, kind: 'push', commit, branch: preview.branch, by: SLIPWAY, at },
  })
  return {
    ...step(next),
    events: [
      environmentEvent(next, {
        kind: 'environment.pushed',
        at,
        by: SLIPWAY,
        facts: { commit, branch: preview.branch },
      }),
    ],
  }
}

/** The build of what was wanted failed: nothing was touched, and people are notified (S3.3). */
export function buildFailed(state: EnvironmentState, failure: Failure, at: string): LaneStep {
  const { building } = state.lifecycle
  if (building === null) return step(state)
  const facts = { commit: building.commit, failure }
  const next = withNotice(withLifecycle(state, { building: null }), { kind: 'build-failed', ...facts }, at)
  return {
    ...step(next),
    events: [environmentEvent(next, { kind: 'environment.build_failed', facts, at, by: SLIPWAY })],
  }
}
