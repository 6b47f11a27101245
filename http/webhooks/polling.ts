/**
 * Polls the remotes, so that a lost webhook loses nothing and a laptop needs none: one remote a second in turn, however many
 * there are, and less often if a webhook reported pushes recently.
 */

import PQueue from 'p-queue'
import type { Leader } from '../../bot/publisher/leadership.js'
import { followedBranches } from '../../domain/delivery/rules.js'
import type { AppName, CommitSha } from '../../domain/identifiers.js'
import { type AppDefinition, repositoryOf } from '../../domain/pipeline.js'
import type { Git } from '../../domain/ports.js'
import type { EndedPreviews } from './ended-previews.js'
import { type PushInbox, recordPush } from './record-push.js'

export interface PollingOptions {
  readonly git: Pick<Git, 'heads'>
  readonly apps: () => readonly AppDefinition[]
  /** Null: never. Read before each poll, so that a reload takes effect immediately. */
  readonly everyMs: () => number | null
  readonly leader: Leader
  readonly inbox: PushInbox
  readonly previews: EndedPreviews
  /** Whether webhooks report the app's pushes. */
  readonly hasWebhooks: (app: AppName) => Promise<boolean>
  readonly onProblem: (apps: readonly AppName[], error: unknown) => void
}

export interface Polling {
  start(): void
  /** Ends once what was found is recorded; does not wait for a remote that has not answered. */
  stop(): Promise<void>
}

/** While polling is off or another process leads, how often that is checked. */
const IDLE_MS = 1_000
const AT_ONCE = 8
/** The pause between polls of any remotes: their cost does not grow with their number. Over HTTPS one takes 40 ms of a core. */
export const SHARE_MS = 1_000
/** A remote that does not answer is polled less and less often, because each attempt occupies a slot for a minute. */
const LONGEST_PAUSE_MS = 600_000
/** Where webhooks report pushes, only one in this many polls remains, in case a webhook is lost. */
const WITH_WEBHOOKS = 20
const NO_COMMIT = '0'.repeat(40)

/** What decides when a remote is polled next. */
export interface PauseFacts {
  /** The configured interval. */
  readonly everyMs: number
  /** How many remotes share the polls. */
  readonly remotes: number
  /** Consecutive failures. */
  readonly failures: number
  /** Whether webhooks report its pushes. */
  readonly hasWebhooks: boolean
}

/** Milliseconds until the next poll of a remote. */
export function pauseAfter({ everyMs, remotes, failures, hasWebhooks }: PauseFacts): number {
  const withWebhooksMs = hasWebhooks ? Math.min(everyMs * WITH_WEBHOOKS, LONGEST_PAUSE_MS) : 0
  const ownMs = Math.max(everyMs, remotes * SHARE_MS, withWebhooksMs)
  return Math.min(ownMs * 2 ** failures, Math.max(ownMs, LONGEST_PAUSE_MS))
}

/** What is known of a remote. */
interface Looked {
  /** The heads that each app was last told. */
  readonly heads: Map<AppName, ReadonlyMap<string, CommitSha>>
  looking: boolean
  failures: number
  /** By `performance.now()`: a clock that is set back must not stop the polls. */
  nextAt: number
}

/** Apps whose repositories have the same address, and so the same git credentials. */
type Sharing = readonly [AppDefinition, ...AppDefinition[]]
type Shared = Pick<PauseFacts, 'everyMs' | 'remotes'>

const neverLooked = (nextAt: number): Looked => ({ heads: new Map(), looking: false, failures: 0, nextAt })

/** Each remote has its own turn, so a slow or unreachable one delays no other; apps of the same remote share the turn. */
export function createPolling(options: PollingOptions): Polling {
  const known = new Map<string, Looked>()
  const queue = new PQueue({ concurrency: AT_ONCE })
  const recording = new Set<Promise<void>>()
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  async function lookAt(apps: Sharing, looked: Looked): Promise<void> {
    const [{ repository }] = apps
    const environments = await Promise.all(apps.map(({ name }) => options.previews.read(name)))
    const heads = await options.git.heads(repositoryOf(apps[0]))
    // A remote may have taken a minute: another process may lead by now, or this one may be stopping.
    if (stopped || known.get(repository) !== looked) return
    const work = inTurn(apps, async (app, index) => {
      const before = looked.heads.get(app.name) ?? null
      if (await tell(options, app, { before, heads })) looked.heads.set(app.name, heads)
      await options.previews.tell(app, { environments: environments[index] ?? [], heads })
    })
    recording.add(work)
    await work.finally(() => recording.delete(work))
  }

  async function turn(apps: Sharing, looked: Looked, shared: Shared): Promise<void> {
    const names = apps.map(({ name }) => name)
    let hasWebhooks = false
    try {
      await lookAt(apps, looked)
      hasWebhooks = (await Promise.all(names.map(options.hasWebhooks))).every(Boolean)
      looked.failures = 0
    } catch (error) {
      looked.failures += 1
      options.onProblem(names, error)
    }
    looked.nextAt = performance.now() + pauseAfter({ ...shared, failures: looked.failures, hasWebhooks })
    looked.looking = false
  }

  function round(): void {
    const everyMs = options.everyMs()
    if (everyMs === null || !options.leader.isLeader()) known.clear()
    else {
      const remotes = byRemote(options.apps())
      const now = performance.now()
      let added = 0
      for (const [remote, apps] of remotes) {
        // The first polls are staggered as well, among those that are new: all at the start, later what a reload added.
        const looked = known.get(remote) ?? neverLooked(now + added++ * SHARE_MS)
        known.set(remote, looked)
        if (looked.looking || looked.nextAt > now) continue
        looked.looking = true
        void queue.add(() => turn(apps, looked, { everyMs, remotes: remotes.size }))
      }
    }
    if (!stopped) timer = setTimeout(round, Math.min(everyMs ?? IDLE_MS, IDLE_MS))
  }

  return {
    start: round,
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      queue.clear()
      await Promise.allSettled(recording)
    },
  }
}

/** Groups the apps by the address of their repository. */
function byRemote(apps: readonly AppDefinition[]): ReadonlyMap<string, Sharing> {
  const remotes = new Map<string, Sharing>()
  for (const app of apps) {
    const others = remotes.get(app.repository)
    remotes.set(app.repository, others ? [...others, app] : [app])
  }
  return remotes
}

/** One app after another. A failure does not stop the others; the first is thrown at the end. */
async function inTurn(
  apps: Sharing,
  work: (app: AppDefinition, index: number) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = []
  for (const [index, app] of apps.entries())
    await work(app, index).catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}

interface Seen {
  /** Null at the first poll by this leader. */
  readonly before: ReadonlyMap<string, CommitSha> | null
  readonly heads: ReadonlyMap<string, CommitSha>
}

/** False when something could not be recorded; it is then found again at the next poll. */
async function tell(
  { inbox }: PollingOptions,
  app: AppDefinition,
  { before, heads }: Seen,
): Promise<boolean> {
  const followed = new Set(followedBranches(app))
  let recorded = true
  for (const [branch, commit] of heads) {
    const previous = before?.get(branch) ?? null
    // The first poll reports only followed branches; the workflow knows whether the commit is new.
    if (previous === commit || (before === null && !followed.has(branch))) continue
    const key = ['poll', app.name, branch, ...(previous === null ? [] : [previous]), commit].join('/')
    const via = before === null ? ('first-look' as const) : ('poll' as const)
    const push = { app: app.name, branch, commit, deleted: false, via }
    recorded = (await recordPush(inbox, key, push)) !== 'too-late' && recorded
  }
  for (const [branch, commit] of before ?? []) {
    if (heads.has(branch)) continue
    const key = `poll/${app.name}/${branch}/${commit}/gone`
    const gone = { app: app.name, branch, commit: NO_COMMIT, deleted: true, via: 'poll' as const }
    recorded = (await recordPush(inbox, key, gone)) !== 'too-late' && recorded
  }
  return recorded
}
