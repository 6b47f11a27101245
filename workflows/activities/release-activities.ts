import type { Judgement } from '../../domain/environment/attempt-end.js'
import type { DeploymentRequest } from '../../domain/environment/state.js'
import { type EnvironmentName, parseVersion, type Version } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { Clock, Git, RepositoryRef, TagToMake } from '../../domain/ports.js'
import type { TrunkAnswer } from '../../domain/release/off-trunk.js'
import { boundFor } from '../../domain/release/record.js'
import type { TagAnswer } from '../../domain/release/tags.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import { shownCommit } from '../../domain/shown-commit.js'
import { gitRefusal, orRefused } from './git-faults.js'
import type {
  CreatedRelease,
  CreateReleaseOrder,
  CutDraftVersion,
  ReleaseActivities,
  TrunkLookOrder,
} from './index.js'
import { resolveCut } from './resolve-cut.js'

/** Where a release's orders to environments go; the workflow gateway implements it. */
export interface EnvironmentDoor {
  /** Repeats are harmless: the environment knows the deployments it has taken. */
  enqueue(app: AppDefinition, deployment: DeploymentRequest): Promise<void>
  judge(app: AppDefinition, environment: EnvironmentName, judged: Judgement): Promise<void>
}

export interface ReleaseActivityNeeds {
  readonly git: Git
  readonly ledger: ReleaseStore
  readonly environments: EnvironmentDoor
  readonly clock: Clock
}

export function createReleaseActivities(needs: ReleaseActivityNeeds): ReleaseActivities {
  const { git, ledger, environments } = needs
  return {
    resolveCut: (order) => orRefused(() => resolveCut(needs, order)),
    createRelease: (order) => createRelease(ledger, order),
    createDraft: ({ app, ...draft }) =>
      ledger.createDraft({
        ...draft,
        app: app.name,
        configHash: app.configHash,
        bound: boundFor({ app, type: draft.type }),
      }),
    cutDraft: (order) => cutDraft(ledger, order),
    pushTag: ({ repository, tag }) => pushTag(git, repository, tag),
    lookOnTrunk: (order) => lookOnTrunk(git, order),
    enqueueDeployment: ({ app, deployment }) => environments.enqueue(app, deployment),
    tellVerdict: ({ app, environment, judged }) => environments.judge(app, environment, judged),
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

/** The workflow waits and asks again: what goes wrong is an answer, so that people see it meanwhile. */
async function pushTag(git: Pick<Git, 'tag'>, repository: RepositoryRef, tag: TagToMake): Promise<TagAnswer> {
  try {
    return await git.tag(repository, tag)
  } catch (error) {
    const refusal = gitRefusal(error)
    if (refusal === null) throw error
    const { detail } = refusal
    return refusal.code === 'repository-unreachable'
      ? { kind: 'away', reason: detail }
      : { kind: 'refused', reason: detail }
  }
}

/** Named one by one; more are counted. */
const MOST_MISSING = 100

async function lookOnTrunk(
  git: Pick<Git, 'missing'>,
  { repository, from, to, resolutions }: TrunkLookOrder,
): Promise<TrunkAnswer> {
  try {
    const missing = await git.missing(repository, {
      ...{ from, to, within: null },
      resolutions: new Map(resolutions.map(({ commit, of }) => [commit, of])),
    })
    const shown = missing.map((one) => ({ ...shownCommit(one), original: one.original }))
    return { kind: 'looked', missing: shown.slice(0, MOST_MISSING), total: missing.length }
  } catch (error) {
    const refusal = gitRefusal(error)
    if (refusal === null) throw error
    return { kind: 'away', reason: refusal.detail }
  }
}

async function createRelease(ledger: ReleaseStore, order: CreateReleaseOrder): Promise<CreatedRelease> {
  const { app, version: wanted, ...release } = order
  const version = parsedVersion(wanted)
  if (version === 'invalid')
    return { kind: 'refused', refusal: { code: 'invalid-version', text: wanted ?? '' } }
  return ledger.createRelease({
    ...release,
    app: app.name,
    version,
    versioning: app.version,
    timezone: app.timezone,
    configHash: app.configHash,
    bound: boundFor({ app, type: order.type }),
  })
}

async function cutDraft(ledger: ReleaseStore, order: CutDraftVersion): Promise<CreatedRelease> {
  const { app, version: wanted, ...draft } = order
  const version = parsedVersion(wanted)
  if (version === 'invalid')
    return { kind: 'refused', refusal: { code: 'invalid-version', text: wanted ?? '' } }
  const cut = await ledger.cutDraft({
    ...draft,
    app: app.name,
    version,
    versioning: app.version,
    timezone: app.timezone,
    configHash: app.configHash,
  })
  if (cut.kind !== 'not-a-draft') return cut
  return { kind: 'refused', refusal: { code: 'not-a-draft', state: cut.state ?? 'unknown' } }
}

function parsedVersion(wanted: string | null): Version | null | 'invalid' {
  return wanted === null ? null : (parseVersion(wanted) ?? 'invalid')
}
