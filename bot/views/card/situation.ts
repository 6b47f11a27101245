/** What is currently happening with a release, as one headline and one sentence. */
import {
  environmentOf,
  isOpenFailure,
  isPassing,
  newestAttempts,
  newestCandidate,
  newestDeployments,
  preparedOf,
  setbacksOf,
  wentWithItsEnvironment,
} from '../../../domain/card-standing.js'
import type { CandidateView, DeploymentView, ReleaseView } from '../../../domain/views.js'
import { marks } from '../marks.js'
import { failedWord } from '../words/failure-words.js'

export interface Situation {
  readonly emoji: string
  /** Follows `shop 2026.11.3-rc.1 — `. */
  readonly words: string
  /** A full sentence that names app and candidate. */
  readonly sentence: string
  /** The deployment it is about. */
  readonly focus: DeploymentView | null
}

/** `2026.11.3-rc.1`, `2026.11.3`; empty for a draft, which has no version. */
export function releaseName(view: ReleaseView): string {
  if (view.state === 'released' || view.version === null) return view.version ?? ''
  return newestCandidate(view)?.name ?? view.version
}

/** What people have to decide comes first: failures, then waits for people, then automatic progress. */
export function situationOf(view: ReleaseView): Situation {
  return (
    ended(view) ??
    inQuestion(view) ??
    picking(view) ??
    conflict(view) ??
    moving(view) ??
    ofCandidate(view, newestCandidate(view)) ??
    wentWrong(view) ??
    settled(view)
  )
}

type Words = Omit<Situation, 'focus'>

const about = (words: Words, focus: DeploymentView | null = null): Situation => ({ ...words, focus })
const subject = (view: ReleaseView): string => `${view.app} ${releaseName(view)}`
const named = (view: ReleaseView, deployment: DeploymentView): string =>
  `${view.app} ${deployment.candidate ?? releaseName(view)}`

function ended(view: ReleaseView): Situation | null {
  const name = subject(view)
  switch (view.state) {
    case 'draft':
      return about({
        emoji: marks.drafted,
        words: 'a draft, not cut yet',
        sentence: `A draft of ${view.app} waits to be cut.`,
      })
    case 'deleted':
      return about({
        emoji: marks.gone,
        words: 'deleted',
        sentence:
          view.version === null
            ? `A draft of ${view.app} was deleted.`
            : `${name} was deleted; its version stays taken.`,
      })
    case 'abandoned':
      return about({
        emoji: marks.abandoned,
        words: 'abandoned',
        sentence: `${name} was abandoned and goes no further.`,
      })
    case 'open':
    case 'released':
      return null
  }
}

function inQuestion(view: ReleaseView): Situation | null {
  const attempts = newestAttempts(view).toReversed()
  const failed = attempts.find((deployment) => isOpenFailure(view, deployment))
  if (failed) return failure(view, failed)
  const gates = view.deployments.toReversed()
  const awaiting = gates.find(({ state }) => state === 'awaiting_acceptance')
  const prepared = gates.find((one) => one.state === 'prepared' && !isPassing(view, one))
  if (prepared) return approval(view, prepared)
  return awaiting ? acceptance(view, awaiting) : null
}

function failure(view: ReleaseView, deployment: DeploymentView): Situation {
  const at = deployment.failedStage ?? 'the start'
  const { note } = deployment
  const failed = failedWord(note?.kind === 'failure' ? note.failure : null)
  return about(
    {
      emoji: marks.failed,
      words: `${failed} in ${deployment.environment} at ${at}`,
      sentence: `The deployment of ${named(view, deployment)} to ${deployment.environment} ${failed} at ${at}.`,
    },
    deployment,
  )
}

function approval(view: ReleaseView, deployment: DeploymentView): Situation {
  const { environment, needs } = deployment
  const have = deployment.approvals.length
  const name = named(view, deployment)
  if (have >= needs) {
    const checks = preparedOf(view, deployment)?.gates.some(({ kind }) => kind === 'checks')
    const what = checks ? 'the checks of its commit' : 'its last conditions'
    const sentence = `${name} is prepared for ${environment} and waits for ${what}.`
    return about({ emoji: marks.needsApproval, words: `prepared for ${environment}`, sentence }, deployment)
  }
  return about(
    {
      emoji: marks.needsApproval,
      words: `needs approval for ${environment} (${have} of ${needs})`,
      sentence: `${name} is waiting for approval for ${environment} (${have} of ${needs} given).`,
    },
    deployment,
  )
}

function acceptance(view: ReleaseView, deployment: DeploymentView): Situation {
  const { environment } = deployment
  return about(
    {
      emoji: marks.awaitsAcceptance,
      words: `on ${environment}, awaiting acceptance`,
      sentence: `${named(view, deployment)} runs on ${environment} and is waiting for acceptance.`,
    },
    deployment,
  )
}

function conflict(view: ReleaseView): Situation | null {
  if (view.detail.conflict === null) return null
  const sentence = `A cherry-pick onto ${view.app} ${view.version ?? ''} stopped at a conflict.`
  return about({ emoji: marks.conflict, words: 'cherry-pick in conflict', sentence })
}

/** Progress is shown only when many commits are picked. */
function picking(view: ReleaseView): Situation | null {
  const progress = view.detail.picking
  if (progress === null) return null
  const words = `picking, ${progress.done} of ${progress.of} commits`
  return about({ emoji: marks.picked, words, sentence: `${subject(view)}: ${words}.` })
}

/** Shown only when others go first. */
function placeInLine(view: ReleaseView, waiting: DeploymentView): string {
  const place = (environmentOf(view, waiting)?.detail.queue.indexOf(waiting.id) ?? -1) + 1
  return place > 1 ? `, number ${place} in line` : ''
}

function moving(view: ReleaseView): Situation | null {
  const newest = newestDeployments(view).toReversed()
  const running =
    newest.find(({ state }) => state === 'running') ??
    newest.find((one) => one.state === 'queued' || isPassing(view, one))
  if (!running) return null
  const { environment } = running
  const name = named(view, running)
  const back = running.kind === 'rollback'
  if (running.state !== 'running') {
    const words = `queued for ${environment}${placeInLine(view, running)}`
    return about({ emoji: marks.queued, words, sentence: `${name} is ${words}.` }, running)
  }
  if (running.waits) {
    const words = `waiting for a worker for ${environment}`
    return about({ emoji: marks.queued, words, sentence: `${name} is ${words}.` }, running)
  }
  const words = back ? `rolling back ${environment} to it` : `deploying to ${environment}`
  const sentence = back
    ? `${environment} is being rolled back to ${name}.`
    : `${name} is being deployed to ${environment}.`
  return about({ emoji: back ? marks.rolledBack : marks.running, words, sentence }, running)
}

function ofCandidate(view: ReleaseView, candidate: CandidateView | null): Situation | null {
  if (candidate === null) return null
  const name = `${view.app} ${candidate.name}`
  switch (candidate.state) {
    case 'building':
      if (candidate.waits !== null) {
        const words = 'cut, waiting for a worker to build it'
        return about({ emoji: marks.queued, words, sentence: `${name} was ${words}.` })
      }
      return about({
        emoji: marks.cut,
        words: 'cut, building',
        sentence: `${name} was cut and is being built.`,
      })
    case 'build_failed':
      return about({
        emoji: marks.failed,
        words: 'build failed',
        sentence: `The build of ${name} failed; nothing was deployed.`,
      })
    case 'rejected':
      return about({
        emoji: marks.rejected,
        words: 'rejected',
        sentence: `${name} was rejected and goes no further.`,
      })
    case 'ready':
      return null
  }
}

/** U.13: a setback of the newest candidate takes precedence over its successes, until something newer is accepted there. */
function wentWrong(view: ReleaseView): Situation | null {
  const number = newestCandidate(view)?.number
  const found = setbacksOf(view).find(({ setback }) => setback.candidate === number)
  if (!found) return null
  const { environment, setback } = found
  const name = subject(view)
  const failed = failedWord(setback.failed?.failure ?? null)
  const why = setback.failed === null ? '' : ` (${failed} at ${setback.failed.stage ?? 'the start'})`
  const released = view.state === 'released' ? 'released, then ' : ''
  return setback.rolledBack === null
    ? about({
        emoji: marks.failed,
        words: `${failed} in ${environment} at ${setback.failed?.stage ?? 'the start'}`,
        sentence: `${name} ${failed} in ${environment}, and nothing newer was accepted there since.`,
      })
    : about({
        emoji: marks.rolledBack,
        words: `${released}rolled back from ${environment}${why}`,
        sentence: `${environment} was rolled back from ${name}${why} to ${setback.rolledBack.to}.`,
      })
}

function settled(view: ReleaseView): Situation {
  const name = subject(view)
  const gone = newestDeployments(view).findLast((one) => wentWithItsEnvironment(view, one))
  if (gone) return tornDown(view, gone)
  if (view.state === 'released') {
    return view.rolledBack
      ? about({
          emoji: marks.rolledBack,
          words: 'released, then rolled back',
          sentence: `${name} was released and later rolled back.`,
        })
      : about({ emoji: marks.released, words: 'released', sentence: `${name} is released.` })
  }
  const top = newestDeployments(view).findLast(
    ({ state, candidateNumber }) => state === 'accepted' && candidateNumber === newestCandidate(view)?.number,
  )
  if (top) {
    const sentence = `${named(view, top)} was accepted on ${top.environment}.`
    return about({ emoji: marks.good, words: `accepted on ${top.environment}`, sentence }, top)
  }
  return newestCandidate(view)
    ? about({
        emoji: marks.good,
        words: 'built, ready',
        sentence: `${name} is built and ready to be deployed.`,
      })
    : about({ emoji: marks.cut, words: 'being cut', sentence: `${name} is being cut.` })
}

/** Something that people relied on no longer exists. */
function tornDown(view: ReleaseView, deployment: DeploymentView): Situation {
  const { environment } = deployment
  const released = view.state === 'released' ? 'released, then ' : ''
  const sentence = `${environment} was torn down while ${named(view, deployment)} ran there.`
  return about({ emoji: marks.gone, words: `${released}${environment} was torn down`, sentence }, deployment)
}
