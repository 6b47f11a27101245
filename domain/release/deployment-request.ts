/** The order from a release to an environment: exactly what was prepared (S3.10). */
import type { Override } from '../environment/closures.js'
import type { DeploymentRequest } from '../environment/state.js'
import { findEnvironment, repositoryOf } from '../pipeline.js'
import { acceptanceIn, passesFreeze } from './policy.js'
import { acceptedIn } from './promotion.js'
import type { ReleaseDeployment, ReleaseState } from './state.js'
import { nameOfCandidate } from './step.js'

/** Null when the candidate or the environment does not belong to the release, which preparing has ruled out. */
export function deploymentOrder(
  state: ReleaseState,
  deployment: ReleaseDeployment,
  at: string,
): DeploymentRequest | null {
  const candidate = state.candidates.find((one) => one.number === deployment.candidate)
  const definition = findEnvironment(state.app, deployment.environment)
  if (!candidate || !definition || state.version === null) return null
  return {
    id: deployment.id,
    kind: 'promote',
    app: state.app.name,
    environment: definition.name,
    repository: repositoryOf(state.app),
    candidate: {
      releaseId: state.id,
      version: state.version,
      number: candidate.number,
      name: nameOfCandidate(state, candidate.number),
    },
    commit: candidate.commit,
    artifactDigest: candidate.artifactDigest,
    artifactReference: candidate.artifactReference,
    requestedBy: deployment.requestedBy,
    requestedAt: at,
    rollbackOnFailedCheck: definition.rollbackOnFailedCheck,
    acceptance: isSetUpAgain(state, deployment)
      ? 'by-check'
      : acceptanceIn(state, definition, deployment.override),
    hotfix: state.hotfix,
    configHash: state.app.configHash,
    override: overrideFor(deployment),
    passesFreeze: passesFreeze(state),
    ...(deployment.setUp ? { setUp: true } : {}),
  }
}

/** The override as the environment sees it: it passes what was closed at the instant it was given. */
export const overrideFor = ({
  override,
  preparedAt,
}: Pick<ReleaseDeployment, 'override' | 'preparedAt'>): Override | null =>
  override === null ? null : { reason: override.reason, at: preparedAt }

/** What people already accepted there, now with a different setup: they approved that, and its check shows whether it works. */
const isSetUpAgain = (
  state: ReleaseState,
  { setUp = false, candidate, environment }: ReleaseDeployment,
): boolean => setUp && acceptedIn(state, candidate, environment)
