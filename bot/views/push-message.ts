/** The rolling message of a continuous environment: pushes have no card of their own. */
import { shortCommit } from '../../domain/identifiers.js'
import type { DeploymentView, EnvironmentView } from '../../domain/views.js'
import { actions, context, section, withBlockIds } from './blocks.js'
import { showBuild } from './channel-note.js'
import { code, date, mention, outside } from './escape.js'
import { marks } from './marks.js'
import { mrkdwn } from './markup.js'
import type { MessageWithButtons } from './message.js'
import { revisionOf } from './short-hash.js'
import { deploymentWords, environmentWords, says } from './status-words.js'
import { environmentNoteWords } from './words/environment-words.js'
import { deploymentNoteWords } from './words/failure-words.js'
import { holdReason } from './words/gate-words.js'

export interface PushMessage extends MessageWithButtons {
  /** A short hash of everything shown. */
  readonly revision: string
}

/** The prefix of the first block id in every version of this message. */
export function pushMarker(environment: Pick<EnvironmentView, 'app' | 'name'>): string {
  return `rel:${environment.app}:env-${environment.name}`
}

/** What runs there, and the newest deployments from pushes, newest first. */
export function pushMessage(environment: EnvironmentView, newest: readonly DeploymentView[]): PushMessage {
  const { app, name, state, current, hold, lock, detail } = environment
  const first = newest[0] ?? null
  const build = first && showBuild(app, first.commit)
  const sentence =
    first === null
      ? `${app} ${name} is ${environmentWords[state].word}.`
      : `Commit ${shortCommit(first.commit)} of ${app} is ${deploymentWords[first.state].word} on ${name}.`
  const runs =
    current === null
      ? 'nothing yet'
      : `\`${current.commit}\` since ${date(current.finishedAt ?? current.preparedAt)}`
  const lines = [
    ...(detail.branch === null ? [] : [`follows ${code(detail.branch, 80)}`]),
    ...(hold
      ? [`${marks.held} automation paused by ${mention(hold.by)}: ${holdReason(hold, mrkdwn, 100)}`]
      : []),
    ...(lock ? [`${marks.locked} locked by ${mention(lock.owner)}: ${outside(lock.reason, 100)}`] : []),
    ...(detail.note === null ? [] : [environmentNoteWords(detail.note, mrkdwn)]),
  ]
  const blocks = [
    section(`*${app} ${name}* ${says(environmentWords[state])}: ${runs}`),
    ...(newest.length === 0 ? [] : [section(newest.slice(0, 5).map(pushLine).join('\n'))]),
    ...(lines.length === 0 ? [] : [context(lines.join('\n'))]),
    ...(build === null ? [] : [actions([build.element])]),
  ]
  const revision = revisionOf([sentence, blocks])
  return {
    text: sentence,
    blocks: withBlockIds(blocks, pushMarker(environment), revision),
    buttons: build === null ? [] : [build.target],
    revision,
  }
}

function pushLine({ state, commit, candidate, failedStage, note }: DeploymentView): string {
  const what = candidate === null ? `\`${shortCommit(commit)}\`` : `${candidate} \`${shortCommit(commit)}\``
  const failed = failedStage === null || state !== 'failed' ? '' : ` at ${failedStage}`
  const why = note === null ? '' : `: ${deploymentNoteWords(note, mrkdwn)}`
  return `${says(deploymentWords[state])}${failed} ${what}${why}`
}
