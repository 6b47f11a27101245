/** What a successful build of a push becomes: deployments, or a release of its own. */
import type { DeploymentRequest } from '../environment/state.js'
import type { PushSubject } from '../events.js'
import {
  type ArtifactDigest,
  type CommitSha,
  type DeploymentId,
  SLIPWAY,
  shortCommit,
} from '../identifiers.js'
import { type EnvironmentDefinition, repositoryOf } from '../pipeline.js'
import type { DeliveryState, Found } from './state.js'

export interface Built {
  readonly digest: ArtifactDigest | null
  readonly reference: string | null
}

/** A push's deployment: the passing check accepts it, unless the environment requires acceptance by people. */
export function pushOrder(
  { app }: DeliveryState,
  environment: EnvironmentDefinition,
  order: {
    readonly id: DeploymentId
    readonly commit: CommitSha
    readonly built: Built
    readonly at: string
  },
): DeploymentRequest {
  return {
    id: order.id,
    kind: 'push',
    app: app.name,
    environment: environment.name,
    repository: repositoryOf(app),
    candidate: null,
    commit: order.commit,
    artifactDigest: order.built.digest,
    artifactReference: order.built.reference,
    requestedBy: SLIPWAY,
    requestedAt: order.at,
    rollbackOnFailedCheck: environment.rollbackOnFailedCheck,
    acceptance: environment.accept ? 'by-person' : 'by-check',
    hotfix: false,
    configHash: app.configHash,
    override: null,
    passesFreeze: false,
  }
}

/** The default title of a release: its commit's subject, cut to what Slack shows. */
export function titleOf({ subject, commit }: Found, longest: number): string {
  const text = subject.trim() || shortCommit(commit)
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`
}

/** The number of characters kept of a commit's first line. */
export const MOST_SUBJECT = 200

/** The number of characters kept of an author's name. */
export const MOST_AUTHOR = 100

/** How many authors of a push are notified about its outcome. */
export const MOST_AUTHORS = 50

/** The push that a line is about. It includes the authors, so that they can be notified of what happens to their change. */
export function pushSubject(branch: string, found: Found): PushSubject {
  const { commit, subject, author, authors, total } = found
  return {
    branch,
    commit,
    subject: subject.slice(0, MOST_SUBJECT),
    author: author.slice(0, MOST_AUTHOR),
    authors: authors.slice(0, MOST_AUTHORS),
    total,
  }
}
