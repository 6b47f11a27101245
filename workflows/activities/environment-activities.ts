import { Context } from '@temporalio/activity'
import type { PreviewPlace } from '../../domain/environment/preview-places.js'
import type { AppName } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { Git, RepositoryRef } from '../../domain/ports.js'
import type { Refusal } from '../../domain/refusal.js'
import { inspect } from './deployment-activities.js'
import { isFinal } from './final-faults.js'
import type { EnvironmentActivities } from './index.js'

export interface EnvironmentActivityNeeds {
  readonly git: Pick<Git, 'resolve' | 'branchHead' | 'fileAt'>
  /** Where previews ask for their places; the workflow gateway implements it. */
  readonly previews: {
    claimPlace(app: AppName, claim: PreviewPlace & { readonly most: number }): Promise<void>
  }
}

/** How often an unreachable remote is asked before a new preview is refused. */
const PATIENCE = 4

export function createEnvironmentActivities({
  git,
  previews,
}: EnvironmentActivityNeeds): EnvironmentActivities {
  return {
    resolveOrigin: (order) => orUnreachable(() => resolveOrigin(git, order)),
    branchHead: ({ app, branch }) => git.branchHead(repositoryOf(app), branch),
    inspectEnvironment: ({ repository, commit, definition }) =>
      inspect(git, { repository, commit, definition }),
    claimPlace: ({ app, claim }) => previews.claimPlace(app, claim),
  }
}

type Resolved = Awaited<ReturnType<EnvironmentActivities['resolveOrigin']>>

async function resolveOrigin(
  git: EnvironmentActivityNeeds['git'],
  { app, ref }: { readonly app: AppDefinition; readonly ref: string },
): Promise<Resolved> {
  const repository = repositoryOf(app)
  const resolved = await git.resolve(repository, ref)
  const refused = (refusal: Refusal): Resolved => ({ kind: 'refused', refusal })
  if (resolved.kind === 'invalid') return refused({ code: 'ref-invalid', ref })
  if (resolved.kind === 'not-found') return refused({ code: 'ref-not-found', ref, nearest: resolved.nearest })
  const commit = resolved.commit.sha
  const head = await git.branchHead(repository, ref)
  return { kind: 'resolved', origin: { commit, branch: head === null ? null : ref } }
}

/** A remote that stays away is told to the person who asked; nothing has been created yet. */
async function orUnreachable(work: () => Promise<Resolved>): Promise<Resolved> {
  try {
    return await work()
  } catch (error) {
    const patient = !isFinal(error) && Context.current().info.attempt < PATIENCE
    if (patient || !(error instanceof Error) || !error.name.startsWith('Git')) throw error
    return {
      kind: 'refused',
      refusal: { code: 'repository-unreachable', detail: error.message.slice(0, 300) },
    }
  }
}

const repositoryOf = (app: AppDefinition): RepositoryRef => ({
  app: app.name,
  url: app.repository,
  trunk: app.trunk,
})
