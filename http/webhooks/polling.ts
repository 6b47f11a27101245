/** Looks at the remotes now and then, so that a lost webhook loses nothing and a laptop needs none. */

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
  /** Null: never. Asked before each look, so that a reload counts at once. */
  readonly everyMs: () => number | null
  readonly leader: Leader
  readonly inbox: PushInbox
  readonly previews: EndedPreviews
  readonly onProblem: (app: AppName, error: unknown) => void
}

export interface Polling {
  start(): void
  /** Ends once what was found is recorded; a remote that has not answered is not waited for. */
  stop(): Promise<void>
}

/** How often it is asked whether polling is on and this process leads, while it is not. */
const IDLE_MS = 1_000
const AT_ONCE = 8
/** A remote that does not answer is asked ever less often: it takes a place for a minute each time. */
const LONGEST_PAUSE_MS = 600_000
const NO_COMMIT = '0'.repeat(40)

/** How long until an app's next look, after so many failures in a row; ms. */
export const pauseAfter = (failures: number, everyMs: number): number =>
  Math.min(everyMs * 2 ** failures, Math.max(everyMs, LONGEST_PAUSE_MS))

/** What is known of an app's remote. */
interface Looked {
  heads: ReadonlyMap<string, CommitSha> | null
  looking: boolean
  failures: number
  /** Milliseconds since 1970. */
  nextAt: number
}

/** Every app has a turn of its own, so that a remote that is slow or away delays nobody else's. */
export function createPolling(options: PollingOptions): Polling {
  const known = new Map<AppName, Looked>()
  const queue = new PQueue({ concurrency: AT_ONCE })
  const recording = new Set<Promise<void>>()
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  async function lookAt(app: AppDefinition, looked: Looked): Promise<void> {
    const environments = await options.previews.read(app.name)
    const heads = await options.git.heads(repositoryOf(app))
    // A remote may have taken a minute: by now another process leads, or this one is stopping.
    if (stopped || known.get(app.name) !== looked) return
    const work = (async () => {
      if (await tell(options, app, { before: looked.heads, heads })) looked.heads = heads
      await options.previews.tell(app, { environments, heads })
    })()
    recording.add(work)
    await work.finally(() => recording.delete(work))
  }

  async function turn(app: AppDefinition, looked: Looked, everyMs: number): Promise<void> {
    try {
      await lookAt(app, looked)
      looked.failures = 0
    } catch (error) {
      looked.failures += 1
      options.onProblem(app.name, error)
    }
    looked.nextAt = Date.now() + pauseAfter(looked.failures, everyMs)
    looked.looking = false
  }

  function round(): void {
    const everyMs = options.everyMs()
    if (everyMs === null || !options.leader.isLeader()) known.clear()
    else {
      for (const app of options.apps()) {
        const looked = known.get(app.name) ?? { heads: null, looking: false, failures: 0, nextAt: 0 }
        known.set(app.name, looked)
        if (looked.looking || looked.nextAt > Date.now()) continue
        looked.looking = true
        void queue.add(() => turn(app, looked, everyMs))
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

interface Seen {
  /** Null at the first look of this leader. */
  readonly before: ReadonlyMap<string, CommitSha> | null
  readonly heads: ReadonlyMap<string, CommitSha>
}

/** False when something could not be recorded: then the same is found again at the next look. */
async function tell(
  { inbox }: PollingOptions,
  app: AppDefinition,
  { before, heads }: Seen,
): Promise<boolean> {
  const followed = new Set(followedBranches(app))
  let recorded = true
  for (const [branch, commit] of heads) {
    const previous = before?.get(branch) ?? null
    // At the first look only what is followed is told: the workflow knows whether it is new.
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
