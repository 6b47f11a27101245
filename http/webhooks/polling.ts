/** Looks at the remotes now and then, so that a lost webhook loses nothing and a laptop needs none. */

import type { Leader } from '../../bot/publisher/leadership.js'
import { followedBranches } from '../../domain/delivery/rules.js'
import type { AppName, CommitSha } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
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
  /** Ends after the look under way. */
  stop(): Promise<void>
}

/** How long a look waits while polling is off or another process leads. */
const IDLE_MS = 1_000
const NO_COMMIT = '0'.repeat(40)

export function createPolling(options: PollingOptions): Polling {
  const known = new Map<AppName, ReadonlyMap<string, CommitSha>>()
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> = Promise.resolve()

  async function lookAt(app: AppDefinition): Promise<void> {
    try {
      const environments = await options.previews.read(app.name)
      const heads = await options.git.heads({ app: app.name, url: app.repository, trunk: app.trunk })
      if (await tell(options, app, { before: known.get(app.name) ?? null, heads })) known.set(app.name, heads)
      await options.previews.tell(app, { environments, heads })
    } catch (error) {
      options.onProblem(app.name, error)
    }
  }

  async function round(): Promise<void> {
    const everyMs = options.everyMs()
    const may = everyMs !== null && options.leader.isLeader()
    if (!may) known.clear()
    if (may) for (const app of options.apps()) await lookAt(app)
    if (!stopped) schedule(may ? everyMs : IDLE_MS)
  }

  function schedule(ms: number): void {
    timer = setTimeout(() => {
      looking = round()
    }, ms)
  }

  return {
    start: () => schedule(0),
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await looking
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
