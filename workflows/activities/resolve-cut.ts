/** Which commit a cut resolves to, and whether it may be cut. */

import type { CommitAuthors } from '../../domain/authorship.js'
import type { CommitSummary } from '../../domain/change.js'
import type { CommitSha } from '../../domain/identifiers.js'
import { repositoryOf } from '../../domain/pipeline.js'
import type { Git, RefResolution, RepositoryRef } from '../../domain/ports.js'
import type { OverriddenRule } from '../../domain/reasons.js'
import type { Refusal } from '../../domain/refusal.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import {
  type Bump,
  higherVersion,
  monthOf,
  type TaggedVersions,
  taggedVersions,
} from '../../domain/version.js'
import type { CutOrder, CutResolution } from './index.js'
import { type AuthorsNeeds, readAuthors } from './read-authors.js'
import {
  isLost,
  MOST_COMMITS,
  type Running,
  readContents,
  runningLast,
  type Start,
  startOf,
} from './read-contents.js'

interface Needs extends AuthorsNeeds {
  readonly git: Pick<
    Git,
    | 'resolve'
    | 'range'
    | 'takenOut'
    | 'authors'
    | 'contains'
    | 'missing'
    | 'tagged'
    | 'bump'
    | 'tagBefore'
    | 'touches'
  >
  readonly ledger: Pick<ReleaseStore, 'whatRuns' | 'livePicks' | 'isCandidate' | 'highestVersion'>
}

/** S5.1, S5.2, S5.12: resolves the ref to a commit; what may not be cut is refused, or needs the override. */
export async function resolveCut(needs: Needs, order: CutOrder): Promise<CutResolution> {
  const base = await baseOf(needs, order)
  if (base.kind === 'refused') return base
  const { repository, ref, running, fromProduction } = base
  const resolved = await needs.git.resolve(repository, ref)
  if (resolved.kind === 'invalid') return refused({ code: 'ref-invalid', ref: ref ?? '' })
  if (resolved.kind === 'ambiguous')
    return refused({ code: 'ref-ambiguous', ref: ref ?? '', meanings: resolved.meanings })
  if (resolved.kind === 'not-found') {
    return refused({ code: 'ref-not-found', ref: ref ?? repository.trunk, nearest: resolved.nearest })
  }
  const { commit } = resolved
  const start = await startOf(needs.git, order.app, { running, commit: commit.sha })
  // What runs in production includes the picks made for it; picks of releases on their way there are newer.
  const broken = fromProduction
    ? []
    : [
        ...(await brokenRules(needs, repository, resolved)),
        ...(await unchanged(needs, repository, { start, commit: commit.sha })),
      ]
  const [first] = broken
  if (first !== undefined && order.override === null) return refused(first)
  const numbering = await numberingOf(needs, order, { repository, commit: commit.sha })
  if (numbering.kind === 'refused') return numbering
  const contents = await readContents(needs.git, repository, { start, commit: commit.sha })
  return {
    kind: 'resolved',
    commit,
    commits: contents,
    authors: await authorsOf(needs, repository, { contents, start, commit: commit.sha }),
    overrode: broken.map(ruleOf),
    bump: numbering.bump,
    tagged: numbering.tagged,
  }
}

/** For an app that is part of its repository: an empty cut is refused as such. */
async function unchanged(
  { git }: Needs,
  repository: RepositoryRef,
  { start, commit }: { readonly start: Start | null; readonly commit: CommitSha },
): Promise<readonly Broken[]> {
  if ((repository.paths ?? []).length === 0 || start === null) return []
  const isTouched = await git.touches(repository, start.commit, commit).catch((error: unknown) => {
    // What is new since a missing commit is unknown.
    if (isLost(error)) return true
    throw error
  })
  return isTouched ? [] : [{ code: 'nothing-changed', app: repository.app, since: start.name }]
}

interface Numbering {
  readonly kind: 'numbering'
  readonly bump: Bump | null
  readonly tagged: TaggedVersions
}

/** What the repository implies for the next version. A requested version is refused when its tag points to another commit. */
async function numberingOf(
  { git, ledger }: Needs,
  { app, version, at }: CutOrder,
  { repository, commit }: { readonly repository: RepositoryRef; readonly commit: CommitSha },
): Promise<Numbering | Refused> {
  const found = await git.tagged(repository, app.tag)
  const foreign = found.find((one) => one.version === version && one.commit !== commit)
  if (foreign) return refused({ code: 'tag-taken', tag: foreign.tag, commit: foreign.commit })
  const tagged = taggedVersions(found, app.version, monthOf(at, app.timezone))
  if (app.version !== 'conventional' || version !== null) return { kind: 'numbering', bump: null, tagged }
  const used = await ledger.highestVersion(app.name)
  const highest = higherVersion(used?.version ?? null, tagged.highest)
  const own = used?.version === highest ? used?.commit : null
  const from = found.find((one) => one.version === highest && one.candidate === null)?.commit ?? own ?? null
  if (from === null) return { kind: 'numbering', bump: null, tagged }
  const bump = await git.bump(repository, from, commit).catch((error: unknown) => {
    // The commit of the last version is missing: what came since can't be read.
    if (isLost(error)) return null
    throw error
  })
  return { kind: 'numbering', bump, tagged }
}

interface Base {
  readonly kind: 'base'
  readonly repository: RepositoryRef
  readonly ref: string | null
  /** What runs in the last environment. */
  readonly running: Running
  /** A hotfix is cut from there unless it names a ref. */
  readonly fromProduction: boolean
}

async function baseOf({ ledger }: Needs, { app, ref, hotfix }: CutOrder): Promise<Base | Refused> {
  const repository = repositoryOf(app)
  const last = app.environments.at(-1)
  const running = await runningLast({ ledger }, app)
  if (!last || !hotfix || ref !== null)
    return { kind: 'base', repository, ref, running, fromProduction: false }
  if (running === null) return refused({ code: 'nothing-runs', environment: last.name })
  return { kind: 'base', repository, ref: running.commit, running, fromProduction: true }
}

async function brokenRules(
  needs: Needs,
  repository: RepositoryRef,
  { commit, onTrunk }: Extract<RefResolution, { kind: 'resolved' }>,
): Promise<readonly Broken[]> {
  const onLine = onTrunk || (await needs.ledger.isCandidate(repository.app, commit.sha))
  const strays = onLine
    ? []
    : [{ code: 'not-on-trunk', commit: commit.sha, trunk: repository.trunk } as const]
  return [...strays, ...(await lackedPicks(needs, repository, commit.sha))]
}

type Refused = Extract<CutResolution, { kind: 'refused' }>
const refused = (refusal: Refusal): Refused => ({ kind: 'refused', refusal })

type Broken = Extract<Refusal, { code: 'not-on-trunk' | 'lacks-pick' | 'nothing-changed' }>

export function ruleOf(broken: Broken): OverriddenRule {
  if (broken.code === 'nothing-changed') {
    return { kind: 'nothing-changed', app: broken.app, since: broken.since }
  }
  const { commit } = broken
  return broken.code === 'not-on-trunk'
    ? { kind: 'not-on-trunk', commit, trunk: broken.trunk }
    : { kind: 'lacks-pick', commit, version: broken.version }
}

/** The picks of live releases whose change the commit lacks in every form: itself, a copy, or the same patch. */
async function lackedPicks(
  { git, ledger }: Needs,
  repository: RepositoryRef,
  commit: CommitSha,
): Promise<readonly Extract<Refusal, { code: 'lacks-pick' }>[]> {
  const has = (ancestor: CommitSha): Promise<boolean> =>
    git.contains(repository, ancestor, commit).catch((error: unknown) => {
      // A commit that the repository has lost is contained in nothing.
      if (isLost(error)) return false
      throw error
    })
  const hasChange = (of: CommitSha): Promise<boolean> =>
    git
      .missing(repository, { from: null, to: of, within: commit, resolutions: new Map() })
      .then((missing) => missing.length === 0)
      .catch((error: unknown) => {
        if (isLost(error)) return false
        throw error
      })
  const lacked: Extract<Refusal, { code: 'lacks-pick' }>[] = []
  for (const pick of await ledger.livePicks(repository.app)) {
    if ((await has(pick.commit)) || (await has(pick.candidate))) continue
    if ((await hasChange(pick.commit)) || (pick.alone && (await hasChange(pick.candidate)))) continue
    lacked.push({ code: 'lacks-pick', commit: pick.commit, version: pick.version })
  }
  return lacked
}

/** Who wrote what ships. If nothing new does, or what is new is unknown, only the commit's own authors count. */
async function authorsOf(
  needs: Needs,
  repository: RepositoryRef,
  of: {
    readonly start: Start | null
    readonly commit: CommitSha
    readonly contents: CommitSummary
  },
): Promise<readonly CommitAuthors[]> {
  return of.contents.counted && of.contents.total > 0
    ? readAuthors(needs, repository, {
        from: of.start?.commit ?? null,
        to: of.commit,
        limit: MOST_COMMITS,
      })
    : readAuthors(needs, repository, { from: null, to: of.commit, limit: 1 })
}
