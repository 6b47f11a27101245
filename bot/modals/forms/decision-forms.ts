/** Forms that move or judge a candidate: promote, approve, accept, reject, roll back. */
import type { DeploymentRef } from '../../../domain/intent.js'
import { normaliseRelease } from '../../commands/release-words.js'
import {
  type Answers,
  environmentField,
  environmentOf,
  type FormSpec,
  type FormSubject,
  ordered,
  reasonField,
  releaseField,
  releaseOf,
  wrong,
} from '../../verbs/common/form-spec.js'

/** The environment is chosen by the person; only a lower one is ever suggested. */
export const promoteForm: FormSpec = {
  title: 'Promote',
  submit: 'Promote',
  fields: (subject) => [...releaseField(subject), ...environmentField(subject)],
  read: (answers, subject) => {
    const release = releaseOf(answers, subject.request)
    const environment = environmentOf(answers, subject)
    if (release === null) return wrong({ release: 'Say which candidate.' })
    if (environment === null) return wrong({ environment: 'Choose an environment.' })
    const override = answers('override')
    const app = subject.app.name
    return ordered({ kind: 'promote', app, release, environment, override, olderConfirmed: false })
  },
}

/** A decision with a comment, which a rejection cannot do without. */
export function decisionForm(kind: 'approve' | 'accept' | 'reject'): FormSpec {
  const words = { approve: 'Approve', accept: 'Accept', reject: 'Reject' }[kind]
  const needsEnvironment = kind !== 'reject'
  return {
    title: words,
    submit: words,
    fields: (subject) => [
      ...(subject.request.target.deploymentId === undefined
        ? [
            ...releaseField(subject, 'Candidate'),
            // A rejection closes the one gate that is open.
            ...environmentField(subject, needsEnvironment),
          ]
        : []),
      kind === 'reject' ? reasonField(true) : { ...reasonField(false, 'Comment'), name: 'comment' },
    ],
    read: (answers, subject) => {
      const comment = answers(kind === 'reject' ? 'required-reason' : 'comment')
      if (kind === 'reject' && comment === null)
        return wrong({ 'required-reason': 'A rejection needs a reason.' })
      const deployment = deploymentOf(answers, subject)
      if (deployment === null) return wrong({ release: 'Say which candidate.' })
      const isWhere = deployment.kind !== 'of-release' || deployment.environment !== null
      if (needsEnvironment && !isWhere) return wrong({ environment: 'Choose an environment.' })
      return ordered({ kind, app: subject.app.name, deployment, comment })
    },
  }
}

/** The deployment of a button, or the one of a candidate in an environment. */
function deploymentOf(answers: Answers, subject: FormSubject): DeploymentRef | null {
  const { deploymentId } = subject.request.target
  if (deploymentId !== undefined) return { kind: 'id', deploymentId }
  const release = releaseOf(answers, subject.request)
  return release && { kind: 'of-release', release, environment: environmentOf(answers, subject) }
}

/** Confirms a roll back that was typed. */
export const rollbackForm: FormSpec = {
  title: 'Roll back',
  submit: 'Roll back',
  fields: (subject) => [
    ...environmentField(subject),
    ...(subject.request.target.deploymentId === undefined
      ? [
          {
            name: 'to',
            kind: 'line',
            label: 'To',
            required: false,
            hint: 'Left empty: what was accepted there before.',
            placeholder: '2026.11.2',
            most: 120,
          } as const,
        ]
      : []),
    reasonField(false),
  ],
  read: (answers, subject) => {
    const environment = environmentOf(answers, subject)
    if (environment === null) return wrong({ environment: 'Choose an environment.' })
    const { deploymentId } = subject.request.target
    const typed = answers('to')
    const named = typed === null ? null : ({ kind: 'named', text: normaliseRelease(typed) } as const)
    const to = deploymentId === undefined ? named : ({ kind: 'id', deploymentId } as const)
    return ordered({ kind: 'rollback', app: subject.app.name, environment, to, reason: answers('reason') })
  },
}
