/** The gates in front of an environment for a candidate, read off what people are shown. */
import { type CheckReading, isGreen, unknownChecks } from '../forge/checks.js'
import { type AppDefinition, type EnvironmentDefinition, environmentsBelow } from '../pipeline.js'
import { changeTicket } from '../release/change-ticket.js'
import { gateFor, policyOf } from '../release/policy.js'
import { requiredChecks } from '../release/required-checks.js'
import type { CandidateView, DeploymentView, ReleaseView } from '../views.js'

export interface Subject {
  readonly view: ReleaseView
  readonly app: AppDefinition
  readonly candidate: CandidateView
}

/** Boxes that are not ticked, or only by whoever asked for the deployment. */
export function openBoxes(
  { view, app }: Subject,
  environment: string,
  deployment: DeploymentView | null,
): readonly { readonly item: string; readonly role: string }[] {
  return view.detail.checklist.filter(({ item, before, tickedBy }) => {
    if (before !== environment) return false
    const fourEyes = app.checklist.find((one) => one.item === item)?.fourEyes ?? true
    return tickedBy === null || (fourEyes && tickedBy === deployment?.requestedBy)
  })
}

/** The form of the ticket that is missing; null when none is, or it was overridden. */
export function ticketMissing(
  { view }: Subject,
  target: EnvironmentDefinition,
  deployment: DeploymentView | null,
): string | null {
  if (!target.change || (deployment?.override ?? null) !== null) return null
  return changeTicket({ references: view.detail.links }, target) === null ? target.change.pattern : null
}

/** What the checks in front of an environment came to when they are not green; null: none are waited for, or all are. */
export function checksMissing(
  { view, app }: Subject,
  target: EnvironmentDefinition,
  deployment: DeploymentView | null,
): CheckReading | null {
  const names = requiredChecks(app, target)
  if (names.length === 0 || (deployment?.override ?? null) !== null) return null
  const known = (view.detail.checks ?? []).find((one) => one.deploymentId === deployment?.id)
  const reading =
    known?.reading ?? unknownChecks(names, 'not asked yet', deployment?.preparedAt ?? view.createdAt)
  return isGreen(reading) ? null : reading
}

/** How long a candidate of this release soaks before it may come here, in milliseconds; 0 for types that need not. */
export function soakOf({ view, app }: Subject, target: EnvironmentDefinition): number {
  return policyOf({ app, type: view.type }).soak ? target.soakMs : 0
}

/** When its soak time began and is over; null when there is none or it has not begun. */
export function soaking(
  subject: Subject,
  target: EnvironmentDefinition,
): { readonly since: string; readonly until: string } | null {
  const { view, app, candidate } = subject
  const soakMs = soakOf(subject, target)
  if (soakMs === 0) return null
  const below = environmentsBelow(app, target).map(({ name }) => name)
  const accepted = view.deployments
    .filter(
      (one) =>
        one.candidateNumber === candidate.number &&
        one.state === 'accepted' &&
        below.includes(one.environment),
    )
    .flatMap((one) => one.decidedAt ?? one.finishedAt ?? [])
    .toSorted()
  // Where any one below suffices, the first did.
  const since = target.requires === 'any' ? accepted.at(0) : accepted.at(-1)
  return since === undefined ? null : { since, until: new Date(Date.parse(since) + soakMs).toISOString() }
}

/** How many approvals the environment takes of a release of this type, and from whom. */
export function approvalsOf(
  { view, app }: Subject,
  target: EnvironmentDefinition,
): { readonly count: number; readonly from: readonly string[] } {
  const gate = gateFor({ app, type: view.type }, target)
  return { count: gate?.count ?? 0, from: gate?.from ?? [] }
}

/** Who judges it once it runs there; null: its passing check does. */
export function judgesOf({ view, app }: Subject, target: EnvironmentDefinition): readonly string[] | null {
  const byPerson = target.accept !== null || target.mode === 'approval'
  if (!byPerson || !policyOf({ app, type: view.type }).acceptance) return null
  return target.accept?.from ?? app.permissions.accept ?? app.permissions.cut ?? []
}
