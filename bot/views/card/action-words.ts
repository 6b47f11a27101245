/** The label, screen reader text and confirmation of each card action. */
import type { ConfirmationDialog } from '@slack/types'
import type { CardAction } from '../../../domain/card-actions.js'
import { newerThere, newestCandidate, setbackIn } from '../../../domain/card-standing.js'
import { shortCommit } from '../../../domain/identifiers.js'
import type { DeploymentView, ReleaseView } from '../../../domain/views.js'
import { confirmation } from '../blocks.js'
import { outside } from '../escape.js'
import { plain } from '../markup.js'
import { newerRunsWords, setbackWarning } from '../words/setback-words.js'

/** The subject of an action, as named in every label and confirmation. */
interface Subject {
  readonly name: string
  readonly where: string
  readonly commit: string
  readonly to: string
  /** `rc.1 `, for a candidate that is not the newest: the card is about the newest (U.14). */
  readonly older: string
}

function subjectOf(view: ReleaseView, action: CardAction): Subject {
  const { deployment, candidate, environment, to } = action
  const subject = deployment ?? candidate ?? view.candidates.at(-1)
  return {
    name: nameOf(view, action),
    where: environment ?? deployment?.environment ?? '',
    commit: subject ? `commit ${shortCommit(subject.commit)}` : 'no commit',
    to: to ? versionOf(to) : '',
    older: candidate === null || candidate === newestCandidate(view) ? '' : `rc.${candidate.number} `,
  }
}

function nameOf(view: ReleaseView, { deployment, candidate }: CardAction): string {
  const name = deployment?.candidate ?? candidate?.name ?? view.version
  return name === null ? `the draft of ${view.app}` : `${view.app} ${name}`
}

const versionOf = (deployment: DeploymentView): string =>
  deployment.candidate ?? deployment.version ?? shortCommit(deployment.commit)

type Words = (subject: Subject, action: CardAction) => string

/** Every label names its environment (U.14): a card may have several, and a phone shows little else. */
const labels: Readonly<Record<CardAction['verb'], Words>> = {
  cut: () => 'Cut…',
  edit: () => 'Edit…',
  promote: ({ where, older }) => `Promote ${older}to ${where}`,
  'promote-again': ({ where, older }) => `Promote ${older}again to ${where}…`,
  approve: ({ where }) => `Approve for ${where}`,
  'approve-with-comment': ({ where }) => `Approve for ${where} with a comment…`,
  accept: ({ where }) => `Accept on ${where}`,
  'accept-with-comment': ({ where }) => `Accept on ${where} with a comment…`,
  reject: ({ where }, { deployment }) =>
    deployment?.state === 'prepared' ? `Reject for ${where}…` : `Reject on ${where}…`,
  rollback: ({ where, to }) => `Roll back ${where} to ${to}…`,
  retry: ({ where }, { deployment }) => (deployment === null ? 'Retry build' : `Retry on ${where}`),
  skip: ({ where }, { deployment }) => `Skip ${deployment?.failedStage ?? 'stage'} on ${where}…`,
  abort: ({ where }) => `Abort on ${where}`,
  'wait-host': ({ where }) => `Wait for the host of ${where}`,
  'other-host': ({ where }) => `Run ${where} on another host`,
  'cherry-pick': () => 'Cherry-pick…',
  'cherry-pick-continue': () => 'Continue pick',
  'cherry-pick-skip': () => 'Skip this commit',
  'cherry-pick-confirm': () => 'Look and confirm…',
  tag: () => 'Try the tag again',
  'notes-edit': () => 'Edit notes…',
  'on-trunk': () => 'Look on trunk again',
  tick: (_, { argument }) => `Tick ${outside(argument ?? '', 60)}`,
  log: ({ where }) => (where === '' ? 'Show log' : `Show log of ${where}`),
  diff: () => 'Changes',
  status: (_, { argument }) => (argument === null ? 'Details' : 'Show build'),
  'env-rebuild': ({ where, to }) => `Set up ${where} again with ${to}`,
  delete: ({ name }) => `Delete ${name}…`,
}

/** The label of its button or menu entry. */
export const actionLabel = (view: ReleaseView, action: CardAction): string =>
  labels[action.verb](subjectOf(view, action), action)

/** The text for screen readers: the label and its subject. */
export function actionSays(view: ReleaseView, action: CardAction): string {
  const { name } = subjectOf(view, action)
  const label = actionLabel(view, action).replace('…', '')
  return label.includes(name) ? label : `${label}: ${name}`
}

type Question = (subject: Subject, action: CardAction) => readonly [title: string, text: string, yes: string]

const questions: Readonly<Partial<Record<CardAction['verb'], Question>>> = {
  approve: ({ name, commit, where }, { deployment }) => [
    `Approve for ${where}?`,
    `${name} (${commit}) may then be deployed to ${where}. Approvals so far: ${deployment?.approvals.length ?? 0} of ${deployment?.needs ?? 0}.`,
    'Approve',
  ],
  accept: ({ name, commit, where }) => [
    `Accept on ${where}?`,
    `${name} (${commit}) is then accepted on ${where}, the last environment.`,
    'Accept',
  ],
}

/**
 * Slack's confirmation dialog for what cannot be undone: an approval, and an acceptance that releases. Null for an action that
 * opens a form or can be undone. It repeats what went wrong before (U.13).
 */
export function actionQuestion(view: ReleaseView, action: CardAction): ConfirmationDialog | null {
  const question = questions[action.verb]
  if (question === undefined) return null
  if (action.verb === 'accept' && !isLast(view, action)) return null
  const [title, text, yes] = question(subjectOf(view, action), action)
  return confirmation(title, [...warnings(view, action), text].join(' '), yes)
}

function warnings(view: ReleaseView, { deployment, environment }: CardAction): string[] {
  const candidate = deployment?.candidateNumber ?? null
  if (candidate === null || environment === null || deployment?.state !== 'prepared') return []
  const setback = setbackIn(view, { environment, candidate })
  const newer = newerThere(view, { environment, candidate })
  return [
    ...(setback === null ? [] : [setbackWarning(setback, environment, plain)]),
    ...(newer === null ? [] : [`${capital(newerRunsWords(environment, newer))}.`]),
  ]
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const isLast = (view: ReleaseView, { environment }: CardAction): boolean =>
  view.detail.bound.find(({ name }) => name === environment)?.last ?? false
