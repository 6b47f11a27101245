/** What a good build of a push becomes: deployments, or a release of its own. */
import type { AuditEvent } from '../change.js'
import type { DeploymentRequest } from '../environment/state.js'
import { type ArtifactDigest, type CommitSha, type DeploymentId, SLIPWAY } from '../identifiers.js'
import type { EnvironmentDefinition } from '../pipeline.js'
import type { DeliveryState, Found } from './state.js'

export interface Built {
  readonly digest: ArtifactDigest | null
  readonly reference: string | null
}

/** A push's deployment: the passing check accepts it, unless the environment asks people to. */
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
    repository: { app: app.name, url: app.repository, trunk: app.trunk },
    releaseId: null,
    version: null,
    candidate: null,
    candidateNumber: null,
    commit: order.commit,
    artifactDigest: order.built.digest,
    artifactReference: order.built.reference,
    requestedBy: SLIPWAY,
    requestedAt: order.at,
    definition: environment,
    acceptance: environment.accept ? 'by-person' : 'by-check',
    urgency: 'normal',
    configHash: app.configHash,
    override: null,
    passesFreeze: false,
  }
}

/** The title of a release that nobody named: what its commit says, cut to what Slack shows. */
export function titleOf({ subject, commit }: Found, longest: number): string {
  const text = subject.trim() || commit.slice(0, 7)
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`
}

/** An audit line about a push. The authors stand in it so that they can be told what becomes of their change. */
export function pushEvent(
  found: Found,
  what: Pick<AuditEvent, 'kind' | 'at' | 'says'> & Partial<AuditEvent>,
): AuditEvent {
  return {
    actor: SLIPWAY,
    releaseId: null,
    deploymentId: null,
    environment: null,
    tell: 'keep',
    ...what,
    data: {
      commit: found.commit,
      subject: found.subject.slice(0, 200),
      author: found.author.slice(0, 100),
      authors: found.authors.join(' ').slice(0, 2_000),
      total: found.total,
      ...what.data,
    },
  }
}
