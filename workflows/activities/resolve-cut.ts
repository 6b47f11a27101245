/** Which commit a cut is of, and whether it may be. */
import type { CommitSummary } from '../../domain/change.js'
import type { CommitSha } from '../../domain/identifiers.js'
import type { Commit, CommitRange, Git, RefResolution, RepositoryRef } from '../../domain/ports.js'
import type { OverriddenRule } from '../../domain/reasons.js'
import type { Refusal } from '../../domain/refusal.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import type { CutOrder, CutResolution } from './index.js'
import { isFinal } from './non-retryable.js'

interface Needs {
  readonly git: Pick<Git, 'resolve' | 'range' | 'contains'>
  readonly ledger: Pick<ReleaseStore, 'whatRuns' | 'livePicks' | 'isCandidate'>
}

/** How many commits are looked at for authors, and how many the card shows. */
const MOST_COMMITS = 500
const SHOWN_COMMITS = 5

/** S5.1, S5.2, S5.12: the ref as a commit; what may not be cut is refused, or needs the override. */
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
  // What runs in production has what was picked for it; picks of releases on their way there come later.
  const broken = fromProduction ? [] : await brokenRules(needs, repository, resolved)
  const [first] = broken
  if (first !== undefined && order.override === null) return refused(first)
  const range = await needs.git.range(repository, running?.commit ?? null, commit.sha, MOST_COMMITS)
  return {
    kind: 'resolved',
    commit,
    commits: summary(range, sinceOf(running)),
    authors: authorsOf(range.commits, commit),
    overrode: broken.map(ruleOf),
  }
}

interface Base {
  readonly kind: 'base'
  readonly repository: RepositoryRef
  readonly ref: string | null
  /** What runs in the last environment. */
  readonly running: Awaited<ReturnType<ReleaseStore['whatRuns']>>
  /** A hotfix is cut from there unless it names a ref. */
  readonly fromProduction: boolean
}

async function baseOf({ ledger }: Needs, { app, ref, hotfix }: CutOrder): Promise<Base | Refused> {
  const repository: RepositoryRef = { app: app.name, url: app.repository, trunk: app.trunk }
  const last = app.environments.at(-1)
  const running = last ? await ledger.whatRuns(app.name, last.name) : null
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

type Broken = Extract<Refusal, { code: 'not-on-trunk' | 'lacks-pick' }>

export function ruleOf(broken: Broken): OverriddenRule {
  const { commit } = broken
  return broken.code === 'not-on-trunk'
    ? { kind: 'not-on-trunk', commit, trunk: broken.trunk }
    : { kind: 'lacks-pick', commit, version: broken.version }
}

/** The picks of live releases that a commit has neither itself nor as the copy on their branch. */
async function lackedPicks(
  { git, ledger }: Needs,
  repository: RepositoryRef,
  commit: CommitSha,
): Promise<readonly Extract<Refusal, { code: 'lacks-pick' }>[]> {
  const has = (ancestor: CommitSha): Promise<boolean> =>
    git.contains(repository, ancestor, commit).catch((error: unknown) => {
      // A commit that the repository lost is contained in nothing.
      if (isFinal(error)) return false
      throw error
    })
  const lacked: Extract<Refusal, { code: 'lacks-pick' }>[] = []
  for (const pick of await ledger.livePicks(repository.app)) {
    if ((await has(pick.commit)) || (await has(pick.candidate))) continue
    lacked.push({ code: 'lacks-pick', commit: pick.commit, version: pick.version })
  }
  return lacked
}

const sinceOf = (running: Base['running']): string | null => running?.version ?? running?.commit ?? null

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
