/** What blocks a candidate, since when, by whom it is ended, and what happens next by itself (U.10). */
import { environmentOf, isOpenFailure, newestReady, preparedOf } from '../card-standing.js'
import { sayDuration } from '../durations.js'
import { type Arrival, closuresOf, stopping } from '../environment/closures.js'
import type { CheckProblem, CheckReading } from '../forge/checks.js'
import type { EnvironmentName } from '../identifiers.js'
import { rolesFor } from '../permissions.js'
import type { Closure, Gate } from '../reasons.js'
import type { DeploymentView } from '../views.js'
import { type Blocker, nobody, type Outlook, ofCandidate, ofTags } from './blocker.js'

/** Empty when nothing is left to do. The one that has to end first comes first. */
export function obstaclesOf(outlook: Outlook): readonly Blocker[] {
  return [...blockersOf(outlook), ...ofTags(outlook)]
}

function blockersOf(outlook: Outlook): readonly Blocker[] {
  const early = ofCandidate(outlook)
  if (early.length > 0) return early
  const active = outlook.view.deployments.filter(
    (one) => one.candidateNumber === outlook.candidate.number && isActive(outlook, one),
  )
  const found = active.flatMap((deployment) => ofDeployment(outlook, deployment))
  return found.length > 0 ? found : ofPromotion(outlook)
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
        {
          ...at(deployment),
          kind: 'running',
          says: `It is being deployed to ${deployment.environment}`,
          since: deployment.startedAt,
          next: 'Its check follows.',
        },
      ]
    case 'failed':
      return [
        {
          ...at(deployment),
          kind: 'failure',
          says: `Its deployment to ${deployment.environment} failed at ${deployment.failedStage ?? 'the start'}`,
          since: deployment.finishedAt,
          roles: rolesFor(outlook.app, 'retry', null),
          next: 'Nothing: retry, skip or roll back.',
        },
      ]
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
  return {
    ...at(deployment),
    kind: 'acceptance',
    says: `It runs in ${environment} and waits for acceptance`,
    since: deployment.finishedAt ?? deployment.startedAt,
    roles,
    next: 'Accepted, it may go to the environments above.',
  }
}

function ofGates(outlook: Outlook, deployment: DeploymentView): readonly Blocker[] {
  const { environment, preparedAt } = deployment
  const next = `With its last gate it is deployed to ${environment} by itself.`
  const about = { ...at(deployment), since: preparedAt, next }
  return (preparedOf(outlook.view, deployment)?.gates ?? []).flatMap((gate) => ofGate(outlook, about, gate))
}

type About = Omit<Blocker, 'kind' | 'says'>

function ofGate({ app }: Outlook, about: About, gate: Gate): readonly Blocker[] {
  switch (gate.kind) {
    case 'approvals': {
      const says = `${about.environment} needs ${gate.need - gate.have} more of ${gate.need} approvals`
      return [{ ...about, kind: 'approval', says, roles: gate.roles }]
    }
    case 'checklist':
      return gate.items.map(({ item, role }) => {
        const says = `"${item}" is not ticked by somebody else than who asked for the deployment`
        return { ...about, kind: 'checklist', says, roles: [role] }
      })
    case 'ticket': {
      const says = `No change ticket is linked that looks like ${gate.pattern}`
      return [{ ...about, kind: 'ticket', says, roles: rolesFor(app, 'edit', null) }]
    }
    case 'soak': {
      const { since, until } = gate
      return [{ ...about, kind: 'soak', since, until, says: 'It soaks in the environment below' }]
    }
    case 'checks':
      return ofChecks({ ...about, roles: rolesFor(app, 'override', null) }, gate.reading)
  }
}

function sayProblem(problem: CheckProblem): string {
  switch (problem.kind) {
    case 'not-asked':
      return 'not asked yet'
    case 'not-signed-in':
      return 'Slipway is not signed in to GitHub'
    case 'elsewhere':
      return 'the repository is not on the GitHub that Slipway is signed in to'
    case 'no-answer':
      return `GitHub could not be asked: ${problem.message}`
  }
}

/** One for each check, because each has its own beginning. */
function ofChecks(about: About, { checks, problem }: CheckReading): readonly Blocker[] {
  const why = problem === null ? '' : ` (${sayProblem(problem)})`
  return checks
    .filter(({ state }) => state !== 'success')
    .map(({ name, state, word, since }) => ({
      ...about,
      kind: 'checks' as const,
      says: `The check ${name} is ${state === 'failure' ? word : state}${why}`,
      since,
      next: 'It is asked for again and again; green, it opens by itself.',
    }))
}

function ofLane(outlook: Outlook, deployment: DeploymentView): readonly Blocker[] {
  const name = deployment.environment
  const next = `Then it is deployed to ${name} in its turn.`
  const closed = closing(outlook, name, { arrival: arrivalOf(outlook, deployment), next })
  if (closed.length > 0) return closed
  const line = environmentOf(outlook.view, deployment)?.detail.queue ?? []
  const place = Math.max(1, line.indexOf(deployment.id) + 1)
  const usual = outlook.usual?.get(name) ?? null
  const expected = usual === null ? '' : `, its turn comes in about ${sayDuration(place * usual)}`
  const says = `It is number ${place} in line for ${name}${expected}`
  return [{ ...at(deployment), kind: 'lane', says, since: deployment.preparedAt, next }]
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
  of: { readonly arrival: Arrival; readonly next: string },
): readonly Blocker[] {
  const open = { lock: null, freeze: null, hold: null }
  const environment = environmentOf(outlook.view, { environment: name }) ?? open
  const closures = closuresOf(environment, outlook.windows(outlook.now).get(name) ?? null)
  return stopping(closures, of.arrival).map((closure) => ({
    ...{ environment: name, kind: closure.kind, since: closure.since, until: closure.until, next: of.next },
    says: `${name} is closed (${closure.kind}): ${reasonOf(closure)}`,
    roles: enders(outlook, closure.kind),
    people: closure.owner === null ? [] : [closure.owner],
  }))
}

/** A hold that a rollback left says what it went back to, and for which stage it did so by itself. */
function reasonOf({ reason, rollback }: Closure): string {
  if (rollback === null || reason !== '') return reason
  const { to, failure } = rollback
  const stage = failure !== null && 'stage' in failure ? `: the ${failure.stage} failed` : ''
  return `rolled back to ${to}${failure === null ? '' : ` by itself${stage}`}`
}

/** Who may end it. A window ends by itself. */
function enders({ app }: Outlook, kind: 'lock' | 'freeze' | 'hold' | 'window'): readonly string[] {
  const verbs = { lock: 'unlock', freeze: 'thaw', hold: 'resume' } as const
  return kind === 'window' ? [] : rolesFor(app, verbs[kind], null)
}

function ofPromotion(outlook: Outlook): readonly Blocker[] {
  const { view, app, candidate } = outlook
  const roles = rolesFor(app, 'promote', null)
  const newest = newestReady(view)
  const older =
    newest !== null && newest.number > candidate.number
      ? ` (${newest.name} is newer and good; promoting this one asks first)`
      : ''
  const places = view.state === 'open' ? view.detail.promotable : []
  return places.flatMap(({ candidate: number, environment: name, again }): readonly Blocker[] => {
    if (number !== candidate.number || again) return []
    const next = `Nothing by itself: then somebody promotes it to ${name}.`
    const closed = closing(outlook, name, {
      arrival: { kind: 'promote', requestedBy: null, override: null, passesFreeze: view.detail.passesFreeze },
      next,
    })
    if (closed.length > 0) return closed
    const says = `Nobody has promoted it to ${name} yet${older}`
    const about = { ...nobody, environment: name, roles, next: 'Nothing goes up by itself.' }
    return [{ ...about, kind: 'promotion', says }]
  })
}
