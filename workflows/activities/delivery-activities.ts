import { MOST_AUTHOR, MOST_AUTHORS, MOST_SUBJECT } from '../../domain/delivery/orders.js'
import { asksToSkip } from '../../domain/delivery/rules.js'
import type { Look } from '../../domain/delivery/state.js'
import type { CommitSha } from '../../domain/identifiers.js'
import { firstTypeOf } from '../../domain/pipeline.js'
import type { Commit, Git } from '../../domain/ports.js'
import type { Outcome, Refusal } from '../../domain/refusal.js'
import { selfCut } from '../../domain/release/self-cut.js'
import type { CutOrder } from '../messages.js'
import type { DeliveryActivities, LookOrder, SelfCutOrder } from './delivery-types.js'
import { orRefused } from './git-faults.js'
import { isFinal } from './non-retryable.js'

export interface DeliveryActivityNeeds {
  readonly git: Pick<Git, 'branchHead' | 'contains' | 'range' | 'rangeCommits' | 'message' | 'touches'>
  /** Starts releases; the workflow gateway implements it. */
  readonly releases: { cut(input: CutOrder, key: string): Promise<Outcome> }
}

/** The most commits of a push that are searched for authors. */
const MOST_COMMITS = 200

export function createDeliveryActivities(needs: DeliveryActivityNeeds): DeliveryActivities {
  return {
    lookAtBranch: async (order) => {
      const looked = await orRefused(() => look(needs.git, order))
      return looked.kind === 'refused' ? unread(looked.refusal) : looked
    },
    cutBySelf: (order) => cut(needs, order),
  }
}

const unread = (refusal: Refusal): Look => ({
  kind: 'unread',
  refused: refusal.code === 'repository-refused',
  detail: 'detail' in refusal && typeof refusal.detail === 'string' ? refusal.detail : refusal.code,
})

async function look(git: DeliveryActivityNeeds['git'], order: LookOrder): Promise<Look> {
  const { repository, branch, since } = order
  const head = await git.branchHead(repository, branch)
  if (head === null) return { kind: 'gone' }
  // A branch that was force-pushed does not contain the last commit: everything on it counts as new.
  const from = since !== null && (await has(git, repository, { commit: since, head })) ? since : null
  const { commit, more } = await toTake(git, order, { from, head })
  const [range, message, touches] = await Promise.all([
    git.range(repository, from, commit, from === null ? 1 : MOST_COMMITS),
    git.message(repository, commit),
    from === null || commit === from || git.touches(repository, from, commit),
  ])
  const commits = range.total > 0 ? range.commits : (await git.range(repository, null, commit, 1)).commits
  return {
    kind: 'found',
    commit,
    subject: (message.split('\n')[0] ?? '').slice(0, MOST_SUBJECT),
    author: ((commits.find(({ sha }) => sha === commit) ?? commits[0])?.author ?? '').slice(0, MOST_AUTHOR),
    skip: asksToSkip(message),
    authors: emailsOf(commits),
    total: range.total,
    touches,
    more,
  }
}

interface Span {
  /** The last commit that was handled, if the branch still has it. */
  readonly from: CommitSha | null
  readonly head: CommitSha
}

async function toTake(
  git: DeliveryActivityNeeds['git'],
  { repository, wanted, each }: LookOrder,
  { from, head }: Span,
): Promise<Pick<Extract<Look, { kind: 'found' }>, 'commit' | 'more'>> {
  if (from === null || from === head) return { commit: head, more: false }
  if (each) {
    const line = await git.rangeCommits(repository, { from, to: head })
    return { commit: line[0] ?? head, more: line.length > 1 }
  }
  // A late announcement may name a commit behind the one last handled: never go back to it.
  const isAhead =
    wanted !== null &&
    wanted !== head &&
    (await has(git, repository, { commit: wanted, head })) &&
    !(await has(git, repository, { commit: wanted, head: from }))
  return { commit: isAhead ? wanted : head, more: false }
}

/** A commit that the repository has lost is on no branch. */
async function has(
  git: DeliveryActivityNeeds['git'],
  repository: LookOrder['repository'],
  { commit, head }: { readonly commit: CommitSha; readonly head: CommitSha },
): Promise<boolean> {
  return git.contains(repository, commit, head).catch((error: unknown) => {
    if (isFinal(error)) return false
    throw error
  })
}

/** The limit of mail servers: no address is longer. */
const LONGEST_EMAIL = 254

const emailsOf = (commits: readonly Commit[]): readonly string[] =>
  [...new Set(commits.map(({ email }) => email.toLowerCase()))]
    .filter((email) => email.length <= LONGEST_EMAIL)
    .slice(0, MOST_AUTHORS)

async function cut({ releases }: DeliveryActivityNeeds, order: SelfCutOrder): Promise<string | null> {
  const outcome = await releases.cut(
    selfCut({ ...order, type: firstTypeOf(order.app) }),
    `cut/${order.releaseId}`,
  )
  return outcome.kind === 'done' ? null : outcome.refusal.code
}
