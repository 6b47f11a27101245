/** Channel messages for events without a card: a push that failed, waits, or was not deployed. */
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
  /** The last lines of the failed log, or the lines around the failure. */
  readonly tail: string | null
  readonly tests: readonly FailedTest[]
  readonly logUrl: string | null
}

const TAIL_LINES = 5
const TAIL_LENGTH = 300
const BUILD_LENGTH = 1_200
const TESTS = 3

/** The prefix of the first block id, by which we find our own message again. */
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

/** A button that shows everything known about a build and what can be done with it. */
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

/** Permits building exactly the named commit. */
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

/** For a stage, the end of its log matters; for a build, only the failure was kept. */
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
