import type { Clock, Git, PullRequests, RepositoryRef, TagToMake } from '../../domain/ports.js'
import type { TrunkAnswer } from '../../domain/release/off-trunk.js'
import type { TagAnswer } from '../../domain/release/tags.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import { shownCommit } from '../../domain/shown-commit.js'
import { beginRelease, parsedVersion } from './begin-release.js'
import { findFix } from './find-fix.js'
import { gitRefusal, orRefused } from './git-faults.js'
import type { CutDraftVersion, DraftVersion, ReleaseActivities, TrunkLookOrder } from './index.js'
import type { AuthorsNeeds } from './read-authors.js'
import { resolveCut } from './resolve-cut.js'

export interface ReleaseActivityNeeds extends AuthorsNeeds {
  readonly git: Git
  readonly ledger: ReleaseStore
  /** Null where no forge is configured. */
  readonly pullRequests: Pick<PullRequests, 'mergedAs' | 'mergerOf'> | null
  readonly clock: Clock
}

export function createReleaseActivities(needs: ReleaseActivityNeeds): ReleaseActivities {
  const { git, ledger } = needs
  const resolve: ReleaseActivities['resolveCut'] = (order) => orRefused(() => resolveCut(needs, order))
  return {
    beginRelease: (order) =>
      beginRelease(
        {
          ledger,
          resolveCut: resolve,
          findFix: (fix) => orRefused(() => findFix(needs, fix)),
          now: needs.clock.now,
        },
        order,
      ),
    resolveCut: resolve,
    cutDraft: (order) => cutDraft(ledger, order),
    pushTag: ({ repository, tag }) => pushTag(git, repository, tag),
    lookOnTrunk: (order) => lookOnTrunk(git, order),
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

/** The workflow waits and retries: failures are returned, so that people see them in the meantime. */
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

/** Listed individually; the rest is counted. */
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

async function cutDraft(ledger: ReleaseStore, order: CutDraftVersion): Promise<DraftVersion> {
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
