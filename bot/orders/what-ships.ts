/** Who wrote what a deployment would bring: since its cut, other candidates may have brought a part of it there. */
import { type CommitAuthors, stillNew } from '../../domain/authorship.js'
import type { AppName, CommitSha, EnvironmentName } from '../../domain/identifiers.js'
import type { DeploymentState } from '../../domain/states.js'
import type { DeploymentView } from '../../domain/views.js'
import type { Lookups } from './handling.js'

export type ShipLookups = Pick<Lookups, 'inEnvironment' | 'releaseState'>

/** Where a candidate would go, with the groups of authors that were stored when it was made. */
export interface Shipment {
  readonly app: AppName
  readonly environment: EnvironmentName
  readonly authors: readonly CommitAuthors[]
}

/** Each group's newest commit stands for it: a group counts as long as that commit is not there yet. */
export async function authorsShipping(
  lookups: ShipLookups,
  { app, environment, authors }: Shipment,
): Promise<readonly CommitAuthors[]> {
  const there = new Set<CommitSha>()
  for (const { releaseId, candidateNumber } of inside(await lookups.inEnvironment(app, environment))) {
    const state = releaseId === null ? null : await lookups.releaseState(app, releaseId)
    const candidate = state?.candidates.find(({ number }) => number === candidateNumber)
    for (const { commit } of candidate?.authors ?? []) there.add(commit)
  }
  return stillNew(authors, there)
}

const done: ReadonlySet<DeploymentState> = new Set([
  'awaiting_acceptance',
  'accepted',
  'rejected',
  'superseded',
])

/** The deployments whose changes are there; a rollback takes out what came after its target. */
function inside(deployments: readonly DeploymentView[]): readonly DeploymentView[] {
  let there: readonly DeploymentView[] = []
  for (const one of deployments) {
    if (one.startedAt === null || one.failedStage !== null || !done.has(one.state)) continue
    const target = there.findLastIndex(({ commit }) => commit === one.commit)
    there = one.kind === 'rollback' ? [...there.slice(0, target + 1), one] : [...there, one]
  }
  return there
}
