/** What happens to an environment and why, as part of a sentence. */

import { sayDuration } from '../../../domain/durations.js'
import { unreachable } from '../../../domain/exhaustive.js'
import { shortCommit } from '../../../domain/identifiers.js'
import type {
  DriftFinding,
  EndCause,
  EnvironmentNote,
  EnvironmentTask,
  ExtensionCap,
  PreviewSource,
  PullRequestProblem,
  RecordDifference,
  StillNeeded,
} from '../../../domain/reasons.js'
import type { Markup } from '../markup.js'
import { failureWords, setupNeedWords, teardownWords } from './failure-words.js'

/** Why it is torn down: `it expired`. */
export function endWords(cause: EndCause, m: Markup): string {
  switch (cause.kind) {
    case 'asked':
      return 'it was asked for'
    case 'expired':
      return 'it expired'
    case 'branch-gone':
      return `its branch ${m.text(cause.branch, 80)} is gone`
    case 'pull-request':
      return `its pull request #${cause.number} was ${cause.merged ? 'merged' : 'closed'}`
    default:
      return unreachable(cause)
  }
}

/** What should run and what actually does. */
export function driftWords(finding: DriftFinding, m: Markup): string {
  switch (finding.kind) {
    case 'commit':
      return `should run ${m.code(finding.expected.slice(0, 12))}, but it runs ${m.code(finding.observed.slice(0, 12))}`
    case 'artifact':
      return `should run the artifact of ${m.text(finding.name, 80)}, but it runs ${m.code(finding.observed.slice(0, 19))}`
    case 'check-failed':
      return `should run ${m.text(finding.name, 80)}, but its check fails: ${failureWords(finding.failure, m)}`
    default:
      return unreachable(finding)
  }
}

/** The source of a preview: a branch, or one commit. */
export function sourceWords({ branch, commit, pull }: PreviewSource, m: Markup): string {
  const what = m.text(branch ?? shortCommit(commit), 80)
  return pull === null ? what : `${what}, pull request #${pull}`
}

/** What an order started: `it is set up again with 2026.11.3-rc.1`. */
export function taskWords(task: EnvironmentTask, m: Markup): string {
  switch (task.kind) {
    case 'set-up-again':
      return `it is set up again with ${m.text(task.name, 80)}`
    case 'patched-again':
      return `it is patched again with ${m.text(task.name, 80)}`
    case 'set-up-first':
      return `it is set up first, since ${setupNeedWords(task.because)}, and patched again with ${m.text(task.name, 80)}`
    case 'one-build':
      return `it is patched with the build of ${m.code(task.of)}`
    case 'newest-build':
      return `it gets the newest build of ${m.text(task.of, 80)}, made first if need be`
    case 'preview':
      return `it becomes a preview of ${sourceWords(task.source, m)}; you are told when it is ready`
    case 'torn-down':
      return 'it is torn down'
    case 'teardown-asked':
      return `its teardown is asked for and needs ${task.need} ${task.need === 1 ? 'approval' : 'approvals'} from ${task.roles.map((role) => m.text(role, 60)).join(', ')}`
    case 'teardown-approved':
      return `you approved its teardown, ${task.have} of ${task.need}`
    case 'teardown-announced':
      return `its teardown is announced and begins ${m.date(task.until)}, unless somebody stops it`
    case 'teardown-stopped':
      return 'its teardown is stopped; nothing was touched'
    case 'kept':
      return task.until === null ? 'it is kept for good' : `it is kept until ${m.date(task.until)}`
    case 'same-host':
      return `${m.text(task.name, 80)} waits for host ${m.text(task.host, 60)}`
    case 'other-host':
      return `${m.text(task.name, 80)} runs on another host`
    default:
      return unreachable(task)
  }
}

/** The current note about an environment. */
export function environmentNoteWords(note: EnvironmentNote, m: Markup): string {
  switch (note.kind) {
    case 'teardown-failed':
      return teardownWords(note, m)
    case 'retired':
      return 'it was taken out of the configuration; put it back to rebuild it or to tear it down'
    case 'waits-for-place':
      return `waits for a place: ${note.living} of ${note.most} previews live, ${note.ahead} ahead of it`
    case 'building':
      return note.what === null ? 'it is being built' : `${m.text(note.what, 80)} is being built`
    case 'waits-for-build':
      return 'waits for its build'
    case 'failure':
      return failureWords(note.failure, m)
    case 'aborted':
      return 'its last deployment was aborted'
    case 'drift':
      return driftWords(note.finding, m)
    default:
      return unreachable(note)
  }
}

/** Why it can't be extended: `it was extended 3 times, which is the most`. */
export function capWords(cap: ExtensionCap): string {
  switch (cap.kind) {
    case 'count':
      return `it was extended ${cap.most} times, which is the most`
    case 'age':
      return `no environment here lives longer than ${sayDuration(cap.ms)}`
    case 'kept':
      return 'it lives as long as it may already'
    default:
      return unreachable(cap)
  }
}

/** What still needs it: `2026.11.3-rc.1 is being deployed, 1 deployment waits`. */
export function neededWords({ deploying, waiting, awaiting, runs }: StillNeeded, m: Markup): string {
  return [
    ...(deploying === null ? [] : [`${m.text(deploying, 80)} is being deployed`]),
    ...(waiting === 0 ? [] : [`${waiting} ${waiting === 1 ? 'deployment waits' : 'deployments wait'}`]),
    ...(awaiting === null ? [] : [`${m.text(awaiting, 80)} awaits acceptance`]),
    ...(runs === null ? [] : [`${m.text(runs, 80)} runs there`]),
  ].join(', ')
}

/** Why a pull request cannot be used. */
export function pullWords(problem: PullRequestProblem, m: Markup): string {
  switch (problem.kind) {
    case 'not-a-number':
      return 'that is not the number of a pull request'
    case 'no-forge':
      return 'no forge is configured: Slipway is not signed in to GitHub, so it knows no pull requests'
    case 'unknown':
      return 'its repository has no such pull request'
    case 'not-merged':
      return 'it is not merged yet'
    case 'merged':
    case 'closed':
      return `it is ${problem.kind} already`
    case 'closed-unmerged':
      return 'it was closed without being merged'
    case 'not-on-trunk':
      return `no commit of ${m.text(problem.trunk, 60)} names it, and no forge is configured that could be asked`
    case 'fork':
      return `it comes from ${m.text(problem.from, 80)}, and a fork’s code does not get this app’s secrets`
    default:
      return unreachable(problem)
  }
}

/** How a record differed from its workflow. */
export function differenceWords({ fields, orphans }: RecordDifference, m: Markup): string {
  return [
    ...fields.map(
      ({ field, recorded, actual }) =>
        `${field} was recorded as ${m.text(String(recorded), 60)} and is ${m.text(String(actual), 60)}`,
    ),
    ...orphans.slice(0, 5).map((id) => `deployment ${id} was recorded as unfinished and is unknown`),
  ].join('; ')
}
