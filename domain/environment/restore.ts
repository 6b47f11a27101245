/** An environment whose workflow was lost, as far as its record knows it. What the record lacks is taken as undone. */

import type { AppDefinition, EnvironmentDefinition } from '../pipeline.js'
import type { DeploymentState } from '../states.js'
import type { EnvironmentView } from '../views.js'
import { type EnvironmentLifecycle } from './lifecycle.js'
import { newEnvironment } from './record.js'
import type { Deployed, DeploymentRequest, EnvironmentState } from './state.js'
import { withLifecycle } from './state.js'

/** Setup is required again: nobody knows any more what the last one did. */
export function restored(
  app: AppDefinition,
  definition: EnvironmentDefinition,
  row: { readonly view: EnvironmentView; readonly generation: number; readonly seq: number },
): EnvironmentState {
  const { view, generation, seq } = row
  const empty = newEnvironment(app, definition)
  const order = currentOrder(app, definition, view)
  const since = view.current?.finishedAt ?? view.current?.preparedAt ?? ''
  const acceptance = acceptances[view.current?.state ?? 'accepted'] ?? 'accepted'
  const state: EnvironmentState = {
    ...empty,
    seq,
    lock: view.lock,
    hold: view.hold,
    freeze: view.freeze,
    current: order && { order, acceptance, since },
    accepted: order && acceptance === 'accepted' ? [order] : [],
    template: { hash: null, version: view.detail.templateVersion, applied: 0, known: [] },
    variables: { hash: null, version: view.detail.variablesVersion, applied: 0, known: [] },
  }
  return withLifecycle(state, { generation, ...lifeIn(view, since) })
}

/** Of what runs: anything else than these ran there by its passing check. */
const acceptances: Readonly<Partial<Record<DeploymentState, Deployed['acceptance']>>> = {
  awaiting_acceptance: 'awaiting',
  rejected: 'rejected',
  superseded: 'superseded',
}

function lifeIn(
  { current, detail, expiresAt }: EnvironmentView,
  since: string,
): Pick<EnvironmentLifecycle, 'preview' | 'expiry' | 'notices'> {
  const { owner, branch, preview, notices, place, pull } = detail
  return {
    notices,
    preview:
      preview && owner !== null && current !== null
        ? { owner, branch, commit: current.commit, createdAt: since, pull, closedPull: null, place }
        : null,
    expiry: expiresAt === null ? null : { startedAt: since, at: expiresAt, extensions: 0, noticed: [] },
  }
}

function currentOrder(
  app: AppDefinition,
  definition: EnvironmentDefinition,
  { current }: EnvironmentView,
): DeploymentRequest | null {
  if (current === null) return null
  const { id, kind, releaseId, version, candidate, candidateNumber, commit, artifactDigest } = current
  return {
    ...{ id, kind, releaseId, version, candidate, candidateNumber, commit, artifactDigest },
    app: app.name,
    environment: definition.name,
    repository: { app: app.name, url: app.repository, trunk: app.trunk },
    artifactReference: null,
    requestedBy: current.requestedBy,
    requestedAt: current.preparedAt,
    definition,
    acceptance: 'by-check',
    urgency: 'normal',
    configHash: app.configHash,
    override: null,
    passesFreeze: false,
  }
}
