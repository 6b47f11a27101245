/** Workers of named builds: when one takes over the workflows, and what happens to attempts whose build has no worker left. */
import type { PayloadCodec } from '@temporalio/common'
import type { Logger } from 'pino'
import {
  type BuildId,
  isSilent,
  type LastSigns,
  mayTakeOver,
  observeSigns,
  SILENT_AFTER_MS,
} from '../domain/worker-builds.js'
import { type Builds, buildsOf, type Found, type PinnedAttempt } from '../workflows/gateway-builds.js'
import { replayOn } from '../workflows/worker-replay.js'
import { takeTurn } from './going-on.js'

/** Starts {@link followNamedBuilds} in a running Slipway. */
export function openNamedBuild(
  parts: Parameters<typeof takeTurn>[0],
  plan: { readonly queuePrefix: string; readonly buildId: BuildId; readonly bundle: string },
): { readonly stop: () => Promise<void> } {
  const { queuePrefix, buildId: own, bundle } = plan
  const builds = buildsOf(parts.client, { queuePrefix, own })
  const { payloadCodecs } = parts.client.options.loadedDataConverter
  const { log } = parts
  return followNamedBuilds({ builds, bundle, payloadCodecs, log, beforeTurn: () => takeTurn(parts, plan) })
}

export interface NamedBuildOptions {
  readonly builds: Builds
  readonly bundle: string
  /** None unless given. */
  readonly payloadCodecs?: PayloadCodec[]
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
  /** Throws when running workflows could not continue on this build. */
  readonly beforeTurn: () => Promise<void>
  /** 5 s unless given. */
  readonly lookEveryMs?: number
  /** Two minutes unless given. */
  readonly silentAfterMs?: number
}

const LOOK_EVERY_MS = 5_000
/** Temporal knows a worker only a moment after its first poll. */
const SOON_MS = 500

/** Checks the builds regularly until it is stopped. */
export function followNamedBuilds(options: NamedBuildOptions): { readonly stop: () => Promise<void> } {
  const { log, lookEveryMs = LOOK_EVERY_MS } = options
  const look = lookingAt(options)
  let timer: NodeJS.Timeout
  let isStopped = false
  let looking = Promise.resolve()
  const again = async (): Promise<void> => {
    const isSettled = await look().catch((error: unknown) => {
      log.warn({ err: error }, 'Builds of Slipway were not looked at')
      return true
    })
    if (!isStopped) timer = setTimeout(run, isSettled ? lookEveryMs : SOON_MS)
  }
  const run = (): void => {
    looking = again()
  }
  run()
  return {
    stop: async () => {
      isStopped = true
      clearTimeout(timer)
      await looking
    },
  }
}

/** One check; false while this build only waits for Temporal to know its worker. */
function lookingAt(options: NamedBuildOptions): () => Promise<boolean> {
  const { builds, log, beforeTurn, silentAfterMs: afterMs = SILENT_AFTER_MS } = options
  let lastSigns: LastSigns = new Map()

  async function listen(others: readonly BuildId[]): Promise<(build: BuildId) => boolean> {
    const signs = others.length === 0 ? new Map() : await builds.signs()
    const at = performance.now()
    lastSigns = observeSigns(lastSigns, signs, { builds: others, at })
    return (build) => isSilent(lastSigns, build, { at, afterMs })
  }

  async function takeOver(found: Found): Promise<boolean> {
    const { own, current, isNew } = found
    // A new build did this before its worker started. If it fails, the next try is after another `silentAfterMs`.
    lastSigns = new Map()
    if (!isNew) await beforeTurn()
    if (!(await builds.takeOver(found))) return false
    log.info({ build: own, before: current }, 'This build has the workflows now')
    return true
  }

  async function look(): Promise<boolean> {
    const standing = await builds.standing()
    const { own, current } = standing
    const attempts = current === own ? await builds.attemptsElsewhere() : []
    const others = [
      ...new Set([...attempts.map(({ build }) => build), ...(current === own ? [] : [current])]),
    ]
    const silent = await listen(others)
    if (current !== own) return mayTakeOver(standing, silent(current)) ? takeOver(standing) : true
    for (const attempt of attempts.filter(({ build }) => silent(build))) {
      await rescue(options, attempt, own).catch((error: unknown) =>
        log.error({ err: error, workflow: attempt.workflow.workflowId }, 'An attempt was not taken over'),
      )
    }
    return true
  }

  return async () => {
    try {
      return await look()
    } catch (error) {
      // While Temporal is away nobody gives it a sign, and afterwards all have to ask it again first.
      lastSigns = new Map()
      throw error
    }
  }
}

/** The attempt continues on this build if a replay of its whole history says that it can; otherwise it ends. */
async function rescue(
  { builds, bundle, payloadCodecs, log }: NamedBuildOptions,
  attempt: PinnedAttempt,
  own: BuildId,
): Promise<void> {
  const { count, stuck } = await replayOn(bundle, builds.historyOf(attempt), payloadCodecs)
  if (count === 0) return
  const which = { workflow: attempt.workflow.workflowId, build: attempt.build }
  if (stuck.length === 0)
    log.warn({ ...which, own }, 'No worker has the build of an attempt any more; it goes on with this one')
  else
    log.error(
      { ...which, own, stuck },
      'No worker has the build of an attempt any more, and it cannot go on with this one; it ends',
    )
  await builds.rescue(attempt, stuck.length === 0)
}
