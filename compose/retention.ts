/** Runs retention. A missed run is made up by the next; a repeated one does no harm. */
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { WorkerSettings } from '../config.js'
import { holdLeadership } from '../db/leader.js'
import { neededCommits } from '../db/needed.js'
import { giveUpArtifacts, needlessArtifacts } from '../db/prune-artifacts.js'
import type { Database } from '../db/tables.js'
import type { Removed, Retained, RetentionKind } from '../domain/retention.js'
import {
  type ArtifactNeeds,
  type ArtifactShelf,
  oldArtifacts,
} from '../integrations/artifact-store/old-artifacts.js'
import { oldShared } from '../integrations/checkouts/old-shared.js'
import { createRunGit } from '../integrations/git/git-command.js'
import { oldMirrors } from '../integrations/git/old-mirrors.js'
import { oldMarks } from '../integrations/github/dispatch-marks.js'
import { oldCheckouts, oldJobs } from '../integrations/stage-runners/old-folders.js'
import { gitVariables } from './git-variables.js'
import { checkoutsFolderOf, marksFolderOf, mirrorsFolderOf, workFolderOf } from './work-folder.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The context of a retention run. */
export interface RetentionRun {
  readonly log: Pick<Logger, 'info' | 'warn'>
  /** For the metric. */
  readonly onRemoved: (kind: RetentionKind, removed: Removed) => void
  /** False: this process is stopping, or no longer leads. */
  readonly goesOn: () => boolean
}

/** Deletes old data, kind by kind. A failure is logged and does not stop the other kinds. */
export async function runRetention(
  kinds: readonly Retained[],
  { log, onRemoved, goesOn }: RetentionRun,
): Promise<void> {
  for (const { kind, remove } of kinds) {
    if (!goesOn()) return
    try {
      const removed = await remove(goesOn)
      onRemoved(kind, removed)
      if (removed.count > 0) log.info({ kind, ...removed }, 'What is old was removed')
    } catch (error) {
      log.warn({ err: error, kind }, 'What is old was not removed')
    }
  }
}

export interface HostParts {
  readonly settings: Pick<WorkerSettings, 'dataFolder' | 'git' | 'keepDays'>
  /** The contents of the artifact store. */
  readonly shelf: ArtifactShelf
  /** Slipway's own environment, from which git gets its variables. */
  readonly environment: NodeJS.ProcessEnv
  readonly db: Kysely<Database>
  /** The id of this process, for hosts that share the artifacts. */
  readonly holder: string
}

/** How long no other process may delete artifacts; renewed before each batch. */
const LEASE_MS = 10 * 60_000
const GIT_MS = 60_000

/** Everything on this host that is deleted once it is old. */
export function retainedOnHost({ settings, shelf, environment, db, holder }: HostParts): readonly Retained[] {
  const { dataFolder, keepDays: keep } = settings
  const folders = { dataFolder, workFolder: workFolderOf(dataFolder) }
  const run = createRunGit({ ...settings.git, timeoutMs: GIT_MS, environment: gitVariables(environment) })
  const mirrors = { folder: mirrorsFolderOf(dataFolder), run, needed: () => neededCommits(db) }
  const needs: ArtifactNeeds = {
    find: (digests) => needlessArtifacts(db, digests, keep.artifacts),
    giveUp: (digests) => giveUpArtifacts(db, digests, keep.artifacts),
    isOurs: () => holdLeadership(db, { name: 'artifacts', holder, leaseMs: LEASE_MS }),
  }
  return [
    oldJobs(folders, { keptMs: keep.jobs * DAY_MS }),
    oldMarks(marksFolderOf(dataFolder), { keptMs: keep.jobs * DAY_MS }),
    oldCheckouts(folders, { keptMs: keep.checkouts * DAY_MS }),
    sharedCheckouts(dataFolder),
    oldMirrors(mirrors, { keptMs: keep.mirrors * DAY_MS }),
    oldArtifacts(shelf, needs, { keptMs: keep.artifacts * DAY_MS }),
  ]
}

/** There is one for each commit, so they are deleted sooner than scarcer data. */
export const sharedCheckouts = (dataFolder: string): Retained =>
  oldShared(
    { folder: checkoutsFolderOf(dataFolder), workFolder: workFolderOf(dataFolder) },
    { keptMs: HOUR_MS },
  )

/** The delay before the first run, and the interval; milliseconds. */
export interface RetentionTimes {
  readonly firstMs: number
  readonly everyMs: number
}

/** The first run is an hour after the start: a worker that was down for days first collects the ends of its jobs. */
export const DAILY: RetentionTimes = { firstMs: HOUR_MS, everyMs: DAY_MS }
export const OFTEN: RetentionTimes = { firstMs: HOUR_MS / 6, everyMs: HOUR_MS / 6 }

/** Deletes old data on this host periodically; the returned function stops it. */
export function startHostRetention(
  kinds: readonly Retained[],
  { firstMs, everyMs }: RetentionTimes,
  run: Omit<RetentionRun, 'goesOn'>,
): () => void {
  let stopped = false
  const once = (): void => void runRetention(kinds, { ...run, goesOn: () => !stopped })
  let timer = setTimeout(() => {
    once()
    timer = setInterval(once, everyMs)
  }, firstMs)
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}
