import type { PreviewPlace } from '../../domain/environment/preview-places.js'
import type { AppName, EnvironmentName } from '../../domain/identifiers.js'
import { type AppDefinition, repositoryOf } from '../../domain/pipeline.js'
import type { Git, PullRequests } from '../../domain/ports.js'
import type { PullRequestProblem } from '../../domain/reasons.js'
import type { Refusal } from '../../domain/refusal.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import { orAway } from './forge-faults.js'
import { orRefused } from './git-faults.js'
import type { EnvironmentActivities } from './index.js'
import { readDefinition } from './read-definition.js'

export interface EnvironmentActivityNeeds {
  readonly git: Pick<Git, 'resolve' | 'branchHead'>
  readonly ledger: Pick<ReleaseStore, 'readConfigured'>
  /** Null when no forge is configured. */
  readonly pullRequests: Pick<PullRequests, 'headOf'> | null
  /** Where previews request their places; the workflow gateway implements it. */
  readonly previews: {
    freePlace(app: AppName, name: EnvironmentName): Promise<void>
    claimPlace(app: AppName, claim: PreviewPlace & { readonly most: number }): Promise<void>
  }
}

export function createEnvironmentActivities(needs: EnvironmentActivityNeeds): EnvironmentActivities {
  const { git, previews } = needs
  return {
    resolveOrigin: (order) => orRefused(() => resolveOrigin(needs, order)),
    branchHead: ({ app, branch }) => git.branchHead(repositoryOf(app), branch),
    readDefinition: (key) => readDefinition(needs.ledger, key),
    freePlace: ({ app, name }) => previews.freePlace(app, name),
    claimPlace: ({ app, claim }) => previews.claimPlace(app, claim),
  }
}

type Resolved = Awaited<ReturnType<EnvironmentActivities['resolveOrigin']>>
type Refused = Extract<Resolved, { kind: 'refused' }>
const refused = (refusal: Refusal): Refused => ({ kind: 'refused', refusal })

async function resolveOrigin(
  { git, pullRequests }: EnvironmentActivityNeeds,
  { app, ref }: { readonly app: AppDefinition; readonly ref: string },
): Promise<Resolved> {
  const repository = repositoryOf(app)
  const asked = ref.startsWith('#') ? await headOfPull(pullRequests, app, ref) : { kind: 'ref' as const, ref }
  if (asked.kind === 'refused') return asked
  const resolved = await git.resolve(repository, asked.ref)
  if (resolved.kind === 'invalid') return refused({ code: 'ref-invalid', ref: asked.ref })
  if (resolved.kind === 'ambiguous')
    return refused({ code: 'ref-ambiguous', ref: asked.ref, meanings: resolved.meanings })
  if (resolved.kind === 'not-found')
    return refused({ code: 'ref-not-found', ref: asked.ref, nearest: resolved.nearest })
  const commit = resolved.commit.sha
  if (asked.kind === 'pull') {
    return { kind: 'resolved', origin: { commit, branch: asked.branch, pull: asked.number } }
  }
  const name = ref.replace(/^refs\/heads\//, '')
  // A branch may have a name that looks like the commit: then it is not what was requested, and is not followed.
  const isBranch = (await git.branchHead(repository, name)) === commit
  return { kind: 'resolved', origin: { commit, branch: isBranch ? name : null } }
}

interface PullHead {
  readonly kind: 'pull'
  readonly number: number
  readonly branch: string
  readonly ref: string
}

/** The branch of an open pull request. Code from a fork is not trusted: it is not built with this app's secrets. */
async function headOfPull(
  pullRequests: EnvironmentActivityNeeds['pullRequests'],
  app: AppDefinition,
  text: string,
): Promise<PullHead | Refused> {
  const unknown = (problem: PullRequestProblem): Refused =>
    refused({ code: 'no-preview-of-pull-request', text, problem })
  const digits = /^#(\d{1,9})$/.exec(text)?.[1]
  if (digits === undefined) return unknown({ kind: 'not-a-number' })
  if (pullRequests === null) return unknown({ kind: 'no-forge' })
  const number = Number(digits)
  const head = await orAway(() => pullRequests.headOf(repositoryOf(app), number))
  switch (head.kind) {
    case 'open':
      return { kind: 'pull', number, branch: head.branch, ref: `refs/heads/${head.branch}` }
    case 'closed':
      return unknown({ kind: head.merged ? 'merged' : 'closed' })
    case 'fork':
      return unknown({ kind: 'fork', from: head.from })
    case 'unknown':
      return unknown({ kind: 'unknown' })
    case 'refused':
      return head
  }
}
