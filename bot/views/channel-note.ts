/** One event of a channel that no card is the place for: a push that failed, waits, or was not deployed. */
import type { Button } from '@slack/types'
import type { FailedTest } from '../../domain/build-failure.js'
import { type AppName, type CommitSha, SLIPWAY, shortCommit, type UserId } from '../../domain/identifiers.js'
import type { AuditView } from '../../domain/views.js'
import { actions, button, context, section, withBlockIds } from './blocks.js'
import { type ButtonTarget, buttonId } from './button-target.js'
import { code, date, forNotification, link, mention, mentions, outside } from './escape.js'
import { eventMark, eventSentence } from './events/event-words.js'
import { mrkdwn } from './markup.js'
import type { MessageWithButtons } from './message.js'
import { failedTestLines } from './read/build-message.js'
import { codeBlock } from './read/log-message.js'

export interface NoteFacts {
  readonly authors: readonly UserId[]
  /** The last lines of what failed, or the lines around the failure. */
  readonly tail: string | null
  readonly tests: readonly FailedTest[]
  readonly logUrl: string | null
}

const TAIL_LINES = 5
const TAIL_LENGTH = 300
const BUILD_LENGTH = 1_200
const TESTS = 3

/** How the first block id begins: it lets us find our own message again. */
export const noteMarker = (event: Pick<AuditView, 'id'>): string => `rel:note:${event.id}`

export function channelNote(
  event: AuditView,
  { authors, tail, tests, logUrl }: NoteFacts,
): MessageWithButtons {
  const mark = eventMark(event)
  const says = eventSentence(event, mrkdwn)
  const build = buildButton(event) ?? allowButton(event)
  const app = event.app === null ? '' : `*${event.app}* `
  const blocks = [
    section(`${mark} ${app}${says}${logUrl === null ? '' : ` · ${link(logUrl, 'Show log')}`}`),
    ...('failure' in event.facts ? [...testLines(tests), ...logLines(event, tail)] : []),
    ...(build === null ? [] : [actions([build.element])]),
    context([...whoseOf(event, authors), date(event.at)].join(' · ')),
  ]
  const sentence = `${mark} ${event.app ?? ''} ${says}${authors.length > 0 ? ` (${mentions(authors)})` : ''}`
  return {
    text: forNotification(sentence),
    blocks: withBlockIds(blocks, noteMarker(event), 'n'),
    buttons: build === null ? [] : [build.target],
  }
}

/** Leads to all that is known of a build, and to what can be done with it. */
export function showBuild(
  app: AppName,
  commit: CommitSha,
): { readonly element: Button; readonly target: ButtonTarget } {
  const target: ButtonTarget = { verb: 'status', app, argument: commit }
  const says = `Show the build of ${shortCommit(commit)}`
  return { target, element: button({ verb: 'status', label: 'Show build', says, value: buttonId(target) }) }
}

const buildButton = (event: AuditView): ReturnType<typeof showBuild> | null =>
  event.kind === 'push.build_failed' && event.app !== null ? showBuild(event.app, event.facts.commit) : null

/** A person's word for the very commit that is named. */
function allowButton({ kind, app, facts }: AuditView): ReturnType<typeof showBuild> | null {
  if (kind !== 'pull.waits' || app === null || !('fork' in facts)) return null
  const { number, commit } = facts
  const target: ButtonTarget = { verb: 'build', app, argument: `${number} ${commit}` }
  const says = `Build commit ${shortCommit(commit)} of pull request ${number}`
  const look = { verb: 'build', label: `Build #${number}`, says, value: buttonId(target) } as const
  return { target, element: button(look) }
}

function testLines(tests: readonly FailedTest[]): ReturnType<typeof section>[] {
  const lines = failedTestLines(tests, TESTS)
  return lines.length === 0 ? [] : [section(lines.join('\n'))]
}

function whoseOf({ actor, facts }: AuditView, authors: readonly UserId[]): readonly string[] {
  const { subject, author } = 'author' in facts ? facts : { subject: '', author: '' }
  return [
    ...(actor === SLIPWAY ? [] : [mention(actor)]),
    ...(subject === '' ? [] : [code(subject, 160)]),
    ...(author === '' ? [] : [`by ${outside(author, 80)}`]),
    ...(authors.length > 0 ? [mentions(authors)] : []),
  ]
}

/** Of a stage the end matters, of a build the failure is what was kept. */
function logLines({ kind }: AuditView, tail: string | null): ReturnType<typeof section>[] {
  const lines = (tail ?? '').split('\n').filter((line) => line.trim() !== '')
  if (lines.length === 0) return []
  if (kind === 'push.build_failed') return [section(codeBlock(lines.join('\n'), BUILD_LENGTH))]
  return [
    section(
      lines
        .slice(-TAIL_LINES)
        .map((line) => code(line, TAIL_LENGTH))
        .join('\n'),
    ),
  ]
}
