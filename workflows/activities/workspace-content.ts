/** What a stage's folder is filled with. */
import type { CheckoutOrder } from '../../domain/checkouts.js'
import type { DeploymentRequest } from '../../domain/environment/state.js'
import type { ArtifactDigest } from '../../domain/identifiers.js'
import { type CheckoutKind, checkoutOf, type StageRun } from '../../domain/stage.js'

export interface WorkspaceContent extends CheckoutOrder {
  /** Null: without an artifact. */
  readonly digest: ArtifactDigest | null
}

/** The files that a stage of a deployment works on. */
export function stageContent(
  order: Pick<DeploymentRequest, 'repository' | 'commit' | 'artifactDigest' | 'artifactReference'>,
  run: StageRun,
): WorkspaceContent {
  const { repository, commit } = order
  return { repository, commit, digest: storedDigest(order), kind: checkoutOf(run), readLater: false }
}

/** The files that a build works on. */
export function buildContent(
  { repository, commit }: Pick<WorkspaceContent, 'repository' | 'commit'>,
  kind: CheckoutKind,
): WorkspaceContent {
  return { repository, commit, digest: null, kind, readLater: true }
}

/** Null when the artifact is stored elsewhere, under a reference that identifies its content. */
export function storedDigest({
  artifactDigest,
  artifactReference,
}: Pick<DeploymentRequest, 'artifactDigest' | 'artifactReference'>): ArtifactDigest | null {
  return artifactReference === null ? artifactDigest : null
}
