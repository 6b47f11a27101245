/** What blocks a candidate, since when, by whom it is ended, and what happens next by itself (U.10). */
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
import type { Gate } from '../reasons.js'
import type { DeploymentView } from '../views.js'
import {
  type Blocker,
  type BlockerFrame,
  nobody,
  type Outlook,
  ofCandidate,
  ofTags,
  ofTrunk,
  ofWait,
  withQuorum,
} from './blocker.js'

/** Empty when nothing is left to do. The one that has to end first comes first. */
export function obstaclesOf(outlook: Outlook): readonly Blocker[] {
  return [...blockersOf(outlook), ...ofTags(outlook), ...ofTrunk(outlook)]
}

function blockersOf(outlook: Outlook): readonly Blocker[] {
  const early = ofCandidate(outlook)
  if (early.length > 0) return early
  const active = outlook.view.deployments.filter(
    (one) => one.candidateNumber === outlook.candidate.number && isActive(outlook, one),
  )
  const found = active.flatMap((deployment) => ofDeployment(outlook, deployment))
  return found.length > 0 ? found : [...ofTornDown(outlook), ...ofPromotion(outlook)]
}

const isActive = ({ view }: Outlook, one: DeploymentView): boolean =>
  one.state === 'prepared' ||
  one.state === 'queued' ||
  one.state === 'running' ||
  one.state === 'awaiting_acceptance' ||
  isOpenFailure(view, one)

function ofDeployment(outlook: Outlook, deployment: DeploymentView): readonly Blocker[] {
  switch (deployment.state) {
    case 'prepared': {
      const gates = ofGates(outlook, deployment)
      return gates.length > 0 ? gates : ofLane(outlook, deployment)
    }
    case 'queued':
      return ofLane(outlook, deployment)
    case 'running':
      return [
        deployment.waits === null
          ? { ...at(deployment), kind: 'running', since: deployment.startedAt }
          : ofWait(deployment.waits, deployment.environment),
      ]
    case 'failed': {
      const { failedStage: stage, finishedAt: since } = deployment
      return [
        { ...at(deployment), kind: 'failure', stage, since, roles: rolesFor(outlook.app, 'retry', null) },
      ]
    }
    case 'awaiting_acceptance':
      return [acceptance(outlook, deployment)]
    default:
      return []
  }
}

const at = ({ environment }: DeploymentView) => ({ ...nobody, environment })

function acceptance(outlook: Outlook, deployment: DeploymentView): Blocker {
  const { environment } = deployment
  const bound = outlook.view.detail.bound.find(({ name }) => name === environment) ?? null
  const roles = rolesFor(outlook.app, 'accept', bound)
  const since = deployment.finishedAt ?? deployment.startedAt
  return { ...at(deployment), kind: 'acceptance', since, roles }
}

function ofGates(outlook: Outlook, deployment: DeploymentView): readonly Blocker[] {
  const about = { ...at(deployment), since: deployment.preparedAt }
  const quorums = outlook.quorums?.get(deployment.environment)
  return (preparedOf(outlook.view, deployment)?.gates ?? []).flatMap((gate) =>
    ofGate(outlook, about, withQuorum(gate, quorums)),
  )
}

function ofGate({ app }: Outlook, about: BlockerFrame, gate: Gate): readonly Blocker[] {
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
      // One for each check, because each has its own beginning.
      const { checks, problem } = gate.reading
      const roles = rolesFor(app, 'override', null)
      return checks
        .filter(({ state }) => state !== 'success')
        .map((check) => ({ ...about, kind: 'checks', check, problem, since: check.since, roles }))
    }
  }
}

function ofLane(outlook: Outlook, deployment: DeploymentView): readonly Blocker[] {
  const name = deployment.environment
  const closed = closing(outlook, name, { arrival: arrivalOf(outlook, deployment), promoted: false })
  if (closed.length > 0) return closed
  const line = environmentOf(outlook.view, deployment)?.detail.queue ?? []
  const place = Math.max(1, line.indexOf(deployment.id) + 1)
  const usual = outlook.usual?.get(name) ?? null
  const inMs = usual === null ? null : place * usual
  return [{ ...at(deployment), kind: 'lane', place, inMs, since: deployment.preparedAt }]
}

/** What was ordered anew, as a later attempt is, passes neither by an override nor by the release's type. */
function arrivalOf({ view }: Outlook, deployment: DeploymentView): Arrival {
  const { kind, requestedBy, override: reason, preparedAt, attempt } = deployment
  const isFirst = kind === 'promote' && attempt <= 1
  return {
    ...{ kind, requestedBy },
    override: isFirst && reason !== null ? { reason, at: preparedAt } : null,
    passesFreeze: isFirst && view.detail.passesFreeze,
  }
}

/** What closes an environment for a deployment, or for whoever promotes there next. */
function closing(
  outlook: Outlook,
  name: EnvironmentName,
  of: { readonly arrival: Arrival; readonly promoted: boolean },
): readonly Blocker[] {
  const open = { lock: null, freeze: null, hold: null }
  const environment = environmentOf(outlook.view, { environment: name }) ?? open
  const closures = closuresOf(environment, outlook.windows(outlook.now).get(name) ?? null)
  return stopping(closures, of.arrival).map((closure) => {
    const { kind, owner, since, until } = closure
    const ends = { roles: enders(outlook, kind), people: owner === null ? [] : [owner] }
    return { environment: name, since, until, ...ends, kind, closure, promoted: of.promoted }
  })
}

/** Who may end it. A window ends by itself. */
function enders({ app }: Outlook, kind: 'lock' | 'freeze' | 'hold' | 'window'): readonly string[] {
  const verbs = { lock: 'unlock', freeze: 'thaw', hold: 'resume' } as const
  return kind === 'window' ? [] : rolesFor(app, verbs[kind], null)
}

/** It was there, and nothing is any more. */
function ofTornDown({ view, app, candidate }: Outlook): readonly Blocker[] {
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

function ofPromotion(outlook: Outlook): readonly Blocker[] {
  const { view, app, candidate } = outlook
  const roles = rolesFor(app, 'promote', null)
  const newest = newestReady(view)
  const newer = newest !== null && newest.number > candidate.number ? newest.name : null
  const places = view.state === 'open' ? view.detail.promotable : []
  return places.flatMap(({ candidate: number, environment: name, again }): readonly Blocker[] => {
    if (number !== candidate.number || again) return []
    const closed = closing(outlook, name, {
      arrival: { kind: 'promote', requestedBy: null, override: null, passesFreeze: view.detail.passesFreeze },
      promoted: true,
    })
    if (closed.length > 0) return closed
    const setback = setbackIn(view, { environment: name, candidate: number })
    return [{ ...nobody, environment: name, roles, kind: 'promotion', newer, setback }]
  })
}
