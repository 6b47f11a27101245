import { createHash } from 'node:crypto'
import type { DeploymentRequest } from '../../domain/environment/state.js'
import type { Clock, Git } from '../../domain/ports.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import type { DeploymentActivities, Inspection, Started } from './index.js'

export interface DeploymentActivityNeeds {
  readonly git: Pick<Git, 'fileAt'>
  readonly ledger: Pick<ReleaseStore, 'startDeployment'>
  readonly clock: Clock
}

export function createDeploymentActivities(needs: DeploymentActivityNeeds): DeploymentActivities {
  return {
    startDeployment: async (order): Promise<Started> => {
      const started = await needs.ledger.startDeployment({ ...order, at: needs.clock.now().toISOString() })
      switch (started.kind) {
        case 'started':
          return started
        case 'release-deleted':
          return { kind: 'refused', cause: { kind: 'release-deleted' } }
        case 'not-queued':
          return { kind: 'refused', cause: { kind: 'not-in-line', state: started.state } }
        case 'not-approved':
          return { kind: 'refused', cause: started }
      }
    },
    inspect: (order) => inspect(needs.git, order),
  }
}

/** What a setup by the order's definition would apply at its commit. */
export async function inspect(
  git: Pick<Git, 'fileAt'>,
  order: Pick<DeploymentRequest, 'repository' | 'commit' | 'definition'>,
): Promise<Inspection> {
  const { template, variables } = order.definition
  const text = template === null ? null : await git.fileAt(order.repository, order.commit, template)
  const sorted = Object.entries(variables).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return { templateHash: text === null ? null : sha256(text), variablesHash: sha256(JSON.stringify(sorted)) }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
