/** The details of one environment, and its actions. */
import type { EnvironmentView } from '../../../domain/views.js'
import { actions, context, section } from '../blocks.js'
import { environmentButton, offered } from '../environment-buttons.js'
import { code, date, mention, outside } from '../escape.js'
import { marks } from '../marks.js'
import { mrkdwn } from '../markup.js'
import type { Message, MessageWithButtons } from '../message.js'
import { runningName } from '../running-name.js'
import { environmentWords, says } from '../status-words.js'
import { environmentNoteWords } from '../words/environment-words.js'
import { waitWords } from '../words/wait-words.js'
import { environmentText, goneWords } from './where-message.js'

/** The answer to `env show`. */
export function environmentMessage(view: EnvironmentView): MessageWithButtons {
  const drawn = offered(view).map((verb) => environmentButton(view, verb))
  const { word } = environmentWords[view.state]
  const facts = factLines(view)
  return {
    text: `${view.app} ${view.name} is ${word}.`,
    blocks: [
      section(environmentText(view)),
      ...(facts.length === 0 ? [] : [section(facts.join('\n'))]),
      ...(drawn.length === 0 ? [] : [actions(drawn.map(({ element }) => element))]),
    ],
    buttons: drawn.map(({ target }) => target),
  }
}

function factLines({ detail, expiresAt, waits }: EnvironmentView): string[] {
  const { branch, owner, note, observed, outputs, pull } = detail
  const request = pull === null ? '' : `, pull request #${pull}`
  const names = Object.keys(outputs)
  return [
    ...(waits === null
      ? []
      : [`${marks.queued} the work there ${waitWords(waits, mrkdwn)}, since ${date(waits.since)}`]),
    ...(branch === null
      ? []
      : [`${marks.follows} follows ${code(branch, 80)}${request}${owner ? `, for ${mention(owner)}` : ''}`]),
    versionLine(detail),
    ...endLines(expiresAt, detail),
    ...(names.length === 0 ? [] : [`${marks.recorded} setup recorded ${outside(names.join(', '), 300)}`]),
    ...(observed === null ? [] : [`${marks.seen} observed ${code(observed, 80)}`]),
    ...(note === null ? [] : [`${marks.note} ${environmentNoteWords(note, mrkdwn)}`]),
  ]
}

/** An environment that was torn down has no expiry to show. */
function endLines(
  expiresAt: string | null,
  { extensionsLeft, permanent, tornDown }: EnvironmentView['detail'],
): string[] {
  if (expiresAt !== null) {
    const left = extensionsLeft === 1 ? '1 extension' : `${extensionsLeft} extensions`
    return [`${marks.expires} torn down ${date(expiresAt)}; ${left} left`]
  }
  if (tornDown !== null) return []
  return [
    permanent
      ? `${marks.permanent} permanent: it never expires`
      : `${marks.permanent} kept: it does not expire`,
  ]
}

/** Templates and variables have separate versions; an outdated one is marked. */
function versionLine(detail: EnvironmentView['detail']): string {
  const one = (what: string, version: number, applied: number): string =>
    version === 0
      ? `no ${what} seen`
      : `${what} v${version}${applied === version ? ' applied' : ` (v${applied} applied)`}`
  const template = one('template', detail.templateVersion, detail.templateApplied)
  return `${marks.versions} ${template} · ${one('variables', detail.variablesVersion, detail.variablesApplied)}`
}

const MOST = 40

/** The answer to `env list`: one line each, previews with their expiry or their place in the queue. */
export function environmentsMessage(views: readonly EnvironmentView[]): Message {
  const shown = views.slice(0, MOST)
  if (shown.length === 0) {
    const text = 'There is no environment yet.'
    return { text, blocks: [section(text)] }
  }
  return {
    text: `There ${views.length === 1 ? 'is 1 environment' : `are ${views.length} environments`}.`,
    blocks: [
      ...shown.map((view) => section(listLine(view))),
      ...(views.length > MOST ? [context(`…and ${views.length - MOST} more.`)] : []),
    ],
  }
}

function listLine(view: EnvironmentView): string {
  const { app, name, state, current, detail, setupRequired, expiresAt } = view
  const parts = [
    current === null
      ? (goneWords(view) ?? 'nothing runs')
      : `${code(runningName(current), 60)}${current.linkedTo.length > 0 ? ` ${marks.locked} cannot be deleted` : ''}`,
    ...(detail.preview ? [`preview of ${code(detail.branch ?? 'one commit', 80)}`] : []),
    ...(expiresAt === null ? [] : [`torn down ${date(expiresAt)}`]),
    ...(setupRequired && current !== null ? [`${marks.settingUp} setup required`] : []),
    ...(detail.note === null ? [] : [environmentNoteWords(detail.note, mrkdwn)]),
  ]
  return `*${app} ${name}* ${says(environmentWords[state])}: ${parts.join(' · ')}`
}
