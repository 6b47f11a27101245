import {
  environmentOf,
  isOpenFailure,
  isPassing,
  newestCandidate,
  newestIn,
  newestRepeats,
  setbackIn,
  showsClosures,
  wentWithItsEnvironment,
} from '../../../domain/card-standing.js'
import type { EnvironmentName } from '../../../domain/identifiers.js'
import type { ReleaseView } from '../../../domain/views.js'
import { marks } from '../marks.js'
import { candidateWords, deploymentWords, type StatusWord, says } from '../status-words.js'

/** A longer pipeline is cut off in the row; `/release where` shows all of it. */
const MOST = 7

/** `Build ✅ built › integration ✅ accepted › staging 🧪 awaiting acceptance › production ○ not yet`. */
export function pipelineRow(view: ReleaseView): string {
  const candidate = newestCandidate(view)
  // Only a built candidate can be rejected.
  const built = candidate?.state === 'rejected' ? 'ready' : candidate?.state
  const build = built ? says(candidateWords[built]) : '○ not yet'
  const { bound } = view.detail
  const more = bound.length - MOST
  const steps = [`Build ${build}`, ...bound.slice(0, MOST).map(({ name }) => step(view, name))]
  return [...steps, ...(more > 0 ? [`…and ${more} more`] : [])].join('  ›  ')
}

function step(view: ReleaseView, environment: EnvironmentName): string {
  const again = newestRepeats(view).find((one) => one.environment === environment && isOpenFailure(view, one))
  const deployment = again ?? newestIn(view, environment)
  const closed = closedWord(view, environment)
  if (deployment === null) return `${environment} ○ not yet${closed}`
  const newest = newestCandidate(view)
  const other = newest !== null && deployment.candidateNumber !== newest.number
  const which = other && deployment.candidateNumber !== null ? ` (rc.${deployment.candidateNumber})` : ''
  return `${environment} ${says(setbackWord(view, deployment) ?? wordFor(view, deployment))}${which}${closed}`
}

/** For a release that may still go there, or that runs there. */
function closedWord(view: ReleaseView, environment: EnvironmentName): string {
  const place = environmentOf(view, { environment })
  if (place === null || !(showsClosures(view) || place.current?.releaseId === view.id)) return ''
  return place.lock ? ` ${marks.locked} locked` : place.freeze ? ` ${marks.frozen} frozen` : ''
}

/** A past failure there; a waiting or running deployment is shown instead. */
function setbackWord(view: ReleaseView, deployment: ReleaseView['deployments'][number]): StatusWord | null {
  const { state, environment, candidateNumber } = deployment
  if (candidateNumber === null || inQuestion.has(state)) return null
  const setback = setbackIn(view, { environment, candidate: candidateNumber })
  if (setback === null) return null
  return setback.rolledBack === null
    ? deploymentWords.failed
    : { emoji: marks.rolledBack, word: 'rolled back' }
}

const inQuestion: ReadonlySet<string> = new Set(['prepared', 'queued', 'running', 'awaiting_acceptance'])

function wordFor(view: ReleaseView, deployment: ReleaseView['deployments'][number]): StatusWord {
  if (wentWithItsEnvironment(view, deployment)) return { emoji: marks.gone, word: 'torn down' }
  if (isPassing(view, deployment)) return deploymentWords.queued
  const word = deploymentWords[deployment.state]
  if (deployment.state === 'prepared') {
    return deployment.approvals.length >= deployment.needs
      ? { emoji: marks.needsApproval, word: 'prepared' }
      : { emoji: marks.needsApproval, word: `approval ${deployment.approvals.length} of ${deployment.needs}` }
  }
  return word
}
