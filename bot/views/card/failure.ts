/** A failure in three parts: what happened, the state now, what to do next. */
import { environmentOf } from '../../../domain/card-standing.js'
import { shortCommit } from '../../../domain/identifiers.js'
import type { DeploymentView, ReleaseView } from '../../../domain/views.js'
import { code, link } from '../escape.js'
import { mrkdwn } from '../markup.js'
import { failedTestLines } from '../read/build-message.js'
import { codeBlock } from '../read/log-message.js'
import { deploymentNoteWords, failedWord } from '../words/failure-words.js'
import type { CardOptions } from './card-options.js'
import type { Detail } from './facts.js'

const TAIL: Readonly<Record<Detail, number>> = { 0: 120, 1: 200, 2: 400, 3: 500 }

export interface Drawing {
  readonly options: CardOptions
  readonly detail: Detail
}

/** The failure of a deployment; the log is linked if a reader could open it. */
export function failureText(view: ReleaseView, deployment: DeploymentView, drawing: Drawing): string {
  return [...happened(deployment, drawing), stateNow(view, deployment), doNext(view, deployment)].join('\n')
}

function happened(deployment: DeploymentView, { options, detail }: Drawing): string[] {
  const { environment, failedStage, note, id } = deployment
  const run = deployment.stages.findLast(({ stage }) => stage === failedStage)
  const ended = typeof run?.exitCode === 'number' ? ` (exit ${run.exitCode})` : ''
  const why = note === null ? '' : `: ${deploymentNoteWords(note, mrkdwn)}`
  const log = options.links.deploymentLog(id)
  const read = log === null ? '' : ` · ${link(log, 'Show log')}`
  return [
    `*What happened* ${environment}: ${failedStage ?? 'the start'} ${failedWord(note?.kind === 'failure' ? note.failure : null)}${ended}${why}${read}`,
    ...tailLine(run?.tail ?? null, detail),
  ]
}

function tailLine(tail: string | null, detail: Detail): string[] {
  const last = (tail ?? '').split('\n').findLast((line) => line.trim() !== '')
  return last === undefined ? [] : [code(last, TAIL[detail])]
}

/** After a failed patch or setup, it is unknown which of the two versions serves. */
function stateNow(view: ReleaseView, deployment: DeploymentView): string {
  const { environment, failedStage, commit } = deployment
  const current = environmentOf(view, deployment)?.current ?? null
  const was = current === null || current.id === deployment.id ? 'nothing recorded' : nameOf(current)
  if (failedStage === 'patch' || failedStage === 'setup') {
    return `*State now* What runs on ${environment} is uncertain: last completed there was ${was}.`
  }
  return failedStage === 'check'
    ? `*State now* \`${shortCommit(commit)}\` is on ${environment}, but its check did not pass.`
    : `*State now* ${environment} was not touched: still ${was}.`
}

const nameOf = ({ candidate, commit }: DeploymentView): string => candidate ?? `\`${shortCommit(commit)}\``

function doNext(view: ReleaseView, deployment: DeploymentView): string {
  // Nothing was changed before the first stage, so there is nothing to roll back.
  const back = deployment.failedStage === null ? null : (environmentOf(view, deployment)?.rollbackTo ?? null)
  const next = back ? `Roll back to ${nameOf(back)} (no build), or retry` : 'Retry'
  const from = deployment.failedStage === null ? '' : `, from ${deployment.failedStage},`
  return `*Do next* ${next}${from} once the cause is known.`
}

/** The failure of the newest candidate's build; empty when it did not fail. */
export function buildFailure(view: ReleaseView, { options, detail }: Drawing): string[] {
  const candidate = view.candidates.at(-1)
  if (candidate?.state !== 'build_failed') return []
  const log = options.links.buildLog(view.app, candidate.commit)
  const read = log === null ? '' : ` · ${link(log, 'Show log')}`
  return [
    [
      `*What happened* The build of ${candidate.name} failed.${read}`,
      ...failedTestLines(candidate.failedTests, TESTS[detail]),
      ...buildLines(candidate.buildTail, detail),
      '*State now* Nothing was deployed.',
      `*Do next* Retry the build, or fix it on trunk and \`${options.command} cherry-pick\` the fix.`,
    ].join('\n'),
  ]
}

const TESTS: Readonly<Record<Detail, number>> = { 0: 1, 1: 1, 2: 3, 3: 3 }
const BUILD_TAIL: Readonly<Record<Detail, number>> = { 0: 0, 1: 200, 2: 500, 3: 700 }

/** The lines around the failure, if there is room for them. */
function buildLines(tail: string | null, detail: Detail): string[] {
  return tail === null || tail.trim() === '' || BUILD_TAIL[detail] === 0
    ? []
    : [codeBlock(tail, BUILD_TAIL[detail])]
}
