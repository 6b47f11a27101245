import { Context } from '@temporalio/activity'
import type { CommitSummary } from '../../domain/change.js'
import type { DeploymentOrder } from '../../domain/environment/state.js'
import { parseVersion, type Version } from '../../domain/identifiers.js'
import type { Ledger } from '../../domain/ledger.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { Clock, Commit, CommitRange, Git, RepositoryRef } from '../../domain/ports.js'
import type { Refusal } from '../../domain/refusal.js'
import { isFinal } from './final-faults.js'
import type {
  CreatedRelease,
  CreateReleaseOrder,
  CutOrder,
  CutResolution,
  ReleaseActivities,
} from './index.js'

/** Where a release's orders to environments go; the workflow gateway implements it. */
export interface EnvironmentDoor {
  /** Repeats are harmless: the environment knows the deployments it has taken. */
  enqueue(app: AppDefinition, deployment: DeploymentOrder): Promise<void>
}

export interface ReleaseActivityNeeds {
  readonly git: Git
  readonly ledger: Ledger
  readonly environments: EnvironmentDoor
  readonly clock: Clock
}

/** How many commits are looked at for authors, and how many the card shows. */
const MOST_COMMITS = 500
const SHOWN_COMMITS = 5
/** How often an unreachable remote is asked before the cut is refused. */
const PATIENCE = 4

export function createReleaseActivities(needs: ReleaseActivityNeeds): ReleaseActivities {
  const { git, ledger, environments } = needs
  return {
    resolveCut: (order) => orUnreachable(() => resolveCut(needs, order)),
    createRelease: (order) => createRelease(ledger, order),
    pushTag: async ({ repository, tag, commit }) => {
      const outcome = await git.tag(repository, tag, commit)
      return { takenBy: outcome.kind === 'taken' ? outcome.by : null }
    },
    enqueueDeployment: ({ app, deployment }) => environments.enqueue(app, deployment),
    deleteRelease: async (order) => {
      const deleted = await ledger.deleteRelease(order)
      switch (deleted.kind) {
        case 'deleted':
          return null
        case 'linked':
          return { code: 'linked', environments: deleted.environments }
        case 'active':
          return { code: 'still-deploying', environment: deleted.environment, state: deleted.state }
      }
    },
  }
}

/** A remote that stays away is told to the person who cut; nothing has been created yet. */
async function orUnreachable(work: () => Promise<CutResolution>): Promise<CutResolution> {
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

async function resolveCut({ git, ledger }: ReleaseActivityNeeds, order: CutOrder): Promise<CutResolution> {
  const { app, ref } = order
  const repository: RepositoryRef = { app: app.name, url: app.repository, trunk: app.trunk }
  const resolved = await git.resolve(repository, ref)
  const refused = (refusal: Refusal): CutResolution => ({ kind: 'refused', refusal })
  if (resolved.kind === 'invalid') return refused({ code: 'ref-invalid', ref: ref ?? '' })
  if (resolved.kind === 'not-found') {
    return refused({ code: 'ref-not-found', ref: ref ?? app.trunk, nearest: resolved.nearest })
  }
  const { commit } = resolved
  if (!resolved.onTrunk && order.override === null) {
    return refused({ code: 'not-on-trunk', commit: commit.sha, trunk: app.trunk })
  }
  const last = app.environments.at(-1)
  const running = last ? await ledger.whatRuns(app.name, last.name) : null
  const range = await git.range(repository, running?.commit ?? null, commit.sha, MOST_COMMITS)
  return {
    kind: 'resolved',
    commit,
    commits: summary(range, running?.version ?? running?.commit ?? null),
    authors: authorsOf(range.commits, commit),
  }
}

function summary(range: CommitRange, since: string | null): CommitSummary {
  const newest = range.commits.slice(0, SHOWN_COMMITS)
  return {
    since,
    total: range.total,
    authors: range.authors,
    newest: newest.map(({ sha, subject, author }) => ({ sha, subject, author })),
  }
}

/** Nothing new ships when the same commit runs already: then its own author counts. */
function authorsOf(commits: readonly Commit[], head: Commit): readonly string[] {
  const emails = (commits.length > 0 ? commits : [head]).map((commit) => commit.email.toLowerCase())
  return [...new Set(emails)].slice(0, 50)
}

async function createRelease(ledger: Ledger, order: CreateReleaseOrder): Promise<CreatedRelease> {
  const { app, version: wanted, ...release } = order
  const version = parsedVersion(wanted)
  if (version === 'invalid')
    return { kind: 'refused', refusal: { code: 'invalid-version', text: wanted ?? '' } }
  const created = await ledger.createRelease({
    ...release,
    app: app.name,
    version,
    versioning: app.version,
    timezone: app.timezone,
    configHash: app.configHash,
  })
  if (created.kind === 'created') return created
  return { kind: 'refused', refusal: { code: 'version-taken', version: wanted ?? '' } }
}

function parsedVersion(wanted: string | null): Version | null | 'invalid' {
  return wanted === null ? null : (parseVersion(wanted) ?? 'invalid')
}
