/** What blocks a candidate, since when, by whom it is ended, and what happens next by itself (U.10). */
import { nextPromotions } from '../card-promotions.js'
import { environmentOf, isOpenFailure, newestReady } from '../card-standing.js'
import { sayDuration } from '../durations.js'
import type { CheckReading } from '../forge/checks.js'
import { rolesFor } from '../permissions.js'
import { findEnvironment } from '../pipeline.js'
import type { DeploymentView, EnvironmentView } from '../views.js'
import { type Blocker, nobody, type Outlook, ofCandidate, ofTags } from './blocker.js'
import { closuresOf, stopping } from './closures.js'
import { checksMissing, judgesOf, openBoxes, soaking, ticketMissing } from './gates.js'

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
  const target = findEnvironment(outlook.app, environment)
  const roles = target ? (judgesOf(outlook, target) ?? []) : []
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
  const { environment, needs, approvals, approvers, preparedAt } = deployment
  const about = { ...at(deployment), since: preparedAt }
  const target = findEnvironment(outlook.app, environment)
  const next = `With its last gate it is deployed to ${environment} by itself.`
  const gates: Blocker[] = []
  if (approvals.length < needs) {
    const says = `${environment} needs ${needs - approvals.length} more of ${needs} approvals`
    gates.push({ ...about, kind: 'approval', says, roles: approvers, next })
  }
  for (const { item, role } of openBoxes(outlook, environment, deployment)) {
    const says = `"${item}" is not ticked by somebody else than who asked for the deployment`
    gates.push({ ...about, kind: 'checklist', says, roles: [role], next })
  }
  const ticket = target ? ticketMissing(outlook, target, deployment) : null
  if (ticket !== null) {
    const says = `No change ticket is linked that looks like ${ticket}`
    gates.push({ ...about, kind: 'ticket', says, roles: rolesFor(outlook.app, 'edit', null), next })
  }
  const soak = target && deployment.override === null ? soaking(outlook, target) : null
  if (soak !== null && soak.until > outlook.now) {
    gates.push({ ...about, ...soak, kind: 'soak', says: 'It soaks in the environment below', next })
  }
  const reading = target && checksMissing(outlook, target, deployment)
  return [...gates, ...(reading ? checkObstacles(outlook, about, reading) : [])]
}

/** One for each check, because each has its own beginning. */
function checkObstacles(
  outlook: Outlook,
  about: Pick<Blocker, 'environment' | 'until' | 'people'>,
  { checks, problem }: CheckReading,
): readonly Blocker[] {
  const why = problem === null ? '' : ` (GitHub could not be asked: ${problem})`
  return checks
    .filter(({ state }) => state !== 'success')
    .map(({ name, state, word, since }) => ({
      ...about,
      kind: 'checks' as const,
      says: `The check ${name} is ${state === 'failure' ? word : state}${why}`,
      since,
      roles: rolesFor(outlook.app, 'override', null),
      next: 'It is asked for again and again; green, it opens by itself.',
    }))
}

function ofLane(outlook: Outlook, deployment: DeploymentView): readonly Blocker[] {
  const environment = environmentOf(outlook.view, deployment)
  if (environment === null) return []
  const next = `Then it is deployed to ${environment.name} in its turn.`
  const closed = closing(outlook, environment, { deployment, next })
  if (closed.length > 0) return closed
  const place = Math.max(1, environment.detail.queue.indexOf(deployment.id) + 1)
  const usual = outlook.usual?.get(environment.name) ?? null
  const expected = usual === null ? '' : `, its turn comes in about ${sayDuration(place * usual)}`
  const says = `It is number ${place} in line for ${environment.name}${expected}`
  return [{ ...at(deployment), kind: 'lane', says, since: deployment.preparedAt, next }]
}

/** What closes an environment for a deployment, or for whoever promotes there next. */
function closing(
  outlook: Outlook,
  environment: EnvironmentView,
  of: { readonly deployment: DeploymentView | null; readonly next: string },
): readonly Blocker[] {
  const { name } = environment
  const closures = closuresOf(environment, outlook.windows(outlook.now).get(name) ?? null)
  return stopping(outlook, closures, of.deployment).map(({ kind, owner, reason, since, until }) => ({
    ...{ ...nobody, environment: name, kind, since, until, next: of.next },
    says: `${name} is closed (${kind}): ${reason}`,
    people: owner === null ? [] : [owner],
  }))
}

function ofPromotion(outlook: Outlook): readonly Blocker[] {
  const { view, app, candidate } = outlook
  const roles = rolesFor(app, 'promote', null)
  const newest = newestReady(view)
  const older =
    newest !== null && newest.number > candidate.number
      ? ` (${newest.name} is newer and good; promoting this one asks first)`
      : ''
  return nextPromotions(view, app, candidate).flatMap(({ environment }): readonly Blocker[] => {
    const { name } = environment
    const next = `Nothing by itself: then somebody promotes it to ${name}.`
    const closed = closing(outlook, environment, { deployment: null, next })
    if (closed.length > 0) return closed
    const says = `Nobody has promoted it to ${name} yet${older}`
    const about = { ...nobody, environment: name, roles, next: 'Nothing goes up by itself.' }
    return [{ ...about, kind: 'promotion', says }]
  })
}
