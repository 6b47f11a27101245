/**
 * The leader's scheduled jobs; each may be missed or run twice: digest, sweep, reconciler, reminders, seals, delays, retention.
 */
import { type ScheduledTask, schedule } from 'node-cron'
import type { DigestDefinition } from '../../../domain/configuration.js'
import type { BotLog } from '../../slack/log.js'
import type { Leader } from '../leadership.js'

export interface ClockOptions {
  readonly leader: Leader
  /** The current definition; null: no digest. */
  readonly digest: () => DigestDefinition | null
  readonly postDigests: () => Promise<void>
  readonly sweep: () => Promise<void>
  readonly reconcile: () => Promise<void>
  readonly sealAudit: () => Promise<void>
  readonly findDeletedCards: () => Promise<void>
  /** Sends reminders of planned releases. */
  readonly remindOfPlans: () => Promise<void>
  /** Reports orders that have no answer yet. */
  readonly tellDelays: () => Promise<void>
  /** Removes old data for as long as `goesOn` returns true. */
  readonly prune: (goesOn: () => boolean) => Promise<void>
  readonly log: BotLog
  /** Cron expressions of the sweep and of the reconciler; tests use faster ones. */
  readonly sweepCron?: string
  readonly reconcileCron?: string
}

export interface Clock {
  start(): void
  /** Ends after the jobs in progress. */
  stop(): Promise<void>
}

/** A missed run is made up by the next one. */
const quiet = { noOverlap: true, suppressMissedWarning: true } as const
const EVERY_TEN_SECONDS = '*/10 * * * * *'
const EVERY_MINUTE = '* * * * *'
const EVERY_FIVE_MINUTES = '*/5 * * * *'
/** Off the full hour, when many other jobs start. */
const EVERY_HOUR = '37 * * * *'

export function createClock(options: ClockOptions): Clock {
  const { leader, log, digest } = options
  const running = new Set<Promise<void>>()
  const tasks: ScheduledTask[] = []
  let digestTask: ScheduledTask | null = null
  let digestOf = ''
  let stopping = false

  /** At most one job of each kind at a time, and only while this process is certainly the leader. */
  function job(name: string, run: () => Promise<void>): () => Promise<void> {
    return async () => {
      if (!leader.isLeader()) return
      const work = run().catch((error: unknown) =>
        log.error({ err: error, job: name }, 'A scheduled job failed'),
      )
      running.add(work)
      await work
      running.delete(work)
    }
  }

  function at(cron: string, name: string, run: () => Promise<void>): ScheduledTask {
    return schedule(cron, job(name, run), { ...quiet, name })
  }

  /** A configuration reload may have changed the schedule. */
  function followDigest(): void {
    const wanted = digest()
    const key = JSON.stringify(wanted)
    if (key === digestOf) return
    void digestTask?.destroy()
    digestOf = key
    const posting = job('digest', options.postDigests)
    digestTask =
      wanted && schedule(wanted.cron, posting, { ...quiet, name: 'digest', timezone: wanted.timezone })
  }

  return {
    start() {
      followDigest()
      tasks.push(
        at(EVERY_MINUTE, 'digest-plan', async () => followDigest()),
        at(options.sweepCron ?? EVERY_FIVE_MINUTES, 'sweep', options.sweep),
        at(options.reconcileCron ?? EVERY_MINUTE, 'reconcile', options.reconcile),
        at(EVERY_MINUTE, 'plans', options.remindOfPlans),
        at(EVERY_MINUTE, 'deleted-cards', options.findDeletedCards),
        at(EVERY_TEN_SECONDS, 'delays', options.tellDelays),
        at(EVERY_TEN_SECONDS, 'seal', options.sealAudit),
        at(EVERY_HOUR, 'prune', () => options.prune(() => !stopping && leader.isLeader())),
      )
    },
    async stop() {
      stopping = true
      for (const task of [...tasks.splice(0), ...(digestTask ? [digestTask] : [])]) await task.destroy()
      digestTask = null
      await Promise.all(running)
    },
  }
}
