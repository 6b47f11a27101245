import { createHash } from 'node:crypto'
import type { CommitSha } from '../../domain/identifiers.js'
import type { EnvironmentDefinition } from '../../domain/pipeline.js'
import type { Clock, Git, RepositoryRef } from '../../domain/ports.js'
import { awaitedLater } from '../../domain/promises.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import type { DeploymentActivities, Inspected, Inspection, InspectOrder, Started } from './index.js'
import { readDefinition } from './read-definition.js'

export interface DeploymentActivityNeeds {
  readonly git: Pick<Git, 'objectAt'>
  readonly ledger: Pick<ReleaseStore, 'startDeployment' | 'readConfigured'>
  readonly clock: Clock
}

export function createDeploymentActivities(needs: DeploymentActivityNeeds): DeploymentActivities {
  const inspect = async ({ repository, commit, ...key }: InspectOrder): Promise<Inspected> => {
    const definition = await readDefinition(needs.ledger, key)
    return { definition, ...(await inspectAt(needs.git, { repository, commit, definition })) }
  }
  return {
    startDeployment: async ({
      id,
      attempt,
      artifactDigest,
      artifactReference: _,
      ...what
    }): Promise<Started> => {
      const at = needs.clock.now().toISOString()
      const inspecting = awaitedLater(inspect(what))
      const started = await needs.ledger.startDeployment({
        id,
        attempt,
        commit: what.commit,
        artifactDigest,
        at,
      })
      switch (started.kind) {
        case 'started':
          return { kind: 'started', ...(await inspecting) }
        case 'release-deleted':
          return { kind: 'refused', cause: { kind: 'release-deleted' } }
        case 'not-queued':
          return { kind: 'refused', cause: { kind: 'not-in-line', state: started.state } }
        case 'not-approved':
          return { kind: 'refused', cause: started }
      }
    },
    inspect,
  }
}

/** What a setup with this definition would apply at the commit. */
async function inspectAt(
  git: Pick<Git, 'objectAt'>,
  at: {
    readonly repository: RepositoryRef
    readonly commit: CommitSha
    readonly definition: EnvironmentDefinition
  },
): Promise<Inspection> {
  const { template, variables } = at.definition
  const templateHash = template === null ? null : await git.objectAt(at.repository, at.commit, template)
  const sorted = Object.entries(variables).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return { templateHash, variablesHash: sha256(JSON.stringify(sorted)) }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
