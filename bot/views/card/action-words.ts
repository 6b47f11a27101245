/** How each action of a card is labelled, read aloud and asked about. */
import type { ConfirmationDialog } from '@slack/types'
import type { CardAction } from '../../../domain/card-actions.js'
import { shortCommit } from '../../../domain/identifiers.js'
import type { DeploymentView, ReleaseView } from '../../../domain/views.js'
import { confirmation } from '../blocks.js'
import { outside } from '../escape.js'

/** What an action is about, in the words every label and question uses. */
interface Subject {
  readonly name: string
  readonly where: string
  readonly commit: string
  readonly to: string
}

function subjectOf(view: ReleaseView, action: CardAction): Subject {
  const { deployment, candidate, environment, to } = action
  const subject = deployment ?? candidate ?? view.candidates.at(-1)
  return {
    name: nameOf(view, action),
    where: environment ?? deployment?.environment ?? '',
    commit: subject ? `commit ${shortCommit(subject.commit)}` : 'no commit',
    to: to ? versionOf(to) : '',
  }
}

function nameOf(view: ReleaseView, { deployment, candidate }: CardAction): string {
  const name = deployment?.candidate ?? candidate?.name ?? view.version
  return name === null ? `the draft of ${view.app}` : `${view.app} ${name}`
}

const versionOf = (deployment: DeploymentView): string =>
  deployment.candidate ?? deployment.version ?? shortCommit(deployment.commit)

type Words = (subject: Subject, action: CardAction) => string

const labels: Readonly<Record<CardAction['verb'], Words>> = {
  cut: () => 'Cut…',
  edit: () => 'Edit…',
  promote: ({ where }) => `Promote to ${where}`,
  approve: () => 'Approve',
  'approve-with-comment': ({ where }) => `Approve for ${where} with a comment…`,
  accept: () => 'Accept',
  'accept-with-comment': ({ where }) => `Accept on ${where} with a comment…`,
  reject: () => 'Reject…',
  rollback: ({ to }) => `Roll back to ${to}`,
  retry: (_, action) => (action.deployment === null ? 'Retry build' : 'Retry'),
  skip: (_, action) => `Skip ${action.deployment?.failedStage ?? 'stage'}…`,
  abort: () => 'Abort',
  'wait-host': () => 'Wait for the host',
  'other-host': () => 'Run on another host',
  'cherry-pick': () => 'Cherry-pick…',
  'cherry-pick-continue': () => 'Continue pick',
  'cherry-pick-skip': () => 'Skip this commit',
  'cherry-pick-confirm': () => 'Look and confirm…',
  tag: () => 'Try the tag again',
  tick: (_, action) => `Tick ${outside(action.argument ?? '', 60)}`,
  log: () => 'Show log',
  status: () => 'Show build',
  delete: ({ name }) => `Delete ${name}`,
}

/** The label; with the environment when another button of the card would read the same. */
export function actionLabel(view: ReleaseView, action: CardAction, alone: boolean): string {
  const subject = subjectOf(view, action)
  const label = labels[action.verb](subject, action)
  return alone || subject.where === '' || label.includes(subject.where)
    ? label
    : `${label} (${subject.where})`
}

/** What a screen reader says: the label and what it is about. */
export function actionSays(view: ReleaseView, action: CardAction): string {
  const subject = subjectOf(view, action)
  const label = labels[action.verb](subject, action).replace('…', '')
  const where = subject.where === '' || label.includes(subject.where) ? '' : ` for ${subject.where}`
  return label.includes(subject.name) ? label : `${label}${where}: ${subject.name}`
}

type Question = (subject: Subject, action: CardAction) => readonly [title: string, text: string, yes: string]

const what = ({ name, commit, where }: Subject): string =>
  `${name} (${commit})${where === '' ? '' : ` on ${where}`}`

const questions: Readonly<Partial<Record<CardAction['verb'], Question>>> = {
  approve: (subject, { deployment }) => [
    `Approve for ${subject.where}?`,
    `${subject.name} (${subject.commit}) may then be deployed to ${subject.where}. Approvals so far: ${deployment?.approvals.length ?? 0} of ${deployment?.needs ?? 0}.`,
    'Approve',
  ],
  accept: (subject) => [
    `Accept on ${subject.where}?`,
    `${what(subject)} is then good, and available to the environments above.`,
    'Accept',
  ],
  rollback: (subject) => [
    `Roll back ${subject.where}?`,
    `${what(subject)} is replaced by ${subject.to}, as it was built then. It starts at once.`,
    'Roll back',
  ],
  abort: (subject) => [
    `Abort on ${subject.where}?`,
    `The deployment of ${what(subject)} is stopped.`,
    'Abort',
  ],
  promote: (subject) => [
    `Promote to ${subject.where}?`,
    `${subject.name} (${subject.commit}) is prepared for ${subject.where}; it is deployed as soon as its gates are open.`,
    'Promote',
  ],
}

/** Slack's own question; null where an action asks in a modal or undoes nothing. */
export function actionQuestion(view: ReleaseView, action: CardAction): ConfirmationDialog | null {
  const question = questions[action.verb]
  if (question === undefined) return null
  if (action.verb === 'promote' && !isLast(view, action)) return null
  const [title, text, yes] = question(subjectOf(view, action), action)
  return confirmation(title, text, yes)
}

/** One question for the menu, which Slack asks about as a whole, when an entry acts at once: others open a form. */
export function menuQuestion(view: ReleaseView, menu: readonly CardAction[]): ConfirmationDialog | null {
  const asked = menu.filter(({ verb }) => verb === 'rollback' || verb === 'promote')
  const texts = asked.flatMap((action) => {
    const asks = questions[action.verb]?.(subjectOf(view, action), action)
    return asks ? [`${asks[2]}: ${asks[1]}`] : []
  })
  return texts.length === 0 ? null : confirmation('Go on?', texts.join(' '), 'Go on')
}

const isLast = (view: ReleaseView, { environment }: CardAction): boolean =>
  view.detail.bound.find(({ name }) => name === environment)?.last ?? false
