/** A pull request that was opened, reopened, or got new commits: its head is built if the app enables it (S4.21). */
import * as z from 'zod'
import type { Receipt } from '../../db/receive.js'
import { SLIPWAY } from '../../domain/identifiers.js'
import type { PullIntent } from '../../domain/intent.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { PushInbox } from './record-push.js'

const name = z.string().max(300)
const event = z.looseObject({
  action: z.enum(['opened', 'reopened', 'synchronize']),
  pull_request: z.looseObject({
    number: z.int().positive(),
    title: z.string().max(2_000),
    user: z.looseObject({ login: name }).nullish(),
    // The forge sends no repository for a deleted fork.
    head: z.looseObject({ sha: z.string().max(64), repo: z.looseObject({ full_name: name }).nullish() }),
  }),
  repository: z.looseObject({ full_name: name, clone_url: z.string().max(2_000) }),
})

export interface OpenedPull extends Omit<PullIntent, 'kind' | 'app'> {
  readonly addresses: readonly string[]
}

const LONGEST_TITLE = 200

/** Null for every other event of a pull request. */
export function readOpened(body: unknown): OpenedPull | null {
  const parsed = event.safeParse(body)
  if (!parsed.success) return null
  const { pull_request: pull, repository } = parsed.data
  const from = pull.head.repo?.full_name ?? 'a repository that is gone'
  return {
    number: pull.number,
    commit: pull.head.sha,
    title: pull.title.slice(0, LONGEST_TITLE),
    author: pull.user?.login ?? '',
    fork: from === repository.full_name ? null : from,
    addresses: [repository.clone_url],
  }
}

/** A forge waits up to 10 s for an answer. */
const DEADLINE_MS = 5_000

/** Stores each head once, however often it is reported; null when the app does not build pull requests. */
export async function recordOpened(
  inbox: PushInbox,
  app: AppDefinition,
  { addresses: _, ...pull }: OpenedPull,
): Promise<Receipt | null> {
  if (app.pullRequests !== 'build') return null
  const receipt = await inbox.receive({
    key: `pull/${app.name}/${pull.number}/${pull.commit}`,
    intent: { kind: 'pull', app: app.name, ...pull },
    actor: { user: SLIPWAY },
    reply: { responseUrl: null, channel: null, thread: null },
    workflowKey: `pull/${app.name}/${pull.number}`,
    joinKey: null,
    deadlineMs: DEADLINE_MS,
  })
  if (receipt === 'stored') inbox.onStored()
  return receipt
}
