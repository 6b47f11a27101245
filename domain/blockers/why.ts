/** What blocks a candidate, since when, who can end it, and what happens next automatically (U.10). */
import {
  environmentOf,
  isOpenFailure,
  newestReady,
  preparedOf,
  setbackIn,
  wentWithItsEnvironment,
} from '../card-standing.js'
import { type Arrival, closuresOf, stopping } from '../environment/closures.js'
import type { EnvironmentName } from '../identifiers.js'
import { rolesFor } from '../permissions.js'
import type { Closure, Gate } from '../reasons.js'
import type { DeploymentView } from '../views.js'
import {
  type Blocker,
  type BlockerContext,
  type BlockerFrame,
  nobody,
  ofCandidate,
  ofTags,
  ofTrunk,
  ofWait,
  withQuorum,
} from './blocker.js'

/** Empty when nothing is left to do. The one that has to end first comes first. */
export function blockersOf(context: BlockerContext): readonly Blocker[] {
  return [...ownBlockers(context), ...ofTags(context), ...ofTrunk(context)]
}

function ownBlockers(context: BlockerContext): readonly Blocker[] {
  const early = ofCandidate(context)
  if (early.length > 0) return early
  const active = context.view.deployments.filter(
    (one) => one.candidateNumber === context.candidate.number && isActive(context, one),
  )
  const found = active.flatMap((deployment) => ofDeployment(context, deployment))
  return found.length > 0 ? found : [...ofTornDown(context), ...ofPromotion(context)]
}

const isActive = ({ view }: BlockerContext, one: DeploymentView): boolean =>
  one.state === 'prepared' ||
  one.state === 'queued' ||
  one.state === 'running' ||
  one.state === 'awaiting_acceptance' ||
  isOpenFailure(view, one)

function ofDeployment(context: BlockerContext, deployment: DeploymentView): readonly Blocker[] {
  switch (deployment.state) {
    case 'prepared': {
      const gates = ofGates(context, deployment)
      return gates.length > 0 ? gates : ofLane(context, deployment)
    }
    case 'queued':
      return ofLane(context, deployment)
    case 'running':
      return [
        deployment.waits === null
          ? { ...at(deployment), kind: 'running', since: deployment.startedAt }
          : ofWait(deployment.waits, deployment.environment),
      ]
    case 'failed': {
      const { failedStage: stage, finishedAt: since } = deployment
      return [
        { ...at(deployment), kind: 'failure', stage, since, roles: rolesFor(context.app, 'retry', null) },
      ]
    }
    case 'awaiting_acceptance':
      return [acceptance(context, deployment)]
    default:
      return []
  }
}

const at = ({ environment }: DeploymentView) => ({ ...nobody, environment })

function acceptance(context: BlockerContext, deployment: DeploymentView): Blocker {
  const { environment } = deployment
  const bound = context.view.detail.bound.find(({ name }) => name === environment) ?? null
  const roles = rolesFor(context.app, 'accept', bound)
  const since = deployment.finishedAt ?? deployment.startedAt
  return { ...at(deployment), kind: 'acceptance', last: bound?.last === true, since, roles }
}

function ofGates(context: BlockerContext, deployment: DeploymentView): readonly Blocker[] {
  const about = { ...at(deployment), since: deployment.preparedAt }
  const quorums = context.quorums?.get(deployment.environment)
  return (preparedOf(context.view, deployment)?.gates ?? []).flatMap((gate) =>
    ofGate(context, about, withQuorum(gate, quorums)),
  )
}

function ofGate({ app }: BlockerContext, about: BlockerFrame, gate: Gate): readonly Blocker[] {
  switch (gate.kind) {
    case 'approvals': {
      return [{ ...about, kind: 'approval', gate, roles: gate.roles }]
    }
    case 'checklist':
      return gate.items.map(({ item, role }) => ({ ...about, kind: 'checklist', item, roles: [role] }))
    case 'ticket': {
      const { pattern } = gate
      return [{ ...about, kind: 'ticket', pattern, roles: rolesFor(app, 'edit', null) }]
    }
    case 'soak': {
      const { since, until } = gate
      return [{ ...about, kind: 'soak', since, until }]
    }
    case 'checks': {
      // One per check, because each has its own start.
      const { checks, problem } = gate.reading
      const roles = rolesFor(app, 'override', null)
      return checks
        .filter(({ state }) => state !== 'success')
        .map((check) => ({ ...about, kind: 'checks', check, problem, since: check.since, roles }))
    }
  }
}

function ofLane(context: BlockerContext, deployment: DeploymentView): readonly Blocker[] {
  const name = deployment.environment
  const closed = closing(context, name, { arrival: arrivalOf(context, deployment), promoted: false })
  if (closed.length > 0) return closed
  const line = environmentOf(context.view, deployment)?.detail.queue ?? []
  const place = Math.max(1, line.indexOf(deployment.id) + 1)
  const usual = context.usual?.get(name) ?? null
  const inMs = usual === null ? null : place * usual
  return [{ ...at(deployment), kind: 'lane', place, inMs, since: deployment.preparedAt }]
}

/** What was ordered again, such as a later attempt, passes neither by an override nor by the release's type. */
function arrivalOf({ view }: BlockerContext, deployment: DeploymentView): Arrival {
  const { kind, requestedBy, override: reason, preparedAt, attempt } = deployment
  const isFirst = kind === 'promote' && attempt <= 1
  return {
    ...{ kind, requestedBy },
    override: isFirst && reason !== null ? { reason, at: preparedAt } : null,
    passesFreeze: isFirst && view.detail.passesFreeze,
  }
}

/** What closes an environment for a deployment, or for the next promotion there. */
function closing(
  context: BlockerContext,
  name: EnvironmentName,
  of: { readonly arrival: Arrival; readonly promoted: boolean },
): readonly Blocker[] {
  const open = { lock: null, freeze: null, hold: null, detail: { lostHost: null } }
  const environment = environmentOf(context.view, { environment: name }) ?? open
  const closures = closuresOf(environment, context.windows(context.now).get(name) ?? null)
  return stopping(closures, of.arrival).map((closure) => {
    const { kind, owner, since, until } = closure
    const ends = { roles: enders(context, kind), people: owner === null ? [] : [owner] }
    return { environment: name, since, until, ...ends, kind, closure, promoted: of.promoted }
  })
}

/** Who may end it. A window ends automatically. */
function enders({ app }: BlockerContext, kind: Closure['kind']): readonly string[] {
  const verbs = { lock: 'unlock', freeze: 'thaw', hold: 'resume', 'lost-host': 'env' } as const
  return kind === 'window' ? [] : rolesFor(app, verbs[kind], null)
}

/** It was there, and nothing is any more. */
function ofTornDown({ view, app, candidate }: BlockerContext): readonly Blocker[] {
  return view.deployments
    .filter((one) => one.candidateNumber === candidate.number && wentWithItsEnvironment(view, one))
    .flatMap((one) => {
      const { detail } = environmentOf(view, one) ?? {}
      if (!detail?.tornDown) return []
      const { at: since, by } = detail.tornDown
      const back = detail.rollbackTargets[0]?.name ?? null
      const roles = rolesFor(app, 'env', null)
      return [{ ...at(one), kind: 'torn-down', since, roles, people: [by], back }]
    })
}

function ofPromotion(context: BlockerContext): readonly Blocker[] {
  const { view, app, candidate } = context
  const roles = rolesFor(app, 'promote', null)
  const newest = newestReady(view)
  const newer = newest !== null && newest.number > candidate.number ? newest.name : null
  const places = view.state === 'open' ? view.detail.promotable : []
  return places.flatMap(({ candidate: number, environment: name, again }): readonly Blocker[] => {
    if (number !== candidate.number || again) return []
    const closed = closing(context, name, {
      arrival: { kind: 'promote', requestedBy: null, override: null, passesFreeze: view.detail.passesFreeze },
      promoted: true,
    })
    if (closed.length > 0) return closed
    const setback = setbackIn(view, { environment: name, candidate: number })
    return [{ ...nobody, environment: name, roles, kind: 'promotion', newer, setback }]
  })
}
