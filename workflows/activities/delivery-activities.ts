import { asksToSkip } from '../../domain/delivery/rules.js'
import type { Look } from '../../domain/delivery/state.js'
import { type CommitSha, SLIPWAY } from '../../domain/identifiers.js'
import type { Commit, Git } from '../../domain/ports.js'
import type { Outcome } from '../../domain/refusal.js'
import type { CutOrder } from '../messages.js'
import type { DeliveryActivities, LookOrder, SelfCutOrder } from './delivery-types.js'

export interface DeliveryActivityNeeds {
  readonly git: Pick<Git, 'branchHead' | 'contains' | 'range' | 'message'>
  /** Where a release begins; the workflow gateway implements it. */
  readonly releases: { cut(input: CutOrder, key: string): Promise<Outcome> }
}

/** How many commits of a push are looked at for their authors. */
const MOST_COMMITS = 200

export function createDeliveryActivities(needs: DeliveryActivityNeeds): DeliveryActivities {
  return {
    lookAtBranch: (order) => look(needs.git, order),
    cutBySelf: (order) => cut(needs, order),
  }
}

async function look(git: DeliveryActivityNeeds['git'], order: LookOrder): Promise<Look> {
  const { repository, branch, wanted, since } = order
  const head = await git.branchHead(repository, branch)
  if (head === null) return { kind: 'gone' }
  const commit = wanted === null ? head : await reached(git, order, { wanted, head })
  if (commit === null) return { kind: 'gone' }
  const from = since === null ? null : await stillThere(git, order, { since, commit })
  const range = await git.range(repository, from, commit, from === null ? 1 : MOST_COMMITS)
  const newest = range.commits[0] ?? (await git.range(repository, null, commit, 1)).commits[0]
  if (!newest) return { kind: 'gone' }
  return {
    kind: 'found',
    commit,
    subject: newest.subject,
    author: newest.author,
    skip: asksToSkip(await git.message(repository, commit)),
    authors: emailsOf(range.commits.length > 0 ? range.commits : [newest]),
    total: range.total,
  }
}

/** An announced commit that a force-push took off the branch is overtaken by its head. */
async function reached(
  git: DeliveryActivityNeeds['git'],
  { repository }: LookOrder,
  { wanted, head }: { readonly wanted: CommitSha; readonly head: CommitSha },
): Promise<CommitSha | null> {
  const on = await git.contains(repository, wanted, head).catch(() => false)
  return on ? wanted : head
}

async function stillThere(
  git: DeliveryActivityNeeds['git'],
  { repository }: LookOrder,
  { since, commit }: { readonly since: CommitSha; readonly commit: CommitSha },
): Promise<CommitSha | null> {
  return (await git.contains(repository, since, commit).catch(() => false)) ? since : null
}

const emailsOf = (commits: readonly Commit[]): readonly string[] => [
  ...new Set(commits.map(({ email }) => email.toLowerCase())),
]

async function cut({ releases }: DeliveryActivityNeeds, order: SelfCutOrder): Promise<string | null> {
  const { app, commit, title, releaseId, deploymentId, at } = order
  const input: CutOrder = {
    id: releaseId,
    app,
    channel: app.channel,
    title,
    description: '',
    type: app.types[0]?.name ?? 'feature',
    ref: commit,
    version: null,
    override: null,
    by: { user: SLIPWAY, roles: [], name: null, email: null, at },
    firstDeployment: deploymentId,
    draft: null,
  }
  const outcome = await releases.cut(input, `cut/${releaseId}`)
  return outcome.kind === 'done' ? null : outcome.refusal.code
}
