/** Why something failed or ended, as part of a sentence: starts in lower case and has no full stop. */
import { sayDuration } from '../../../domain/durations.js'
import { unreachable } from '../../../domain/exhaustive.js'
import type {
  AbortCause,
  DeploymentNote,
  Failure,
  SetupNeed,
  TeardownFailure,
} from '../../../domain/reasons.js'
import type { StageExit, StageName } from '../../../domain/stage.js'
import type { Markup } from '../markup.js'

const setupNeeds: Readonly<Record<SetupNeed, string>> = {
  never: 'it was never set up',
  template: 'the application template changed',
  variables: 'the environment variables changed',
  content: 'its template or its variables changed',
}

/** `it was never set up`. */
export const setupNeedWords = (need: SetupNeed): string => setupNeeds[need]

/** `the patch stage`; for a build, `the build`. */
const stageWords = (stage: StageName): string => (stage === 'build' ? 'the build' : `the ${stage} stage`)

/** The step that failed, for people who retry it: a stage, or the preparation before the first. */
export const stepWords = (stage: StageName | null): string => stage ?? 'the preparation'

/** `the patch stage ended with exit code 1`. */
export function failureWords(failure: Failure, m: Markup): string {
  switch (failure.kind) {
    case 'exit':
      return `${stageWords(failure.stage)} ${exitWords(failure.exit, m)}`
    case 'inconclusive':
      return `${stageWords(failure.stage)} was inconclusive (exit code 77): a person decides whether it is good`
    case 'kept-failing':
      return failure.timedOutMs === null
        ? `${stageWords(failure.stage)} kept failing for the moment (${runWords(failure.runs)})`
        : `${stageWords(failure.stage)} took longer than ${sayDuration(failure.timedOutMs)} (${runWords(failure.runs)})`
    case 'host-lost':
      return `host lost: ${m.text(failure.host, 60)} has been silent`
    case 'setup-required':
      return `setup is required first: ${setupNeedWords(failure.because)}. Nothing was touched; Rebuild sets it up`
    case 'artifact':
      return `${artifactWords(failure)}. Nothing was touched; deploy another candidate`
    case 'image':
      return imageWords(failure, m)
    case 'no-branch':
      return `there is no branch ${m.text(failure.branch, 80)}`
    case 'workflow-lost':
      return `the deployment's workflow ended unexpectedly: ${m.text(failure.message, 300)}`
    case 'interrupted':
      return failure.build === undefined
        ? 'it was interrupted: the workflow of its environment ended while it ran'
        : `it was interrupted: it began under Slipway ${m.text(failure.build, 100)}, which no worker runs any more`
    case 'fault':
      return m.text(failure.message, 300)
    default:
      return unreachable(failure)
  }
}

const artifactWords = ({ state, digest }: Extract<Failure, { kind: 'artifact' }>): string =>
  state === 'missing'
    ? `the artifact ${digest} is not in the store any more`
    : `the artifact was changed: its bytes are not ${digest}`

function imageWords({ image, fault }: Extract<Failure, { kind: 'image' }>, m: Markup): string {
  const name = m.text(image, 300)
  switch (fault.kind) {
    case 'not-pushed':
      return `its registry has no image ${name}: a build pushes the image before it puts out its name`
    case 'missing':
      return `its registry has no image ${name} any more. Nothing was touched; push it again, or deploy another candidate`
    case 'moved':
      return `the tag of ${name} was moved to ${fault.to}. Nothing was touched; move it back, or deploy another candidate`
    case 'silent':
      return `the registry of ${name} did not say whether it is what was built: ${m.text(fault.words, 200)}. Nothing was touched; retry, with --override if it cannot wait`
    default:
      return unreachable(fault)
  }
}

const runWords = (runs: number): string => (runs === 1 ? '1 run' : `${runs} runs`)

/** The verb for an unsuccessful deployment: inconclusive checks and timeouts have their own. */
export function failedWord(failure: Failure | null): 'failed' | 'timed out' | 'ended inconclusive' {
  if (failure?.kind === 'inconclusive') return 'ended inconclusive'
  const isLate =
    (failure?.kind === 'exit' && failure.exit.kind === 'timed-out') ||
    (failure?.kind === 'kept-failing' && failure.timedOutMs !== null)
  return isLate ? 'timed out' : 'failed'
}

function exitWords(exit: StageExit, m: Markup): string {
  switch (exit.kind) {
    case 'exited':
      return `ended with exit code ${exit.code}`
    case 'timed-out':
      return `took longer than ${sayDuration(exit.afterMs)}`
    case 'cancelled':
      return 'was cancelled'
    case 'leaked':
      return `wrote a secret into its output ${m.text(exit.outputs.join(', '), 200)}, which was not kept. Outputs are stored and shown: leave the secret out of them`
    default:
      return unreachable(exit)
  }
}

/** Why a teardown failed. */
export function teardownWords({ stage, failure }: TeardownFailure, m: Markup): string {
  const words = failureWords(failure, m)
  return stage === 'check' ? `the probe found something left: ${words}` : words
}

/** Why a deployment ended early. */
export function abortWords(cause: AbortCause): string {
  switch (cause.kind) {
    case 'waiting':
    case 'failed':
      return 'aborted'
    case 'running':
      return cause.touched ? 'aborted while it changed the environment' : 'aborted before anything changed'
    case 'torn-down':
      return 'the environment is torn down'
    case 'rejected':
      return `it was rejected in ${cause.environment}`
    case 'setup-required':
      return `a setup is needed first: ${setupNeedWords(cause.because)}. Nothing was touched`
    case 'release-deleted':
      return 'the release was deleted before its deployment began'
    case 'not-in-line':
      return `it was ${(cause.state ?? 'gone').replaceAll('_', ' ')} and no longer in line`
    case 'line-full':
      return `${cause.waiting} deployments wait there already. Promote again once the line is shorter`
    case 'not-approved':
      return `only ${cause.have} of its ${cause.need} approvals were given in Slack`
    case 'unknown':
      return 'nothing knew of it any more'
    default:
      return unreachable(cause)
  }
}

/** Why a deployment is in its state. */
export function deploymentNoteWords(note: DeploymentNote, m: Markup): string {
  switch (note.kind) {
    case 'failure':
      return failureWords(note.failure, m)
    case 'comment':
      return m.text(note.text, 300)
    case 'superseded':
      return note.by === null ? 'the environment was torn down' : m.text(note.by, 80)
    case 'aborted':
      return abortWords(note.cause)
    default:
      return unreachable(note)
  }
}
