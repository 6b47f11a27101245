/** A merged pull request: if it has a label or branch that a release type names, it cuts a release (S4.20). */
import { ulid } from 'ulid'
import * as z from 'zod'
import type { Receipt } from '../../db/receive.js'
import { parseDeploymentId, parseReleaseId, SLIPWAY } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import { type MergedPull, typeCutBy } from '../../domain/release/merged-pull.js'
import type { PushInbox } from './record-push.js'

const name = z.string().max(300)
const event = z.looseObject({
  action: z.literal('closed'),
  pull_request: z.looseObject({
    number: z.int(),
    title: z.string().max(2_000),
    merged: z.literal(true),
    merge_commit_sha: z.string().max(64),
    labels: z.array(z.looseObject({ name })).max(200),
    base: z.looseObject({ ref: name }),
    head: z.looseObject({ ref: name, repo: z.looseObject({ full_name: name }).nullish() }),
  }),
  repository: z.looseObject({ full_name: name, clone_url: z.string().max(2_000) }),
})

export interface MergeNotice extends MergedPull {
  readonly number: number
  readonly title: string
  /** The resulting commit on trunk. */
  readonly commit: string
  readonly addresses: readonly string[]
}

/** Null for every other event of a pull request. */
export function readMerge(body: unknown): MergeNotice | null {
  const parsed = event.safeParse(body)
  if (!parsed.success) return null
  const { pull_request: pull, repository } = parsed.data
  return {
    number: pull.number,
    title: pull.title,
    commit: pull.merge_commit_sha,
    base: pull.base.ref,
    branch: pull.head.repo?.full_name === repository.full_name ? pull.head.ref : null,
    labels: pull.labels.map((label) => label.name),
    addresses: [repository.clone_url],
  }
}

/** A forge waits up to 10 s for an answer. */
const DEADLINE_MS = 5_000

/** Stores the cut once for each pull request, however often its merge is reported; null when it cuts nothing. */
export async function recordMerge(
  inbox: PushInbox,
  app: AppDefinition,
  merge: MergeNotice,
): Promise<Receipt | null> {
  const type = typeCutBy(app, merge)
  const releaseId = parseReleaseId(`rel_${ulid()}`)
  const deploymentId = parseDeploymentId(`dep_${ulid()}`)
  if (type === null || releaseId === null || deploymentId === null) return null
  const { number, title, commit } = merge
  const receipt = await inbox.receive({
    key: `merged/${app.name}/${number}/${commit}`,
    intent: { kind: 'merged-pull', app: app.name, number, title, type, commit, releaseId, deploymentId },
    actor: { user: SLIPWAY },
    reply: { responseUrl: null, channel: app.channel, thread: null },
    workflowKey: `app/${app.name}`,
    joinKey: null,
    deadlineMs: DEADLINE_MS,
  })
  if (receipt === 'stored') inbox.onStored()
  return receipt
}
